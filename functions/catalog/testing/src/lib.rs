//! What the tests of the catalogue share: an installation in which the area runs beside accounts, whose people see and change
//! what is sold.
//!
//! A [`TestApp`] holds that of accounts and is one to all intents. What else a test takes is named here again, so that a test
//! has one line to import from.

use std::ops::Deref;

pub use accounts_testing::*;
use serde_json::Value;

/// What runs in an installation of the catalogue.
pub fn area() -> Area {
    accounts_testing::area().with_endpoints(categories::ENDPOINTS)
}

/// An installation of a test's own, in which the area runs.
pub struct TestApp(accounts_testing::TestApp);

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
        Self(accounts_testing::TestApp::with(area(), options).await)
    }

    /// Makes a category, and gives it as it was answered.
    pub async fn category(&self, admin: &LoggedIn, category: &Value) -> Value {
        let call = Call::post("/api/v1/categories", category).with_token(&admin.access);
        self.call(call).await.expect(201).json
    }
}

impl Deref for TestApp {
    type Target = accounts_testing::TestApp;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
