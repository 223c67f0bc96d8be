use serde_json::json;

use crate::support::{get, make, names, patch, start};

#[tokio::test]
async fn visitors_see_the_categories_by_their_names() {
    let (app, admin) = start().await;
    let home = make(&app, &admin, "Home", None).await;
    for name in ["Tea", "Coffee"] {
        make(&app, &admin, name, Some(&home)).await;
    }
    make(&app, &admin, "Garden", None).await;

    let list = get(&app, "").await.expect(200).json;

    assert_eq!(names(&list), ["Coffee", "Garden", "Home", "Tea"]);
    assert_eq!(list["count"], 4);
    assert!(list["results"][0].get("children").is_none());
    let first = get(&app, "?page_size=3").await.expect(200).json;
    let next = first["next"]
        .as_str()
        .unwrap()
        .strip_prefix("/api/v1/categories");
    let second = get(&app, next.unwrap()).await.expect(200).json;
    assert_eq!(names(&second), ["Tea"]);
    assert_eq!(
        names(&get(&app, "?page=2&page_size=2").await.expect(200).json),
        ["Home", "Tea"]
    );
    get(&app, "?page=3&page_size=2")
        .await
        .expect_error(404, "not_found");
    for wrong in ["?tree=yes", "?depth=2", "?page=0"] {
        get(&app, wrong)
            .await
            .expect_error_with(400, "invalid_fields", &["details"]);
    }
}

#[tokio::test]
async fn the_tree_has_each_below_its_parent() {
    let (app, admin) = start().await;
    let home = make(&app, &admin, "Home", None).await;
    let tea = make(&app, &admin, "Tea", Some(&home)).await;
    make(&app, &admin, "Green", Some(&tea)).await;
    make(&app, &admin, "Coffee", Some(&home)).await;
    make(&app, &admin, "Garden", None).await;

    let tree = get(&app, "?tree=true").await.expect(200).json;

    assert_eq!(names(&tree), ["Garden", "Home"]);
    let home = &tree["results"][1]["children"];
    assert_eq!(
        (&home[0]["name"], &home[1]["name"]),
        (&json!("Coffee"), &json!("Tea"))
    );
    assert_eq!(home[1]["children"][0]["name"], "Green");
    assert_eq!(tree["results"][0]["children"], json!([]));
    let one = get(&app, "/tea").await.expect(200).json;
    assert_eq!(one["children"][0]["name"], "Green");
    assert_eq!(get(&app, &format!("/{tea}")).await.expect(200).json, one);
}

#[tokio::test]
async fn what_is_below_an_inactive_one_is_hidden() {
    let (app, admin) = start().await;
    let home = make(&app, &admin, "Home", None).await;
    let tea = make(&app, &admin, "Tea", Some(&home)).await;
    make(&app, &admin, "Green", Some(&tea)).await;

    let _ = patch(&app, &admin, &tea, &json!({"is_active": false}))
        .await
        .expect(200);

    assert_eq!(names(&get(&app, "").await.expect(200).json), ["Home"]);
    let tree = get(&app, "?tree=true").await.expect(200).json;
    assert_eq!(tree["results"][0]["children"], json!([]));
    for hidden in ["/tea", "/green", &format!("/{tea}")] {
        get(&app, hidden).await.expect_error(404, "not_found");
    }
    let _ = patch(&app, &admin, &tea, &json!({"is_active": true}))
        .await
        .expect(200);
    let _ = get(&app, "/green").await.expect(200);
}
