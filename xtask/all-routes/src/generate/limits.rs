//! `docs/LIMITS.md`: what is counted, and how often it passes.

use std::fmt::Write as _;

use api::Endpoint;
use kernel::limit::Limit;

use super::{NOTICE, all, shown};
use areas::Crate;

const HEAD: &str = "\
# Limits

What an endpoint counts its calls against, as its `ENDPOINT` declares it with `.limited`; why a limit is as it is stands
at its constant in the endpoint's file. Windows follow each other: one of an hour begins with the hour (UTC). Once so many
calls as the quota have passed in it, the next one is answered 429 `rate_limited` with `Retry-After`.

A limit counts what could have had an effect: what is refused for its form is not counted by it. What ends in a change is
counted in the change's own transaction. Where a caller's own calls are counted before, the answer carries the limit's
state in `RateLimit` and `RateLimit-Policy` ([API-DESIGN](API-DESIGN.md#conventions)).

- By **client**: an IPv4 address or a /64 of IPv6. Its network, a /24 or a /48, gets ten times as many.
- By **address**: the mailbox behind it, without a tag (`ann+tag@`), and without dots where the domain passes them over.
- By **account**: the one that calls, or that the call is about.

Two limits hold for many endpoints:

- `WRITES`
- `REFUSED`

Pauses after wrong proofs, the day's mails, and what holds for all calls together are in
[SECURITY](SECURITY.md#limits-and-lifetimes).

| name | quota | window | counted by | endpoint |
| --- | ---: | ---: | --- | --- |
";

/// The document, with a row for each limit of each endpoint in the crates' order.
pub(super) fn table(crates: &[Crate]) -> String {
    let everywhere = |limit: &Limit, what: &str| {
        let (name, quota) = (limit.name, limit.quota);
        let window = length(limit.window.as_secs());
        format!(
            "`{name}`: {quota} in {window} and {}: {what}",
            limit.per.as_str()
        )
    };
    let writes = everywhere(
        &api::WRITES,
        "changes that a caller makes, where the endpoint has no tighter limit of the account's.",
    );
    let refused = everywhere(
        &api::REFUSED_BODIES,
        "bodies that endpoints with a limit refuse for their form.",
    );
    let head = HEAD
        .replace("`WRITES`", &writes)
        .replace("`REFUSED`", &refused);
    let mut text = format!("{NOTICE}{head}");
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
        let everywhere = [&api::WRITES, &api::REFUSED_BODIES];
        let own = all(areas::CRATES).flat_map(Endpoint::limits);
        for limit in own.chain(everywhere) {
            assert!(names.insert(limit.name), "{}", limit.name);
        }
    }

    #[test]
    fn lengths_are_in_the_unit_that_fits() {
        let lengths = [60, 600, 3_600, 86_400, 90].map(length);
        assert_eq!(lengths, ["1 min", "10 min", "1 h", "24 h", "90 s"]);
    }
}
