//! The products that an account has made, as a part of its copy and of its end.

use catalog::product::Products;
use cloud::App;
use kernel::id::UserId;
use serde_json::{Map, Value, json};
use work::{Belongings, Ended, Failure, Step};

/// That an account has made some products. The products are the shop's and stay; whose they were is forgotten.
pub struct ProductBelongings;

/// The notes that are deleted in one try.
const AT_ONCE: usize = 500;

impl Belongings for ProductBelongings {
    fn copy<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Map<String, Value>> {
        Box::pin(copy(app, user_id))
    }

    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended> {
        Box::pin(end(app, user_id))
    }
}

async fn copy(app: &App, user_id: UserId) -> Result<Map<String, Value>, Failure> {
    let made = Products(app.store()).made_by(user_id).await?;
    Ok(Map::from_iter([("products".to_owned(), json!(made))]))
}

async fn end(app: &App, user_id: UserId) -> Result<Ended, Failure> {
    let removed = Products(app.store()).forget(user_id, AT_ONCE).await?;
    Ok(if removed == AT_ONCE {
        Ended::Partly("there are more products to forget the maker of")
    } else {
        Ended::All(removed)
    })
}
