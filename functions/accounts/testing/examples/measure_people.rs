//! Fills an index of people and tells what the first page of every documented filter reads.
//!
//! `cargo run -p accounts-testing --example measure_people -- 20000`, with `AWS_ENDPOINT_URL` naming a local stack.
//! `docs/PEOPLE.md` holds what came of it. The index takes some 3 kB of the emulator's memory an entry, some seven entries an account.
#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::sync::Arc;

use accounts::people::{People, PeopleFilter, PeopleOrder, SearchText};
use accounts_testing::TestApp;
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use kernel::role::Role;
use serde_json::{Value, json};
use store::PageRequest;

/// Accounts that the index hears of at once, as the stream hands them over.
const BATCH: usize = 100;
/// Batches that are written at once.
const AT_ONCE: usize = 4;
/// The moment at which the first account was made.
const START: &str = "2024-01-01T00:00:00Z";
/// The number of entries of a page, as the endpoint has it unless the caller says otherwise.
const PAGE: usize = 20;

const FIRST_NAMES: [&str; 20] = [
    "Ann", "Anna", "Annabel", "Andrew", "Ben", "Bianca", "Carla", "Chen", "David", "Elena",
    "Fatima", "Georg", "Hanna", "Ivan", "Julia", "Kofi", "Lena", "Maria", "Noah", "Olga",
];
const LAST_NAMES: [&str; 25] = [
    "Adams", "Anders", "Bauer", "Brown", "Costa", "Diaz", "Evans", "Fischer", "Garcia", "Haas",
    "Ito", "Jones", "Klein", "Lopez", "Meyer", "Miller", "Nowak", "Okafor", "Perez", "Rossi",
    "Schmidt", "Silva", "Tanaka", "Weber", "Young",
];

/// What is asked, as the endpoint is asked it.
const QUESTIONS: [&str; 31] = [
    "",
    "ordering=created_at",
    "ordering=email",
    "ordering=-email",
    "role=teen",
    "role=admin",
    "is_active=false",
    "is_active=true",
    "is_verified=false",
    "is_verified=true",
    "role=teen&is_active=false",
    "role=teen&is_active=false&is_verified=true",
    "role=teen&is_active=false&is_verified=true&ordering=email",
    "created_after=2025-03-01",
    "created_before=2025-03-02",
    "created_after=2025-03-01&created_before=2025-03-02",
    "created_after=2025-03-01&created_before=2025-04-01&role=teen&is_active=true&is_verified=true",
    "search=an",
    "search=ann",
    "search=anna",
    "search=miller a",
    "search=anna.miller1301@example.com",
    "search=zzz",
    "search=ann&is_active=true",
    "search=ann&role=user",
    "search=ann&role=teen",
    "search=ann&role=admin",
    "search=ann&is_active=false",
    "search=ann&created_after=2025-03-01&created_before=2025-03-02",
    "ordering=email&created_after=2025-03-01",
    "ordering=email&created_after=2025-03-01&created_before=2025-03-02",
];

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let app = Arc::new(TestApp::start().await);
    fill(&app, count.expect("how many accounts")).await;

    println!("| question | shown | entries read | read for one shown | queries |");
    println!("| --- | --- | --- | --- | --- |");
    for question in QUESTIONS {
        let (filter, order) = read(question);
        let request = PageRequest::new(PAGE, None);
        let people = People(app.app().store());
        let listed = people.list(&filter, &order, &request).await;
        let listed = listed.expect("the table answers");
        let (shown, read) = (listed.page.items.len(), listed.read);
        let each = (read * 100)
            .checked_div(shown)
            .map_or("-".to_owned(), |each| {
                format!("{}.{:02}", each / 100, each % 100)
            });
        println!(
            "| `{question}` | {shown} | {read} | {each} | {} |",
            listed.queries
        );
    }

    // The emulator keeps everything in memory.
    let table = &app.table("people");
    let client = app.app().clients().dynamodb();
    let gone = client.delete_table().table_name(table).send().await;
    gone.expect("the table goes");
}

/// Lets the index hear of so many accounts, made over three years.
async fn fill(app: &Arc<TestApp>, count: usize) {
    let start: Timestamp = START.parse().expect("a moment");
    let apart = SignedDuration::from_hours(3 * 365 * 24)
        / i32::try_from(count).expect("not that many accounts");
    let batches = (0..count).step_by(BATCH).map(|first| {
        let app = Arc::clone(app);
        async move {
            let numbers = first..count.min(first + BATCH);
            let made_at = |number| start + apart * i32::try_from(number).unwrap_or_default();
            let records: Vec<Value> = numbers
                .map(|number| record(number, made_at(number)))
                .collect();
            app.index_records(&records).await;
        }
    });
    futures_util::stream::iter(batches)
        .buffer_unordered(AT_ONCE)
        .for_each(|()| async {})
        .await;
}

fn read(question: &str) -> (PeopleFilter, PeopleOrder) {
    let moment = |day: &str| {
        format!("{day}T00:00:00Z")
            .parse::<Timestamp>()
            .expect("a day")
    };
    let mut filter = PeopleFilter::default();
    let mut order = PeopleOrder::Created { newest_first: true };
    for (name, value) in question.split('&').filter_map(|part| part.split_once('=')) {
        match (name, value) {
            ("role", role) => filter.role = Role::parse(role),
            ("is_active", flag) => filter.is_active = flag.parse().ok(),
            ("is_verified", flag) => filter.is_verified = flag.parse().ok(),
            ("created_after", day) => filter.created_from = Some(moment(day)),
            ("created_before", day) => filter.created_before = Some(moment(day)),
            ("search", text) => {
                order = PeopleOrder::Found(SearchText::parse(text).expect("a search"));
            }
            ("ordering", "email") => order = PeopleOrder::Email { descending: false },
            ("ordering", "-email") => order = PeopleOrder::Email { descending: true },
            ("ordering", _) => {
                order = PeopleOrder::Created {
                    newest_first: false,
                }
            }
            _ => panic!("{name} is no filter"),
        }
    }
    (filter, order)
}

/// What the stream says of a new account.
fn record(number: usize, made_at: Timestamp) -> Value {
    // Different strides, so that names, roles and states are not tied to one another.
    let first = FIRST_NAMES[number % FIRST_NAMES.len()];
    let last = LAST_NAMES[number / FIRST_NAMES.len() % LAST_NAMES.len()];
    let role = match number % 1009 {
        0 => "admin",
        1..=500 => "user",
        501..=700 => "parent",
        701..=780 => "teen",
        781..=840 => "child",
        841..=960 => "flatmate",
        _ => "observer",
    };
    let id = format!(
        "{:08x}-{:04x}-7000-8000-{number:012x}",
        made_at.as_millisecond() >> 16,
        made_at.as_millisecond() & 0xffff
    );
    let (lower_first, lower_last) = (first.to_lowercase(), last.to_lowercase());
    let keys = json!({"pk": {"S": format!("USER#{id}")}, "sk": {"S": "USER"}});
    let mut image = json!({
        "pk": keys["pk"], "sk": keys["sk"], "id": {"S": id},
        "email": {"S": format!("{lower_first}.{lower_last}{number}@example.com")},
        "first_name": {"S": first}, "last_name": {"S": last}, "role": {"S": role},
        "email_verified": {"BOOL": !number.is_multiple_of(11)},
        "created_at": {"N": made_at.as_millisecond().to_string()},
    });
    if number.is_multiple_of(3) {
        image["username"] = json!({"S": format!("{lower_first}_{lower_last}_{number}")});
    }
    if number.is_multiple_of(53) {
        image["disabled"] = json!({"BOOL": true});
    }
    json!({
        "eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1",
        "eventSourceARN": "arn:aws:dynamodb:::table/identity/stream/1",
        "dynamodb": {"Keys": keys, "NewImage": image, "SequenceNumber": "1", "SizeBytes": 600, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    })
}
