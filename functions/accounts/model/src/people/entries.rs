use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::Key;
use store::{Item, to_item};

use crate::people::keys::{self, Group};
use crate::people::{PersonSummary, Term, terms};

/// Lists that go by when accounts were made.
pub(crate) const BY_CREATION: &str = "created_at";
/// Lists that go by address.
pub(crate) const BY_EMAIL: &str = "email";

/// An entry of the table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    #[serde(flatten)]
    pub(crate) person: PersonSummary,
    /// What the person is found by; only in searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) term: Option<Term>,
}

/// All entries of an account, by partition and place.
pub(crate) fn of(person: &PersonSummary) -> BTreeMap<(String, String), Item> {
    let mut entries = BTreeMap::new();
    let mut add = |pk: String, sorted_by: &str, term: Option<Term>| {
        let person = person.clone();
        let sk = keys::place(sorted_by, person.id);
        let key = Key {
            pk: pk.clone(),
            sk: sk.clone(),
        };
        entries.insert((pk, sk), to_item(key, &Entry { person, term }));
    };

    let created_at = keys::moment(person.created_at);
    for group in groups(person) {
        add(keys::list(BY_CREATION, group), &created_at, None);
        add(keys::list(BY_EMAIL, group), person.email.as_str(), None);
    }

    let terms = terms(
        &person.email,
        person.username.as_ref(),
        &person.first_name,
        &person.last_name,
    );
    for term in terms {
        let text = term.text.clone();
        add(keys::search(term.branch()), &text, Some(term));
    }
    entries
}

/// The groups that an account belongs to.
fn groups(person: &PersonSummary) -> impl Iterator<Item = Group> {
    let locked = (!person.is_active).then_some(Group::Locked);
    let unverified = (!person.email_verified).then_some(Group::Unverified);
    [
        Some(Group::All),
        Some(Group::Role(person.role)),
        locked,
        unverified,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kernel::email::EmailAddress;
    use kernel::id::UserId;
    use kernel::role::Role;
    use rand::SeedableRng as _;

    use super::*;
    use crate::profile::Name;

    #[test]
    fn an_account_is_in_every_list_it_belongs_to_and_under_every_term() {
        let made_at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let person = PersonSummary {
            id: UserId::new(made_at, &mut rand::rngs::StdRng::seed_from_u64(7)),
            email: EmailAddress::parse("ann@example.com").unwrap(),
            username: None,
            first_name: Name::parse("Ann").unwrap(),
            last_name: Name::parse("Miller").unwrap(),
            role: Role::Teen,
            is_active: true,
            email_verified: false,
            created_at: made_at,
        };

        let entries = of(&person);

        let id = person.id;
        for (pk, sk) in [
            ("LIST#created_at#all", format!("1772366400000\t{id}")),
            ("LIST#email#role=teen", format!("ann@example.com\t{id}")),
            ("LIST#email#unverified", format!("ann@example.com\t{id}")),
            ("SEARCH#an", format!("ann miller\t{id}")),
            ("SEARCH#ann@", format!("ann@example.com\t{id}")),
            ("SEARCH#mi", format!("miller ann\t{id}")),
        ] {
            assert!(
                entries.contains_key(&(pk.to_owned(), sk.clone())),
                "{pk} {sk:?}"
            );
        }
        assert_eq!(entries.len(), 2 * 3 + 3);
    }
}
