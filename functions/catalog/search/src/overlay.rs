//! What an account has changed a moment ago: its own lists have it before the index does.

use api::{Answer, ApiError};
use catalog::product::Products;
use catalog_index::{Change, Index};
use cloud::App;
use kernel::id::UserId;

use crate::states;

/// The products of one account that its lists show as they are at this moment: the latest. Who changes more of them in a minute
/// sees the others once they are indexed.
const MOST: usize = 100;

/// The changes that an account has made a moment ago, as the table has them now.
pub(crate) async fn own_changes(app: &App, by: UserId, index: &Index) -> Answer<Vec<Change>> {
    let mut ids = Products(app.store()).changed_by(by, app.now()).await?;
    ids.truncate(MOST);
    let read = states::read(app.store(), ids).await?;
    let changes = read.changes(index);
    changes.map_err(ApiError::internal)
}
