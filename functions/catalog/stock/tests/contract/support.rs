//! What the tests of stocks share.

use catalog_testing::{Answer, Call, LoggedIn, TestApp};
use serde_json::{Value, json};

/// An installation with an administrator, and a variant of a product.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    pub(crate) admin: LoggedIn,
    pub(crate) product: String,
    pub(crate) variant: String,
}

pub(crate) async fn shop() -> Shop {
    opened(TestApp::start().await).await
}

/// The same, whose calls of AWS can be held and made to fail.
pub(crate) async fn watched_shop() -> Shop {
    opened(TestApp::start_watched().await).await
}

async fn opened(app: TestApp) -> Shop {
    let (_, admin) = app.admin().await;
    let _ = app.category(&admin, &json!({"name": "Tea"})).await;
    let product = app.product(&admin, &json!({})).await;
    let product = product["id"].as_str().expect("an id").to_owned();
    let variant = json!({"name": "250 g", "sku": "T-250", "low_stock_threshold": 5});
    let variant = app.variant(&admin, &product, &variant).await;
    Shop {
        app,
        admin,
        product,
        variant,
    }
}

impl Shop {
    /// Adds pieces, or takes them away.
    pub(crate) async fn adjust(&self, delta: i64) -> Answer {
        self.app.adjust(&self.admin, &self.variant, delta).await
    }

    /// What an administrator sees at a path.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let call = Call::get(path).with_token(&self.admin.access);
        self.app.call(call).await
    }

    /// The product as an administrator sees it.
    pub(crate) async fn product(&self) -> Value {
        let path = format!("/api/v1/products/{}", self.product);
        self.get(&path).await.expect(200).json
    }

    /// The path of the variant.
    pub(crate) fn variant_path(&self) -> String {
        format!(
            "/api/v1/products/{}/variants/{}",
            self.product, self.variant
        )
    }

    /// The pieces that can be ordered.
    pub(crate) async fn left(&self) -> i64 {
        self.product().await["variants"][0]["stock"]
            .as_i64()
            .expect("a number")
    }

    /// The movements of the stock, the newest first.
    pub(crate) async fn movements(&self) -> Vec<Value> {
        let path = format!(
            "/api/v1/variants/{}/stock/movements?page_size=100",
            self.variant
        );
        let list = self.get(&path).await.expect(200).json;
        list["results"].as_array().expect("a list").clone()
    }

    /// The variants of which there are few left.
    pub(crate) async fn low(&self) -> Vec<Value> {
        let list = self.get("/api/v1/stock/low").await.expect(200).json;
        list["results"].as_array().expect("a list").clone()
    }

    /// Has the stock spread over so many parts.
    pub(crate) async fn spread(&self, parts: &Value) -> Answer {
        self.app.call(self.spread_call(parts)).await
    }

    pub(crate) fn spread_call(&self, parts: &Value) -> Call {
        let path = format!("/api/v1/variants/{}/stock/parts", self.variant);
        Call::new("PUT", &path)
            .with_header("content-type", "application/json")
            .with_body(json!({ "parts": parts }).to_string())
            .with_token(&self.admin.access)
    }
}
