//! What the tests of categories share.

use catalog_testing::{Answer, Call, LoggedIn, TestApp};
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/api/v1/categories";

/// An installation with an administrator.
pub(crate) async fn start() -> (TestApp, LoggedIn) {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    (app, admin)
}

/// The same, whose calls of AWS can be held.
pub(crate) async fn start_watched() -> (TestApp, LoggedIn) {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    (app, admin)
}

/// Makes a category, below another or not, and gives its id.
pub(crate) async fn make(
    app: &TestApp,
    admin: &LoggedIn,
    name: &str,
    parent: Option<&str>,
) -> String {
    let made = app
        .category(admin, &json!({"name": name, "parent": parent}))
        .await;
    made["id"].as_str().unwrap().to_owned()
}

/// The call that changes something about a category.
pub(crate) fn patch_call(admin: &LoggedIn, id: &str, change: &Value) -> Call {
    Call::new("PATCH", &format!("{PATH}/{id}"))
        .with_header("content-type", "application/json")
        .with_body(change.to_string())
        .with_token(&admin.access)
}

/// Changes something about a category.
pub(crate) async fn patch(app: &TestApp, admin: &LoggedIn, id: &str, change: &Value) -> Answer {
    app.call(patch_call(admin, id, change)).await
}

/// The call that deletes a category.
pub(crate) fn delete_call(admin: &LoggedIn, id: &str, query: &str) -> Call {
    Call::new("DELETE", &format!("{PATH}/{id}{query}")).with_token(&admin.access)
}

/// What is at a path below that of categories, as a visitor sees it.
pub(crate) async fn get(app: &TestApp, below: &str) -> Answer {
    app.call(Call::get(&format!("{PATH}{below}"))).await
}

/// The names of a list.
pub(crate) fn names(list: &Value) -> Vec<&str> {
    let results = list["results"].as_array().unwrap().iter();
    results.map(|one| one["name"].as_str().unwrap()).collect()
}
