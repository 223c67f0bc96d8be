use serde_json::json;

use crate::support::{delete_call, get, make, names, start};

#[tokio::test]
async fn an_empty_category_is_deleted_and_leaves_nothing() {
    let (app, admin) = start().await;
    let tea = make(&app, &admin, "Tea", None).await;

    let _ = app.call(delete_call(&admin, &tea, "")).await.expect(204);

    get(&app, "/tea").await.expect_error(404, "not_found");
    let left = app.scan(&app.table("catalog")).await;
    let (closed, left): (Vec<_>, Vec<_>) = left.iter().partition(|item| item["ttl"].is_object());
    let sk = |item: &serde_json::Value| item["sk"]["S"].as_str().unwrap().to_owned();
    assert_eq!(left.into_iter().map(sk).collect::<Vec<_>>(), ["TREE"]);
    // Its gates stay closed for a day.
    assert_eq!(closed.len(), 16);
    assert!(closed.into_iter().map(sk).all(|sk| sk.starts_with("GATE#")));
    assert_eq!(app.audit_of("CATEGORY_DELETED").await.len(), 1);
    make(&app, &admin, "Tea", None).await;
}

#[tokio::test]
async fn what_is_in_a_category_is_moved_or_keeps_it() {
    let (app, admin) = start().await;
    let home = make(&app, &admin, "Home", None).await;
    let tea = make(&app, &admin, "Tea", Some(&home)).await;
    make(&app, &admin, "Green", Some(&tea)).await;
    make(&app, &admin, "Black", Some(&tea)).await;
    let garden = make(&app, &admin, "Garden", None).await;

    let kept = app.call(delete_call(&admin, &tea, "")).await;
    kept.expect_error(409, "category_not_empty");
    for to in [&tea, "tea", "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"] {
        let query = format!("?move_to={to}");
        let wrong = app.call(delete_call(&admin, &tea, &query)).await;
        wrong.expect_error_with(400, "invalid_fields", &["details"]);
    }
    let query = format!("?move_to={garden}");
    let _ = app
        .call(delete_call(&admin, &tea, &query))
        .await
        .expect(204);

    let tree = get(&app, "?tree=true").await.expect(200).json;
    assert_eq!(names(&tree), ["Garden", "Home"]);
    let moved = &tree["results"][0]["children"];
    assert_eq!(
        (&moved[0]["name"], &moved[1]["name"]),
        (&json!("Black"), &json!("Green"))
    );
}

#[tokio::test]
async fn more_are_moved_than_a_transaction_takes() {
    let (app, admin) = start().await;
    let tea = make(&app, &admin, "Tea", None).await;
    for number in 0..120 {
        make(&app, &admin, &format!("Kind {number}"), Some(&tea)).await;
    }
    let garden = make(&app, &admin, "Garden", None).await;

    let query = format!("?move_to={garden}");
    let _ = app
        .call(delete_call(&admin, &tea, &query))
        .await
        .expect(204);

    let moved = get(&app, "/garden").await.expect(200).json;
    assert_eq!(moved["children"].as_array().unwrap().len(), 120);
}
