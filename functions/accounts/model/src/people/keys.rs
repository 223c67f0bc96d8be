//! Where accounts stand in the people table.

use jiff::Timestamp;
use kernel::id::UserId;
use kernel::role::Role;

/// The last moment that has thirteen digits, in the year 2286. With more, texts would not sort as numbers do.
const LAST_MOMENT: i64 = 9_999_999_999_999;

/// A list of accounts, by what it is ordered by and what it is narrowed to; `None` is everybody.
pub(crate) fn list(
    order: &str,
    role: Option<Role>,
    is_active: Option<bool>,
    is_verified: Option<bool>,
) -> String {
    let either = |flag: Option<bool>| match flag {
        None => "*",
        Some(true) => "yes",
        Some(false) => "no",
    };
    format!(
        "LIST#{order}#role={}#active={}#verified={}",
        role.map_or("*", Role::as_str),
        either(is_active),
        either(is_verified)
    )
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
