use accounts::people::{People, PersonChange};
use aws_lambda_events::event::dynamodb::Event;
use cloud::App;
use kernel::job::Queue;
use lambda_runtime::Error;
use work::{Worker, put_aside, worker};

pub const WORKER: Worker = worker!(index_people);

/// Where records go that cannot be read, and those that the stream gave up.
const FAILURES: Queue = Queue::named("index-failures");

/// Brings the lists and searches of people up to date with what has changed. Called by the stream of the accounts.
///
/// After a failure half-way the stream gives the same changes again, which leave the same entries. One that cannot be read is
/// put aside, and holds nobody up.
pub async fn index_people(app: App, event: Event) -> Result<(), Error> {
    let records = event.records.len();
    let mut changes = Vec::new();
    for record in event.records {
        let change = &record.change;
        let (keys, before) = (change.keys.clone(), change.old_image.clone());
        match PersonChange::of(keys, before, change.new_image.clone()) {
            Ok(change) => changes.extend(change),
            Err(error) => put_aside(&app, &FAILURES, &record, &error).await?,
        }
    }

    let entries = People(app.store()).index(&changes).await?;

    tracing::info!(records, changes = changes.len(), entries, "people indexed");
    Ok(())
}
