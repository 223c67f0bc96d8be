//! What the tests of transfers share.

use catalog_testing::{Answer, Call, LoggedIn, Shop, TestApp};
use kernel::id::TaskId;
use kernel::task::TaskState;
use serde_json::{Value, json};
use store::{TaskResult, Tasks};

/// A line of column names that a small file has.
pub(crate) const COLUMNS: &str = "sku,name,price,currency,categories";

/// A task that came to its end.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) id: TaskId,
    pub(crate) state: TaskState,
    pub(crate) error: String,
    pub(crate) result: Value,
}

/// Uploads a file to be imported, and gives the upload's id.
pub(crate) async fn upload(app: &TestApp, admin: &LoggedIn, file: &[u8]) -> String {
    let call = Call::post("/api/v1/product-imports/uploads", &json!({})).with_token(&admin.access);
    let form = app.call(call).await.expect(201).json;
    let (status, said) = app.upload(&form, file).await;
    assert!((200..300).contains(&status), "{status} {said}");
    form["upload_id"].as_str().expect("it is there").to_owned()
}

/// The call that asks for an import.
pub(crate) fn import_call(admin: &LoggedIn, upload_id: &str, format: &str) -> Call {
    let body = json!({"upload_id": upload_id, "format": format});
    Call::post("/api/v1/product-imports", &body).with_token(&admin.access)
}

/// Asks for the import of a file, and gives the task's id.
pub(crate) async fn ask(app: &TestApp, admin: &LoggedIn, format: &str, file: &[u8]) -> TaskId {
    let upload_id = upload(app, admin, file).await;
    id_of(&app.call(import_call(admin, &upload_id, format)).await)
}

/// Imports a file.
pub(crate) async fn import(shop: &Shop, format: &str, file: impl AsRef<[u8]>) -> Ended {
    let id = ask(&shop.app, &shop.admin, format, file.as_ref()).await;
    shop.app.deliver().await;
    ended(&shop.app, id).await
}

/// Imports a file that is taken, and gives how many rows were made, changed, unchanged and refused.
pub(crate) async fn counts(shop: &Shop, format: &str, file: impl AsRef<[u8]>) -> [u64; 4] {
    counted(&import(shop, format, file).await)
}

/// What an import counted that is done.
#[track_caller]
pub(crate) fn counted(ended: &Ended) -> [u64; 4] {
    assert_eq!(ended.state, TaskState::Success, "{ended:?}");
    ["made", "changed", "unchanged", "refused"]
        .map(|name| ended.result[name].as_u64().expect("it is there"))
}

/// Asks for an export, and gives the task's id.
pub(crate) async fn ask_for_export(app: &TestApp, admin: &LoggedIn, format: &str) -> TaskId {
    let body = json!({"format": format});
    let call = Call::post("/api/v1/product-exports", &body).with_token(&admin.access);
    id_of(&app.call(call).await)
}

/// Exports the catalogue.
pub(crate) async fn export(shop: &Shop, format: &str) -> String {
    let id = ask_for_export(&shop.app, &shop.admin, format).await;
    shop.app.deliver().await;
    let ended = ended(&shop.app, id).await;
    assert_eq!(ended.state, TaskState::Success, "{ended:?}");
    fetch(shop, id).await
}

/// Asks where the file of a transfer is.
pub(crate) async fn show(app: &TestApp, who: &LoggedIn, id: TaskId) -> Answer {
    let call = Call::get(&format!("/api/v1/product-transfers/{id}/file"));
    app.call(call.with_token(&who.access)).await
}

/// The file of a transfer, as its owner fetches it.
pub(crate) async fn fetch(shop: &Shop, id: TaskId) -> String {
    let shown = show(&shop.app, &shop.admin, id).await.expect(200).json;
    let (status, _, body) = shop
        .app
        .download(shown["url"].as_str().expect("it is there"))
        .await;
    assert_eq!(status, 200);
    String::from_utf8(body.to_vec()).expect("it is there")
}

/// What has become of a task.
pub(crate) async fn ended(app: &TestApp, id: TaskId) -> Ended {
    let tasks = Tasks(app.app().store());
    let found = tasks
        .lookup_with_result(id, app.now())
        .await
        .expect("it is there");
    let found = found.expect("it is there");
    let result = match found.result {
        Some(TaskResult::Given(result)) => result,
        _ => Value::Null,
    };
    Ended {
        id,
        state: found.row.state,
        error: found.row.last_error.unwrap_or_default(),
        result,
    }
}

fn id_of(answer: &Answer) -> TaskId {
    let answer = answer.clone().expect(202);
    answer.text("task_id").parse().expect("it is there")
}

/// A product of the category `tea`, as a line of JSON.
pub(crate) fn tea(sku: &str, more: &Value) -> String {
    let mut product = json!({
        "sku": sku, "name": sku, "price": "8.90", "currency": "EUR", "categories": ["tea"],
    });
    for (field, value) in more.as_object().expect("it is there") {
        product[field] = value.clone();
    }
    format!("{product}\n")
}

/// The product that has a SKU, as its administrator sees it.
pub(crate) async fn find(shop: &Shop, sku: &str) -> Value {
    let products = catalog::product::Products(shop.app.app().store());
    let owner = products
        .find_sku(&sku.parse().expect("it is there"))
        .await
        .expect("it is there");
    let path = format!(
        "/api/v1/products/{}",
        owner.expect("it is there").product_id
    );
    shop.get(Some(&shop.admin), &path).await.expect(200).json
}
