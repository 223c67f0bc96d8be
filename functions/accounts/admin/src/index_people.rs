use accounts::people::{People, PersonChange};
use aws_lambda_events::event::dynamodb::Event;
use cloud::App;
use lambda_runtime::Error;
use store::StoreError;
use work::{Worker, worker};

pub const WORKER: Worker = worker!(index_people);

/// Brings the lists and searches of people up to date with what has changed. Called by the stream of the accounts.
///
/// After a failure half-way the stream gives the same changes again, which leave the same entries.
pub async fn index_people(app: App, event: Event) -> Result<(), Error> {
    let records = event.records.len();
    let changes: Result<Vec<_>, StoreError> = event
        .records
        .into_iter()
        .map(|record| record.change)
        .map(|change| PersonChange::of(change.keys, change.old_image, change.new_image))
        .filter_map(Result::transpose)
        .collect();
    let changes = changes?;

    let entries = People(app.store()).index(&changes).await?;

    tracing::info!(records, changes = changes.len(), entries, "people indexed");
    Ok(())
}
