use catalog_testing::Call;
use serde_json::json;

use crate::support::{PATH, get, make, patch, start};

#[tokio::test]
async fn a_category_is_made_with_a_slug_of_its_name() {
    let (app, admin) = start().await;

    let made = app
        .category(
            &admin,
            &json!({"name": " Käse & Öl ", "description": "a\r\nb"}),
        )
        .await;

    let id = made["id"].as_str().unwrap();
    let expected = json!({
        "id": id, "name": "Käse & Öl", "slug": "kase-ol", "description": "a\nb", "parent": null,
        "is_active": true, "created_at": app.now().to_string(),
    });
    assert_eq!(made, expected);
    // A second of the same name has a part of its id behind it.
    let other = app.category(&admin, &json!({"name": "Käse, Öl"})).await;
    let tail = &other["id"].as_str().unwrap()[30..];
    assert_eq!(other["slug"], format!("kase-ol-{tail}"));
    let audit = app.audit_of("CATEGORY_CREATED").await;
    assert_eq!(audit.len(), 2);
}

#[tokio::test]
async fn a_slug_is_of_one_category() {
    let (app, admin) = start().await;
    make(&app, &admin, "Tea", None).await;
    let coffee = make(&app, &admin, "Coffee", None).await;

    let wanted = json!({"name": "Green", "slug": "tea"});
    let call = Call::post(PATH, &wanted).with_token(&admin.access);
    app.call(call).await.expect_error(409, "slug_taken");
    let taken = patch(&app, &admin, &coffee, &json!({"slug": "tea"})).await;
    taken.expect_error(409, "slug_taken");

    // One that is given up is free.
    let _ = patch(&app, &admin, &coffee, &json!({"slug": "beans"}))
        .await
        .expect(200);
    get(&app, "/coffee").await.expect_error(404, "not_found");
    let _ = app.category(&admin, &json!({"name": "Coffee"})).await;
    let _ = get(&app, "/beans").await.expect(200);
}

#[tokio::test]
async fn a_change_says_what_changed_and_nothing_else() {
    let (app, admin) = start().await;
    let home = make(&app, &admin, "Home", None).await;
    let tea = make(&app, &admin, "Tea", None).await;

    let changed = patch(&app, &admin, &tea, &json!({"name": "Teas", "parent": home})).await;

    let changed = changed.expect(200).json;
    assert_eq!(
        (&changed["name"], &changed["slug"]),
        (&json!("Teas"), &json!("tea"))
    );
    assert_eq!(changed["parent"], home.as_str());
    let audit = app.audit_of("CATEGORY_CHANGED").await;
    assert_eq!(audit.len(), 1);
    let _ = patch(&app, &admin, &tea, &json!({"name": "Teas"}))
        .await
        .expect(200);
    assert_eq!(app.audit_of("CATEGORY_CHANGED").await.len(), 1);
    let first = patch(&app, &admin, &tea, &json!({"parent": null}))
        .await
        .expect(200);
    assert_eq!(first.json["parent"], json!(null));

    let whole = Call::new("PUT", &format!("{PATH}/{tea}"))
        .with_header("content-type", "application/json")
        .with_body(json!({"name": "Leaves", "parent": home}).to_string())
        .with_token(&admin.access);
    let whole = app.call(whole).await.expect(200).json;
    assert_eq!(
        (&whole["name"], &whole["slug"]),
        (&json!("Leaves"), &json!("tea"))
    );
    assert_eq!(whole["parent"], home.as_str());
}
