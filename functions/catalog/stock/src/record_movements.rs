use std::collections::BTreeMap;

use aws_lambda_events::event::dynamodb::Event;
use catalog::product::ProductId;
use catalog::stock::{Level, LowStock, Movements, Stock, StockChange};
use catalog::variant::VariantId;
use cloud::App;
use kernel::job::Queue;
use lambda_runtime::Error;
use store::StoreError;
use work::{Worker, put_aside, worker};

pub const WORKER: Worker = worker!(record_movements);

/// Where records go that cannot be read, and those that the stream gave up.
const FAILURES: Queue = Queue::named("index-failures");

/// Writes down how stocks have changed, and notes what that comes to. Called by the stream of stocks.
///
/// After a failure half-way the stream gives the same changes again, which leave the same movements. One that cannot be read is
/// put aside, and holds nobody up.
pub async fn record_movements(app: App, event: Event) -> Result<(), Error> {
    let records = event.records.len();
    let (mut movements, mut touched) = (Vec::new(), BTreeMap::new());
    for record in event.records {
        let change = &record.change;
        match StockChange::of(change.old_image.clone(), change.new_image.clone()) {
            Ok(None) => {}
            Ok(Some(StockChange { part, movement })) => {
                touched.insert(part.variant_id, part.product_id);
                movements.extend(movement);
            }
            Err(error) => put_aside(&app, &FAILURES, &record, &error).await?,
        }
    }

    Movements(app.store()).record(&movements).await?;
    for (variant_id, product_id) in &touched {
        note(&app, *product_id, *variant_id).await?;
    }

    let movements = movements.len();
    tracing::info!(
        records,
        movements,
        stocks = touched.len(),
        "movements recorded"
    );
    Ok(())
}

/// Notes at a variant what its stock has come to, as it is now: of several changes the last one counts.
async fn note(app: &App, product_id: ProductId, id: VariantId) -> Result<(), StoreError> {
    let parts = Stock(app.store()).parts(id).await?;
    let (level, is_alone) = (Level::of(&parts), parts.len() == 1);
    let low = LowStock(app.store());
    low.note(product_id, id, level, is_alone, app.now()).await
}
