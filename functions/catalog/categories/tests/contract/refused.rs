use catalog_testing::{Call, TestApp};
use serde_json::json;

use crate::support::{PATH, delete_call, get, make, patch, patch_call, start};

#[tokio::test]
async fn abuse_063_fields_that_are_wrong_are_named_and_change_nothing() {
    let (app, admin) = start().await;
    let before = app.scan(&app.table("catalog")).await;
    let long = "x".repeat(101);
    for (wrong, field) in [
        (json!({}), "name"),
        (json!({"name": " "}), "name"),
        (json!({"name": long}), "name"),
        (json!({"name": "a\nb"}), "name"),
        (json!({"name": "!!!"}), "slug"),
        (json!({"name": "Tea", "slug": "Tea"}), "slug"),
        (json!({"name": "Tea", "slug": "a--b"}), "slug"),
        (
            json!({"name": "Tea", "description": "a\u{0}"}),
            "description",
        ),
        (json!({"name": "Tea", "parent": "tea"}), "parent"),
        (
            json!({"name": "Tea", "parent": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"}),
            "parent",
        ),
    ] {
        let answer = app
            .call(Call::post(PATH, &wrong).with_token(&admin.access))
            .await;
        let details = answer.json["details"].clone();
        answer.expect_error_with(400, "invalid_fields", &["details"]);
        assert!(details[field].is_array(), "{wrong} {details}");
    }
    assert_eq!(app.scan(&app.table("catalog")).await, before);
}

#[tokio::test]
async fn abuse_063_nothing_is_below_itself_nor_on_a_ninth_level() {
    let (app, admin) = start().await;
    let mut levels = vec![make(&app, &admin, "Level", None).await];
    for _ in 1..8 {
        let parent = levels.last().cloned();
        levels.push(make(&app, &admin, "Level", parent.as_deref()).await);
    }

    let below = json!({"name": "Ninth", "parent": levels[7]});
    let ninth = app
        .call(Call::post(PATH, &below).with_token(&admin.access))
        .await;
    ninth.expect_error_with(400, "invalid_fields", &["details"]);
    for parent in [&levels[0], &levels[3], &levels[7]] {
        let cycle = patch(&app, &admin, &levels[0], &json!({"parent": parent})).await;
        cycle.expect_error_with(400, "invalid_fields", &["details"]);
    }
    let lone = make(&app, &admin, "Lone", None).await;
    let deep = patch(&app, &admin, &levels[0], &json!({"parent": lone})).await;
    deep.expect_error_with(400, "invalid_fields", &["details"]);
    let _ = patch(&app, &admin, &levels[1], &json!({"parent": lone}))
        .await
        .expect(200);
}

#[tokio::test]
async fn abuse_065_only_administrators_change_the_tree() {
    let (app, admin) = start().await;
    let tea = make(&app, &admin, "Tea", None).await;
    let (_, ann) = app.member_logged_in("ann@example.com").await;
    let before = app.scan(&app.table("catalog")).await;
    for call in [
        Call::post(PATH, &json!({"name": "Mine"})).with_token(&ann.access),
        patch_call(&ann, &tea, &json!({"name": "Mine"})),
        delete_call(&ann, &tea, ""),
    ] {
        let answer = app.call(call).await;
        answer.expect_error(403, "forbidden");
    }
    let put = Call::new("PUT", &format!("{PATH}/{tea}"))
        .with_header("content-type", "application/json")
        .with_body(json!({"name": "Mine"}).to_string());
    app.call(put.clone())
        .await
        .expect_error(401, "not_authenticated");
    app.call(put.with_token(&ann.access))
        .await
        .expect_error(403, "forbidden");
    assert_eq!(app.scan(&app.table("catalog")).await, before);
}

#[tokio::test]
async fn what_is_not_there_is_a_404() {
    let (app, admin) = start().await;
    let unknown = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
    for id in [unknown, "tea", "%00", "..%2f"] {
        get(&app, &format!("/{id}"))
            .await
            .expect_error(404, "not_found");
        patch(&app, &admin, id, &json!({"name": "Tea"}))
            .await
            .expect_error(404, "not_found");
        app.call(delete_call(&admin, id, ""))
            .await
            .expect_error(404, "not_found");
    }
    assert_no_category(&app).await;
}

async fn assert_no_category(app: &TestApp) {
    assert!(app.scan(&app.table("catalog")).await.is_empty());
}
