//! Where accounts stand in the people table.

use jiff::Timestamp;
use kernel::id::UserId;
use kernel::role::Role;

/// The last moment that has thirteen digits, in the year 2286. With more, texts would not sort as numbers do.
const LAST_MOMENT: i64 = 9_999_999_999_999;

/// Which accounts are in a list. What is true of nearly all accounts has none: each list is a write for every change of each
/// account that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Everybody.
    All,
    /// Everybody with this role.
    Role(Role),
    /// Everybody whom an administrator has locked.
    Locked,
    /// Everybody whose address is not verified.
    Unverified,
}

/// The list of a group, by what it is ordered by.
pub(crate) fn list(order: &str, group: Group) -> String {
    match group {
        Group::All => format!("LIST#{order}#all"),
        Group::Role(role) => format!("LIST#{order}#role={}", role.as_str()),
        Group::Locked => format!("LIST#{order}#locked"),
        Group::Unverified => format!("LIST#{order}#unverified"),
    }
}

/// The accounts that are found by a search that begins so.
pub(crate) fn search(branch: &str) -> String {
    format!("SEARCH#{branch}")
}

/// The place of an account in a list or a search. The tab is in no text that is sorted by, and before all of what is.
pub(crate) fn place(sorted_by: &str, id: UserId) -> String {
    format!("{sorted_by}\t{id}")
}

/// A moment, as lists are sorted by it.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{:013}", at.as_millisecond().clamp(0, LAST_MOMENT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::entries::BY_CREATION;

    #[test]
    fn administrators_are_where_other_areas_look_for_them() {
        let group = Group::Role(Role::Admin);
        assert_eq!(list(BY_CREATION, group), identity::ADMINISTRATORS);
    }
}
