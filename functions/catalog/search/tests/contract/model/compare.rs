//! Answers compared with what the plain definition gives.

use catalog_index::Entry;
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::Value;
use uuid::Uuid;

use super::catalogue::{Catalogue, Moment, Who};
use super::drawn::Drawn;
use super::expected::{Expected, expected};

impl Catalogue {
    /// Compares the answers to some queries with what those who ask are to see, where the table is this. `may_be_outside` says that
    /// rows may be outside of the index, so that those are read from the table that changed since it was written.
    pub(super) async fn compare(
        &self,
        rng: &mut StdRng,
        (times, when): (usize, &str),
        table: &Moment,
        may_be_outside: bool,
    ) {
        let known = self.known(table);
        for _ in 0..times {
            let mut drawn = Drawn::query(rng, &known);
            let who = match rng.random_range(0..5) {
                0 => Some(Who::Admin),
                1 | 2 => Some(Who::Seller),
                _ => None,
            };
            if let Some(who) = who
                && rng.random_bool(0.4)
            {
                drawn.hidden(Some(self.seller_id).filter(|_| who == Who::Seller));
            }
            let text = drawn.text();
            let caller = who.map(|who| self.login(who));
            let answer = self.shop.app.products(caller, &text).await;
            let context = format!("{when}: {who:?} asks {text}");
            let seen = self.seen_by(who, table);
            let page = match expected(seen.entries.values(), &seen.tree, &drawn.query) {
                Expected::Refused(status) => {
                    assert_eq!(answer.status, status, "{context}");
                    continue;
                }
                Expected::Page(page) => page,
            };
            assert_eq!(answer.status, 200, "{context}: {}", answer.json);
            let (mut found, mut body) = (answer.json, page.body);
            let pages = (found["next"].take(), found["previous"].take());
            let has = (pages.0.is_string(), pages.1.is_string());
            let has_others = (page.has_next, drawn.query.page > 1);
            assert_eq!(has, has_others, "{context}");
            if may_be_outside {
                let rows = (found["results"].take(), body["results"].take());
                let rows = (as_rows(&rows.0), as_rows(&rows.1));
                let own: Vec<Uuid> = self.own(who).collect();
                let current = |id: Uuid| {
                    let now = table.entries.get(&id);
                    let is_same = own.contains(&id) || now == self.indexed.entries.get(&id);
                    (!is_same).then_some(now)
                };
                assert_rows(rows.0, rows.1, current, &context);
            }
            assert_eq!(found, body, "{context}");
        }
    }
}

fn as_rows(rows: &Value) -> &[Value] {
    rows.as_array().expect("a list has results")
}

/// Asserts that rows are those that are expected. One that has changed since it was indexed, of which `current` gives what it is
/// now, is as it was, as it is, or left out; whether there is a piece of it may be as the index has it.
fn assert_rows<'a>(
    found: &[Value],
    expected: &[Value],
    current: impl Fn(Uuid) -> Option<Option<&'a Entry>>,
    context: &str,
) {
    let mut found = found.iter().peekable();
    for row in expected {
        let id = row["id"].as_str().and_then(|id| id.parse().ok());
        let Some(now) = current(id.expect("an id")) else {
            assert_eq!(found.next(), Some(row), "{context}");
            continue;
        };
        if let Some(one) = found.next_if(|one| one["id"] == row["id"]) {
            let now = now.map(|now| serde_json::from_str::<Value>(&now.row).expect("JSON"));
            let but_stock = now.clone().map(|mut now| {
                now["in_stock"] = row["in_stock"].clone();
                now
            });
            let allowed = [Some(row), now.as_ref(), but_stock.as_ref()];
            assert!(allowed.contains(&Some(one)), "{context}: {one}");
        }
    }
    assert_eq!(found.next(), None, "{context}");
}
