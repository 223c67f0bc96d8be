//! What people do with the catalogue, in one line each.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::{Answer, Call, LoggedIn, TestApp};

impl TestApp {
    /// Makes an account without any rights, and logs it in.
    pub async fn user(&self, email: &str) -> LoggedIn {
        let person = self.member(email).await;
        self.log_in(&person).await
    }

    /// Makes another administrator, and logs them in.
    pub async fn another_admin(&self) -> LoggedIn {
        let person = self
            .member_with_role("other.admin@example.com", "admin")
            .await;
        self.log_in(&person).await
    }

    /// Makes a category, and gives it as it was answered.
    pub async fn category(&self, admin: &LoggedIn, category: &Value) -> Value {
        let call = Call::post("/api/v1/categories", category).with_token(&admin.access);
        self.call(call).await.expect(201).json
    }

    /// Makes a product, and gives it as it was answered. `product` has what is not as in most tests: the category is `tea`, which
    /// must be there.
    pub async fn product(&self, seller: &LoggedIn, product: &Value) -> Value {
        self.call(product_call(seller, product))
            .await
            .expect(201)
            .json
    }

    /// Adds a variant to a product, and gives its id.
    pub async fn variant(&self, seller: &LoggedIn, product_id: &str, variant: &Value) -> String {
        let path = format!("/api/v1/products/{product_id}/variants");
        let call = Call::post(&path, variant).with_token(&seller.access);
        let made = self.call(call).await.expect(201).json;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Adds pieces to the stock of a variant, or takes them away.
    pub async fn adjust(&self, admin: &LoggedIn, variant_id: &str, delta: i64) -> Answer {
        self.call(self.adjust_call(admin, variant_id, delta)).await
    }

    /// The call that does it, with a key of its own.
    pub fn adjust_call(&self, admin: &LoggedIn, variant_id: &str, delta: i64) -> Call {
        let path = format!("/api/v1/variants/{variant_id}/stock/adjustments");
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        Call::post(&path, &json!({"delta": delta, "reason": "Count"}))
            .with_header("idempotency-key", &format!("key-{key}"))
            .with_token(&admin.access)
    }
}

/// The call that makes a product.
pub fn product_call(seller: &LoggedIn, product: &Value) -> Call {
    let mut whole = json!({
        "name": "Green tea", "sku": "TEA-GREEN", "price": "8.90", "currency": "EUR", "categories": ["tea"],
    });
    let Value::Object(product) = product else {
        panic!("a product is an object: {product}");
    };
    for (field, value) in product {
        whole[field] = value.clone();
    }
    Call::post("/api/v1/products", &whole).with_token(&seller.access)
}

/// The call that changes something at a path.
pub fn patch_call(caller: &LoggedIn, path: &str, change: &Value) -> Call {
    Call::new("PATCH", path)
        .with_header("content-type", "application/json")
        .with_body(change.to_string())
        .with_token(&caller.access)
}

/// The call that deletes what is at a path.
pub fn delete_call(caller: &LoggedIn, path: &str) -> Call {
    Call::new("DELETE", path).with_token(&caller.access)
}

/// The call that writes something at a path anew.
pub fn put_call(caller: &LoggedIn, path: &str, whole: &Value) -> Call {
    Call::new("PUT", path)
        .with_header("content-type", "application/json")
        .with_body(whole.to_string())
        .with_token(&caller.access)
}
