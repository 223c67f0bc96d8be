//! A shop: what most tests begin with.

use serde_json::{Value, json};

use crate::{Answer, Call, LoggedIn, TestApp, patch_call};

/// An installation with an administrator, a seller, and the category `tea`.
pub struct Shop {
    /// The installation.
    pub app: TestApp,
    /// Who manages the catalogue.
    pub admin: LoggedIn,
    /// Who makes products, and has no rights besides.
    pub seller: LoggedIn,
}

impl Shop {
    /// Opens one.
    pub async fn open() -> Self {
        Self::open_in(TestApp::start().await).await
    }

    /// The same, whose calls of AWS can be held, counted, and made to fail.
    pub async fn open_watched() -> Self {
        Self::open_in(TestApp::start_watched().await).await
    }

    /// The same, in an installation that is there.
    pub async fn open_in(app: TestApp) -> Self {
        let (_, admin) = app.admin().await;
        let seller = app.user("seller@example.com").await;
        let _ = app.category(&admin, &json!({"name": "Tea"})).await;
        Self { app, admin, seller }
    }

    /// Makes a product as in most tests, and gives its path.
    pub async fn tea(&self) -> String {
        let made = self.app.product(&self.seller, &json!({})).await;
        path_of(&made)
    }

    /// Makes a product as in most tests, with a variant: the product's path, and the variant's id.
    pub async fn tea_with_variant(&self) -> (String, String) {
        let made = self.app.product(&self.seller, &json!({})).await;
        let id = made["id"].as_str().expect("an id");
        let variant = json!({"name": "250 g", "sku": "T-250"});
        let variant = self.app.variant(&self.seller, id, &variant).await;
        (path_of(&made), variant)
    }

    /// What somebody sees at a path; a visitor, where nobody is named.
    pub async fn get(&self, caller: Option<&LoggedIn>, path: &str) -> Answer {
        let call = Call::get(path);
        let call = match caller {
            Some(caller) => call.with_token(&caller.access),
            None => call,
        };
        self.app.call(call).await
    }

    /// Has somebody change something at a path.
    pub async fn patch(&self, caller: &LoggedIn, path: &str, change: &Value) -> Answer {
        self.app.call(patch_call(caller, path, change)).await
    }
}

/// The path of a product, as it was answered.
///
/// # Panics
/// Panics if the answer has no id.
pub fn path_of(product: &Value) -> String {
    format!(
        "/api/v1/products/{}",
        product["id"].as_str().expect("an id")
    )
}
