//! How many entries a list has. To count is to read: DynamoDB charges for what it looks at, half as much as for a consistent
//! read, so a count goes only so far.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use futures_util::future::{try_join, try_join_all};

use crate::Store;
use crate::error::StoreError;
use crate::page::{Page, PageError, PageRequest};
use crate::wanted::Wanted;

/// The number of entries of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The list has so many.
    Exactly(usize),
    /// The list has so many, and was not looked at to its end.
    AtLeast(usize),
}

/// What a count has come to, over all parts of the list.
#[derive(Default)]
struct Tally {
    looked_at: AtomicUsize,
    found: AtomicUsize,
}

/// Counts the wanted entries of a list, whose parts the queries give: of several parts at once, looking at `most` entries and
/// few more.
pub async fn count(
    store: &Store,
    parts: Vec<QueryFluentBuilder>,
    wanted: &Wanted<'_>,
    most: usize,
    attempt: &'static str,
) -> Result<Count, StoreError> {
    let tally = Tally::default();
    let counts = parts
        .into_iter()
        .map(|part| count_part(store, part, wanted, most, &tally, attempt));
    let is_whole = try_join_all(counts).await?.into_iter().all(|ended| ended);

    let found = tally.found.into_inner();
    Ok(if is_whole && found <= most {
        Count::Exactly(found)
    } else {
        Count::AtLeast(found.min(most))
    })
}

/// Adds the entries of a part to the tally. False if it was not counted to its end.
async fn count_part(
    store: &Store,
    part: QueryFluentBuilder,
    wanted: &Wanted<'_>,
    most: usize,
    tally: &Tally,
    attempt: &'static str,
) -> Result<bool, StoreError> {
    let part = if wanted.is_all() {
        part.select(Select::Count)
    } else {
        wanted.narrow(part, None)
    };
    let part = part.consistent_read(false);
    let mut start = None;
    loop {
        // One more than counted says that the list goes on.
        let left = (most + 1).saturating_sub(tally.looked_at.load(Ordering::Relaxed));
        if left == 0 {
            return Ok(false);
        }
        let query = part
            .clone()
            .limit(i32::try_from(left).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let output = store.ask(query, attempt).await?;
        let looked_at = usize::try_from(output.scanned_count).unwrap_or_default();
        tally.looked_at.fetch_add(looked_at, Ordering::Relaxed);
        let mut found = looked_at;
        if !wanted.is_all() {
            found = 0;
            for item in output.items.unwrap_or_default() {
                found += usize::from(wanted.takes(&item)?);
            }
        }
        tally.found.fetch_add(found, Ordering::Relaxed);
        start = output.last_evaluated_key;
        if start.is_none() {
            return Ok(true);
        }
    }
}

/// A page with the count of its list, made beside it, if the request asks for one.
pub async fn counted<T>(
    request: &PageRequest,
    page: impl Future<Output = Result<Page<T>, PageError>>,
    count: impl Future<Output = Result<Count, StoreError>>,
) -> Result<Page<T>, PageError> {
    if request.count_to == 0 {
        return page.await;
    }
    let count = async { count.await.map_err(PageError::from) };
    let (page, count) = try_join(page, count).await?;
    Ok(Page {
        count: Some(count),
        ..page
    })
}
