//! What others change between what a call reads and what it writes is not overlooked.

use catalog_testing::Call;
use serde_json::json;

use crate::support::{PATH, delete_call, get, make, patch_call, start_watched};

#[tokio::test]
async fn two_moves_that_would_make_a_cycle_do_not() {
    let (app, admin) = start_watched().await;
    let tea = make(&app, &admin, "Tea", None).await;
    let home = make(&app, &admin, "Home", None).await;

    let first = app
        .call_with_another_meanwhile(
            patch_call(&admin, &tea, &json!({"parent": home})),
            patch_call(&admin, &home, &json!({"parent": tea})),
        )
        .await;

    first.expect_error_with(400, "invalid_fields", &["details"]);
    let tree = get(&app, "?tree=true").await.expect(200).json;
    assert_eq!(tree["results"][0]["name"], "Tea");
}

#[tokio::test]
async fn nothing_comes_into_a_category_while_it_is_deleted() {
    let (app, admin) = start_watched().await;
    let tea = make(&app, &admin, "Tea", None).await;
    let below = json!({"name": "Green", "parent": tea});
    let create = Call::post(PATH, &below).with_token(&admin.access);

    let deleted = app
        .call_with_another_meanwhile(delete_call(&admin, &tea, ""), create)
        .await;

    deleted.expect_error(409, "category_not_empty");
}

#[tokio::test]
async fn changes_at_once_are_all_made() {
    let (app, admin) = start_watched().await;
    let tea = make(&app, &admin, "Tea", None).await;

    let renamed = app
        .call_with_another_meanwhile(
            patch_call(&admin, &tea, &json!({"name": "Teas"})),
            patch_call(&admin, &tea, &json!({"description": "Leaves"})),
        )
        .await;

    let renamed = renamed.expect(200).json;
    assert_eq!(renamed["description"], "Leaves");
    assert_eq!(get(&app, "/tea").await.expect(200).json["name"], "Teas");
}
