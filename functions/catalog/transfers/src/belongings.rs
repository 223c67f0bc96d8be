//! The files of an account's imports and exports, as a part of its end.

use catalog::transfer::TransferFolder;
use cloud::App;
use kernel::id::UserId;
use serde_json::{Map, Value};
use work::{Belongings, Ended, Failure, Step};

/// What an account has uploaded to be imported, and the files of its imports and exports. They are the shop's and of no use to
/// who leaves, so no copy has them.
pub struct TransferBelongings;

impl Belongings for TransferBelongings {
    fn copy<'a>(&'a self, _: &'a App, _: UserId) -> Step<'a, Map<String, Value>> {
        Box::pin(async { Ok(Map::new()) })
    }

    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended> {
        Box::pin(end(app, user_id))
    }
}

async fn end(app: &App, user_id: UserId) -> Result<Ended, Failure> {
    let files = app.files();
    let imports = TransferFolder::Imports(user_id);
    let imports = files.delete_prefix(&imports).await?;
    let transfers = TransferFolder::Transfers(user_id);
    let transfers = files.delete_prefix(&transfers).await?;
    Ok(Ended::All(imports + transfers))
}
