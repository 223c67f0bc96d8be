//! Where one-time codes are in the identity table.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use store::Key;
use store::by_day::{by_day, day_partitions};

/// The list of all requests, in the index by day.
const LIST: &str = "CODES";

/// The one code that is good for an address. It is under the address and not the account: asking looks nothing up.
pub(crate) fn code(email: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{}", email.as_str()), "CODE")
}

/// Index `by-day`: where a request stands in the list of them all.
pub(crate) fn place(at: Timestamp, id: TaskId) -> (String, String) {
    by_day(LIST, at, &id.to_string())
}

/// Index `by-day`: all partitions of a day's requests.
pub(crate) fn partitions(day: Date) -> Vec<String> {
    day_partitions(LIST, &day.to_string())
}
