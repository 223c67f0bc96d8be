//! Accounts that are there when a test begins.

use std::sync::OnceLock;

use accounts::password::{Password, PasswordHash};
use accounts::profile::{Name, Username};
use kernel::id::{SessionId, UserId};
use test_support::Answer;

use crate::TestApp;
use crate::forge::claims_of;

/// A person with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id of the account.
    pub id: UserId,
    /// The e-mail address of the account.
    pub email: String,
}

/// The tokens and the session of a log-in.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// The access token of the session.
    pub access: String,
    /// The refresh token of the session.
    pub refresh: String,
    /// The id of the session.
    pub session_id: SessionId,
}

impl TestApp {
    /// An account whose address is verified.
    pub async fn member(&self, email: &str) -> Person {
        self.make_person(email, None, true).await
    }

    /// An account whose address is verified, with a username.
    pub async fn member_named(&self, email: &str, username: &str) -> Person {
        self.make_person(email, Some(username), true).await
    }

    /// An account whose address is not verified, and to which no link was sent.
    pub async fn newcomer(&self, email: &str) -> Person {
        self.make_person(email, None, false).await
    }

    async fn make_person(&self, email: &str, username: Option<&str>, is_verified: bool) -> Person {
        self.member_who(email, |user| {
            let username = username.map(Username::parse).transpose();
            user.username = username.expect("a username");
            user.first_name = Name::parse("Ann").expect("a name");
            user.last_name = Name::parse("Miller").expect("a name");
            user.email_verified = is_verified;
        })
        .await
    }

    /// A hash of some password. The same for all: a hash takes longer than all else that makes an account.
    pub fn password_hash(&self) -> PasswordHash {
        static HASH: OnceLock<PasswordHash> = OnceLock::new();
        let hash = || {
            Password::parse(Self::PASSWORD, &[])
                .expect("a password that follows the policy")
                .hash(&mut self.app().random())
        };
        HASH.get_or_init(hash).clone()
    }

    /// Has a code sent and gives it.
    pub async fn fresh_code(&self, email: &str) -> String {
        let _ = self.request_otp(email).await.expect(200);
        self.deliver().await;
        self.code_of(email).await
    }

    /// Logs a person in, with a code.
    pub async fn log_in(&self, person: &Person) -> LoggedIn {
        let code = self.fresh_code(&person.email).await;
        let answer = self.verify_otp(&person.email, &code).await.expect(200);
        LoggedIn::of(&answer)
    }

    /// A verified account, logged in with a code.
    pub async fn member_logged_in(&self, email: &str) -> (Person, LoggedIn) {
        let person = self.member(email).await;
        let tokens = self.log_in(&person).await;
        (person, tokens)
    }

    /// Asserts that a session is over: neither of its tokens is taken any more.
    pub async fn expect_over(&self, session: &LoggedIn) {
        let me = self.me(&session.access).await;
        me.expect_error(401, "not_authenticated");
        let refreshed = self.refresh(&session.refresh).await;
        refreshed.expect_error(401, "invalid_refresh_token");
    }

    /// Logs a person in, with the password.
    pub async fn log_in_by_password(&self, person: &Person) -> LoggedIn {
        let answer = self.obtain_token(&person.email, Self::PASSWORD).await;
        LoggedIn::of(&answer.expect(200))
    }
}

impl LoggedIn {
    /// What an answer says that lets somebody in.
    pub fn of(answer: &Answer) -> Self {
        let access = answer.text("access").to_owned();
        let session_id = claims_of(&access)["sid"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("an access token names its session");
        Self {
            access,
            refresh: answer.text("refresh").to_owned(),
            session_id,
        }
    }
}
