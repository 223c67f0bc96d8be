//! The rows of a page.

use std::collections::HashMap;

use answers::ProductRow;
use api::{Answer, ApiError};
use catalog::product::{ProductId, Products, Whole};
use catalog_index::{Activity, Hit};
use cloud::App;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

/// The products of a page that are read at a time.
const AT_ONCE: usize = 25;

/// The rows of what was found, as JSON.
///
/// Those that the index has not are read from the table, all at a time: each is a partition, whose images and variants have keys
/// that nobody knows, so it takes a Query. What was deleted or hidden since it was indexed is left out.
pub(crate) async fn rows(
    app: &App,
    hits: Vec<Hit>,
    activity: Activity,
) -> Answer<Vec<Box<RawValue>>> {
    let lacking = hits.iter().filter(|hit| hit.row.is_none());
    let lacking: Vec<Uuid> = lacking.map(|hit| hit.id).collect();
    let read = lacking.into_iter().map(|id| async move {
        let whole = Products(app.store()).read(ProductId::from(id)).await?;
        Ok::<_, ApiError>(whole.map(|whole| (id, whole)))
    });
    let read = stream::iter(read).buffer_unordered(AT_ONCE);
    let read: Vec<Option<(Uuid, Whole)>> = read.try_collect().await?;
    let wants_active = activity == Activity::Active;
    let shown = read.into_iter().flatten();
    let shown = shown.filter(|(_, whole)| whole.product.is_active == wants_active);
    let read: HashMap<Uuid, Whole> = shown.collect();

    let rows = hits.into_iter().filter_map(|hit| match hit.row {
        Some(row) => Some(RawValue::from_string(row)),
        None => read
            .get(&hit.id)
            .map(|whole| to_raw_value(&ProductRow::of(whole))),
    });
    let rows: Result<_, serde_json::Error> = rows.collect();
    rows.map_err(ApiError::internal)
}
