//! Ten thousand products over HTTP, on the deployed stack: uploaded, imported, exported, and imported again.

use std::fmt::Write as _;

use end_to_end::{Member, Request, Stack, Tokens, Visitor, eventually, unique_address};
use serde_json::{Value, json};
use test_support::Http;

/// The products of the file, and how many of them have a variant: one of so many.
const PRODUCTS: usize = 10_000;
const WITH_VARIANT: usize = 10;

/// An administrator who is logged in.
struct Admin {
    visitor: Visitor,
    tokens: Tokens,
}

impl Admin {
    async fn join(stack: &Stack) -> Self {
        let member = Member::join(stack).await;
        let tokens = member.sign_in_as_admin().await;
        let visitor = member.visitor;
        Self { visitor, tokens }
    }

    async fn send(&self, request: Request, status: u16) -> Value {
        let answer = self.visitor.send(request.with_token(&self.tokens.access));
        let answer = answer.await;
        assert_eq!(answer.status, status, "{}", answer.json);
        answer.json
    }

    async fn post(&self, path: &str, body: &Value, status: u16) -> Value {
        let request = Request::new("POST", path).with_body(&body.to_string());
        let key = unique_address("key");
        self.send(request.with_header("idempotency-key", &key), status)
            .await
    }

    /// What a task gave, once it is done. It goes on step by step, each in less than a minute.
    async fn result_of(&self, task: &Value) -> Value {
        let path = format!("/api/v1/tasks/{}", task["task_id"].as_str().unwrap());
        let mut progress = Value::Null;
        loop {
            let seen = eventually("the transfer to go on", async || {
                let task = self.send(Request::get(&path), 200).await;
                let is_over = ["SUCCESS", "FAILURE"].contains(&task["status"].as_str().unwrap());
                (is_over || task["progress"] != progress).then_some(task)
            })
            .await;
            match seen["status"].as_str() {
                Some("SUCCESS") => return seen["result"].clone(),
                Some("FAILURE") => panic!("{seen}"),
                _ => progress = seen["progress"].clone(),
            }
        }
    }

    /// Imports a file, and gives how many rows were made, changed, unchanged and refused.
    async fn import(&self, format: &str, file: &[u8]) -> [u64; 4] {
        let form = self
            .post("/api/v1/product-imports/uploads", &json!({}), 201)
            .await;
        let (status, said) = Http::default().upload(&form, file).await;
        assert!((200..300).contains(&status), "{said}");
        let asked = json!({"upload_id": form["upload_id"], "format": format});
        let task = self.post("/api/v1/product-imports", &asked, 202).await;
        let result = self.result_of(&task).await;
        ["made", "changed", "unchanged", "refused"].map(|name| result[name].as_u64().unwrap())
    }

    /// Waits until so many products of a category are listed: the index takes them up as the stream brings them.
    async fn listed(&self, category: &str, count: usize) {
        let path = format!("/api/v1/products?category={category}&page_size=1");
        let (mut tag, mut seen) = ("\"none\"".to_owned(), Value::Null);
        while seen != count {
            seen = eventually("more products to be listed", async || {
                // What has not changed is not counted against the limit of lists.
                let request = Request::get(&path).with_token(&self.tokens.access);
                let request = request.with_header("if-none-match", &tag);
                let answer = self.visitor.send(request).await;
                if answer.status != 200 {
                    return None;
                }
                answer.header("etag").clone_into(&mut tag);
                (answer.json["count"] != seen).then(|| answer.json["count"].clone())
            })
            .await;
        }
    }

    /// Exports the catalogue, and gives the file.
    async fn export(&self, format: &str) -> Vec<u8> {
        let asked = json!({"format": format});
        let task = self.post("/api/v1/product-exports", &asked, 202).await;
        let _ = self.result_of(&task).await;
        let id = task["task_id"].as_str().unwrap();
        let path = format!("/api/v1/product-transfers/{id}/file");
        let shown = self.send(Request::get(&path), 200).await;
        let (status, _, file) = Http::default().get(shown["url"].as_str().unwrap()).await;
        assert_eq!(status, 200);
        file.to_vec()
    }
}

#[tokio::test]
async fn ten_thousand_products_are_imported_listed_and_exported() {
    let stack = Stack::deployed();
    let admin = Admin::join(&stack).await;
    let address = unique_address("bulk");
    let name = address
        .split_once('@')
        .unwrap()
        .0
        .replace(['.', '+'], "-")
        .to_lowercase();
    let mut file = format!(
        "{}\n",
        json!({"record": "category", "slug": name, "name": "Bulk"})
    );
    for number in 0..PRODUCTS {
        let sku = format!("{name}-{number}");
        let product = json!({
            "sku": sku, "name": format!("Product {number}"), "price": "8.90", "currency": "EUR", "categories": [name],
            "attributes": {"number": number},
        });
        let variant =
            json!({"record": "variant", "product": sku, "sku": format!("{sku}-v"), "name": "One"});
        writeln!(file, "{product}").unwrap();
        if number % WITH_VARIANT == 0 {
            writeln!(file, "{variant}").unwrap();
        }
    }
    let rows = 1 + (PRODUCTS + PRODUCTS / WITH_VARIANT) as u64;
    assert_eq!(
        admin.import("jsonl", file.as_bytes()).await,
        [rows, 0, 0, 0]
    );
    assert_eq!(
        admin.import("jsonl", file.as_bytes()).await,
        [0, 0, rows, 0]
    );

    admin.listed(&name, PRODUCTS).await;

    // What other tests have made is in it, too.
    let exported = admin.export("csv").await;
    let text = String::from_utf8(exported).unwrap();
    let head = text.lines().next().unwrap();
    let own = text.lines().filter(|line| line.contains(&name));
    let own: Vec<&str> = std::iter::once(head).chain(own).collect();
    assert_eq!(own.len() as u64, 1 + rows);
    let own = own.join("\r\n");
    assert_eq!(admin.import("csv", own.as_bytes()).await, [0, 0, rows, 0]);
}
