//! What the tests of the catalogue share: an installation in which the area runs beside accounts, whose people see and change
//! what is sold.
//!
//! A [`TestApp`] holds that of accounts and is one to all intents. What else a test takes is named here again, so that a test
//! has one line to import from.

mod images_sent;
mod index;
mod shop;
mod streams;
mod verbs;

use std::ops::Deref;
use std::sync::atomic::AtomicU64;

pub use accounts_testing::*;
pub use images_sent::{photograph, process_image_in};
pub use index::index_products_in;
pub use shop::{Shop, path_of};
pub use streams::record_movements_in;
pub use verbs::{delete_call, patch_call, product_call, put_call};

/// What runs in an installation of the catalogue.
pub fn area() -> Area {
    accounts_testing::area()
        .with_endpoints(categories::ENDPOINTS)
        .with_endpoints(products::ENDPOINTS)
        .with_endpoints(images::ENDPOINTS)
        .with_endpoints(stock::ENDPOINTS)
        .with_endpoints(search::ENDPOINTS)
        .with_endpoints(transfers::ENDPOINTS)
        .with_worker("transfers", transfers::transfer_products::transfer_products)
}

/// An installation of a test's own, in which the area runs.
pub struct TestApp {
    accounts: accounts_testing::TestApp,
    /// What `record_movements` has read of the stream of stocks.
    moved: StreamReader,
    /// What `index_products` has read of the stream of the catalogue.
    indexed: StreamReader,
    /// The number of the calls so far that have a key of their own.
    keys: AtomicU64,
}

impl TestApp {
    /// An installation as `template.yaml` makes it.
    pub async fn start() -> Self {
        Box::pin(Self::start_with(Options::default())).await
    }

    /// An installation whose calls of AWS can be counted and made to fail.
    pub async fn start_watched() -> Self {
        Box::pin(Self::start_with(Options::watched())).await
    }

    /// An installation with something different about it.
    pub async fn start_with(options: Options) -> Self {
        Box::pin(Self::start_as(area(), options)).await
    }

    /// An installation in which something else runs: [`area()`] with another worker, say.
    pub async fn start_as(area: Area, options: Options) -> Self {
        Self {
            accounts: accounts_testing::TestApp::with(area, options).await,
            moved: StreamReader::new("stock", "STOCK"),
            indexed: StreamReader::new("catalog", ""),
            keys: AtomicU64::default(),
        }
    }
}

impl Deref for TestApp {
    type Target = accounts_testing::TestApp;

    fn deref(&self) -> &Self::Target {
        &self.accounts
    }
}
