//! Accounts with something particular about them, administrators above all.

use accounts::account::{NewUser, RegisterOutcome, User, Users};
use accounts::actions;
use accounts::profile::{Name, Username};
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::role::Role;
use strum::VariantArray as _;

use crate::TestApp;
use crate::people::{LoggedIn, Person};

/// The administrator that [`TestApp::admin`] makes.
pub const ADMIN_EMAIL: &str = "admin@kinwise.example";

impl TestApp {
    /// An administrator, logged in.
    pub async fn admin(&self) -> (Person, LoggedIn) {
        let person = self.member_with_role(ADMIN_EMAIL, "admin").await;
        let tokens = self.log_in(&person).await;
        (person, tokens)
    }

    /// A verified account with this role.
    pub async fn member_with_role(&self, email: &str, role: &str) -> Person {
        let role = Role::parse(role).expect("a role");
        self.member_who(email, |user| user.role = role).await
    }

    /// A verified account called so. Either name and the username may be empty.
    pub async fn member_called(
        &self,
        email: &str,
        username: &str,
        first_name: &str,
        last_name: &str,
    ) -> Person {
        self.member_who(email, |user| {
            user.username = Username::parse(username).ok();
            user.first_name = Name::parse(first_name).expect("a name");
            user.last_name = Name::parse(last_name).expect("a name");
        })
        .await
    }

    /// A verified account that something is different about.
    pub async fn member_who(&self, email: &str, differs: impl FnOnce(&mut User)) -> Person {
        let now = self.now();
        let id = UserId::new(now, &mut self.app().random());
        let address = EmailAddress::parse(email).expect("an address");
        let mut user = User {
            email_verified: true,
            ..User::new(id, address, now)
        };
        differs(&mut user);
        let audit = self.app().audit(actions::CREATE).by_owner(id);
        let new = NewUser {
            user,
            password: self.password_hash(),
        };
        let outcome = Users(self.app().store()).register(&new, None, &audit).await;
        assert_eq!(
            outcome.expect("the emulator's tables can be written"),
            RegisterOutcome::Registered
        );
        Person {
            id,
            email: email.to_owned(),
        }
    }

    /// Every role but that of an administrator.
    pub fn other_roles() -> Vec<&'static str> {
        Role::VARIANTS
            .iter()
            .filter(|role| **role != Role::Admin)
            .map(|role| role.as_str())
            .collect()
    }
}
