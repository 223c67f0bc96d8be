//! The rows of a page.

use std::collections::HashMap;

use answers::ProductRow;
use api::{Answer, ApiError};
use catalog::product::{Listed, ProductId, Products};
use catalog_index::{Activity, Hit};
use cloud::App;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

/// The rows of what was found, as JSON.
///
/// Those that the index has not are read from the table, all at once. What was deleted or hidden since it was indexed is left out.
/// Whether there is a piece of a product is as the index has it: that is a matter of all its variants.
pub(crate) async fn rows(
    app: &App,
    hits: Vec<Hit>,
    activity: Activity,
) -> Answer<Vec<Box<RawValue>>> {
    let lacking = hits.iter().filter(|hit| hit.row.is_none());
    let lacking: Vec<ProductId> = lacking.map(|hit| ProductId::from(hit.id)).collect();
    let mut read = Products(app.store()).listed(&lacking).await?;
    let wants_active = activity == Activity::Active;
    read.retain(|listed| listed.product.is_active == wants_active);
    let read = read.into_iter();
    let read: HashMap<Uuid, Listed> = read
        .map(|listed| (listed.product.id.uuid(), listed))
        .collect();

    let rows = hits.into_iter().filter_map(|hit| match hit.row {
        Some(row) => Some(RawValue::from_string(row)),
        None => read.get(&hit.id).map(|Listed { product, images }| {
            to_raw_value(&ProductRow::with(product, images, hit.in_stock))
        }),
    });
    let rows: Result<_, serde_json::Error> = rows.collect();
    rows.map_err(ApiError::internal)
}
