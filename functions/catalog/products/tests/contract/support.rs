//! What the tests of products share.

use catalog_testing::{Answer, Call, LoggedIn, TestApp, patch_call};
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/api/v1/products";

/// An installation with an administrator, a seller, and the category `tea`.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    pub(crate) admin: LoggedIn,
    pub(crate) seller: LoggedIn,
}

pub(crate) async fn shop() -> Shop {
    opened(TestApp::start().await).await
}

/// The same, whose calls of AWS can be held.
pub(crate) async fn watched_shop() -> Shop {
    opened(TestApp::start_watched().await).await
}

async fn opened(app: TestApp) -> Shop {
    let (_, admin) = app.admin().await;
    let seller = app.user("seller@example.com").await;
    let _ = app.category(&admin, &json!({"name": "Tea"})).await;
    Shop { app, admin, seller }
}

impl Shop {
    /// Makes a product as in most tests, and gives its path.
    pub(crate) async fn tea(&self) -> String {
        let made = self.app.product(&self.seller, &json!({})).await;
        path_of(&made)
    }

    /// What somebody sees at a path; a visitor, where nobody is named.
    pub(crate) async fn get(&self, caller: Option<&LoggedIn>, path: &str) -> Answer {
        let call = Call::get(path);
        let call = match caller {
            Some(caller) => call.with_token(&caller.access),
            None => call,
        };
        self.app.call(call).await
    }

    /// Has somebody change something at a path.
    pub(crate) async fn patch(&self, caller: &LoggedIn, path: &str, change: &Value) -> Answer {
        self.app.call(patch_call(caller, path, change)).await
    }
}

/// The path of a product, as it was answered.
pub(crate) fn path_of(product: &Value) -> String {
    format!("{PATH}/{}", product["id"].as_str().expect("an id"))
}

/// The call that deletes what is at a path.
pub(crate) fn delete_call(caller: &LoggedIn, path: &str) -> Call {
    Call::new("DELETE", path).with_token(&caller.access)
}

/// The call that writes a product anew.
pub(crate) fn put_call(caller: &LoggedIn, path: &str, whole: &Value) -> Call {
    Call::new("PUT", path)
        .with_header("content-type", "application/json")
        .with_body(whole.to_string())
        .with_token(&caller.access)
}
