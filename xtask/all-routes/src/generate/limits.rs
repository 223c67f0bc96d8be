//! `docs/LIMITS.md`: what is counted, and how often it passes.

use std::fmt::Write as _;

use api::Endpoint;
use kernel::limit::Limit;

use super::{NOTICE, all, shown};
use areas::Crate;

const HEAD: &str = "\
# Limits

What an endpoint counts its calls against, as its `ENDPOINT` declares it with `.limited`; why a limit is as it is stands
at its constant in the endpoint's file. The first call opens a window; once so many calls as the quota have passed in it,
the next one is answered 429 `rate_limited` with `Retry-After`. Every answer that was counted carries the limit's state in
`RateLimit` and `RateLimit-Policy` ([API-DESIGN](API-DESIGN.md#conventions)).

Pauses after wrong proofs, the day's mails, and what holds for all calls together are in
[SECURITY](SECURITY.md#limits-and-lifetimes).

| name | quota | window | counted by | endpoint |
| --- | ---: | ---: | --- | --- |
";

/// The document, with a row for each limit of each endpoint in the crates' order.
pub(super) fn table(crates: &[Crate]) -> String {
    let mut text = format!("{NOTICE}{HEAD}");
    for endpoint in all(crates) {
        for limit in endpoint.limits() {
            text.push_str(&row(limit, endpoint));
        }
    }
    text
}

fn row(limit: &Limit, endpoint: &Endpoint) -> String {
    let mut row = String::new();
    let _ = writeln!(
        row,
        "| `{}` | {} | {} | {} | {} |",
        limit.name,
        limit.quota,
        length(limit.window.as_secs()),
        limit.per.as_str(),
        shown(endpoint)
    );
    row
}

/// A length of time in the largest unit that it is a whole number of.
fn length(seconds: i64) -> String {
    match seconds {
        _ if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        _ if seconds % 60 == 0 => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_limit_has_its_row() {
        let table = table(areas::CRATES);
        let row = "| `register-client` | 3 | 1 h | client | `register_user` (POST `/api/v1/auth/register`) |\n";
        assert!(table.contains(row), "{table}");
    }

    #[test]
    fn no_two_limits_share_a_counter() {
        let mut names = BTreeSet::new();
        for limit in all(areas::CRATES).flat_map(Endpoint::limits) {
            assert!(names.insert(limit.name), "{}", limit.name);
        }
    }

    #[test]
    fn lengths_are_in_the_unit_that_fits() {
        let lengths = [60, 600, 3_600, 86_400, 90].map(length);
        assert_eq!(lengths, ["1 min", "10 min", "1 h", "24 h", "90 s"]);
    }
}
