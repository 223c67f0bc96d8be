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

#[tokio::test]
async fn two_of_a_name_at_once_are_told_apart() {
    let (app, admin) = start_watched().await;
    // The first of all, and those after it.
    for name in ["Tea", "Coffee"] {
        let create = || Call::post(PATH, &json!({"name": name})).with_token(&admin.access);

        let second = app.call_with_another_meanwhile(create(), create()).await;

        let second = second.expect(201).json;
        let tail = &second["id"].as_str().unwrap()[30..];
        assert_eq!(second["slug"], format!("{}-{tail}", name.to_lowercase()));
    }
}

#[tokio::test]
async fn a_change_that_repeats_one_is_made_to_what_there_is_by_then() {
    let (app, admin) = start_watched().await;
    let other = app.another_admin().await;
    let tea = make(&app, &admin, "Tea", None).await;
    let first = app
        .call(patch_call(&admin, &tea, &json!({"name": "Teas"})))
        .await;
    let _ = first.expect(200);

    let process = app.another_process();
    let describe = async {
        let call = patch_call(&other, &tea, &json!({"description": "Leaves"}));
        let _ = app.call_another(&process, call).await.expect(200);
    };
    let again = patch_call(&admin, &tea, &json!({"name": "All teas"}));
    let changed = app.call_held_as_repetition(again, describe).await;

    let changed = changed.expect(200).json;
    assert_eq!(
        (&changed["name"], &changed["description"]),
        (&json!("All teas"), &json!("Leaves"))
    );
}

#[tokio::test]
async fn nothing_comes_below_a_category_that_is_closed_already() {
    let (app, admin) = start_watched().await;
    let tea = make(&app, &admin, "Tea", None).await;

    let process = app.another_process();
    let create = async {
        let below = Call::post(PATH, &json!({"name": "Green", "parent": tea}));
        let call = below.with_token(&admin.access);
        let _ = app.call_another(&process, call).await.expect(201);
    };
    let delete = delete_call(&admin, &tea, "");
    let deleted = app
        .call_held_after(1, "TransactWriteItems", delete, create)
        .await;

    deleted.expect_error(409, "category_not_empty");
}

#[tokio::test]
async fn a_category_is_deleted_by_one_call_at_a_time() {
    let (app, admin) = start_watched().await;
    let tea = make(&app, &admin, "Tea", None).await;

    let process = app.another_process();
    let second = async {
        let call = delete_call(&admin, &tea, "");
        let refused = app.call_another(&process, call).await;
        refused.expect_error(409, "changed_meanwhile");
    };
    let first = delete_call(&admin, &tea, "");
    let first = app
        .call_held_after(1, "TransactWriteItems", first, second)
        .await;

    let _ = first.expect(204);
}
