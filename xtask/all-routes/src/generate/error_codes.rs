//! `docs/ERROR-CODES.md`: why a request can be refused, for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use api::{EVERYWHERE, ErrorCode};

use super::{NOTICE, all};
use areas::Crate;

const HEAD: &str = "\
# Error codes

The `code` of an answer that is no success, by status: what it means, and which endpoints give it. Those of all endpoints
are given where they can apply. What a status asks of the caller is in [API-DESIGN](API-DESIGN.md#status-codes). An
endpoint declares its codes with `.refusing` at its `ENDPOINT`; those of all are `EVERYWHERE` in
[`shared/api/src/error_code.rs`](../shared/api/src/error_code.rs).

| code | status | meaning | endpoints |
| --- | --- | --- | --- |
";

/// A row: who may give a code, and what it means.
struct Row {
    meaning: &'static str,
    endpoints: Vec<String>,
}

/// The document, with a row for each code.
pub(super) fn table(crates: &[Crate]) -> String {
    let mut text = format!("{NOTICE}{HEAD}");
    for ((status, code), row) in rows(crates) {
        let endpoints = if EVERYWHERE.iter().any(|one| one.code() == code) {
            "all".to_owned()
        } else {
            row.endpoints.join(", ")
        };
        let _ = writeln!(
            text,
            "| `{code}` | {status} | {} | {endpoints} |",
            row.meaning
        );
    }
    text
}

/// The rows by status and code.
fn rows(crates: &[Crate]) -> BTreeMap<(u16, &'static str), Row> {
    let key = |code: &ErrorCode| (code.status().as_u16(), code.code());
    let row = |code: &ErrorCode| Row {
        meaning: code.meaning(),
        endpoints: Vec::new(),
    };
    let mut rows: BTreeMap<_, _> = EVERYWHERE.iter().map(|one| (key(one), row(one))).collect();
    for endpoint in all(crates) {
        for code in endpoint.refusals() {
            let row = rows.entry(key(code)).or_insert_with(|| row(code));
            row.endpoints.push(format!("`{}`", endpoint.name()));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_one_thing_wherever_it_is_given() {
        let mut meanings = BTreeMap::new();
        let declared = all(areas::CRATES).flat_map(api::Endpoint::refusals);
        for code in EVERYWHERE.iter().chain(declared) {
            let meaning = (code.status(), code.meaning());
            let known = meanings.entry(code.code()).or_insert(meaning);
            assert_eq!(*known, meaning, "{}", code.code());
        }
    }

    #[test]
    fn an_endpoint_declares_a_code_once_and_none_of_those_of_all() {
        for endpoint in all(areas::CRATES) {
            let refusals: Vec<_> = endpoint.refusals().collect();
            for (position, code) in refusals.iter().enumerate() {
                let is_new = !refusals[..position].contains(code) && !EVERYWHERE.contains(code);
                assert!(is_new, "{}: {}", endpoint.name(), code.code());
            }
        }
    }

    #[test]
    fn a_code_has_its_row() {
        let table = table(areas::CRATES);
        for row in [
            "| `otp_expired` | 400 | the right code, too late | `verify_otp` |\n",
            "| `no_factor` | 409 | the account has no second factor | `disable_totp`, `renew_recovery_codes`, `delete_user_factor` |\n",
            "| `not_found` | 404 | nothing is there, or it is somebody else's | all |\n",
        ] {
            assert!(table.contains(row), "{table}");
        }
    }
}
