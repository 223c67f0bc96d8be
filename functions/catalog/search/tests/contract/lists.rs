//! What lists of products answer, page by page.

use catalog_testing::{Call, patch_call};
use serde_json::{Value, json};

use crate::support::{category_id, change_product, empty_shop, listed, names, shop};

#[tokio::test]
async fn a_list_shows_what_visitors_see() {
    let shop = shop().await;

    let answer = shop.app.products(None, "").await.expect(200);

    let listed = &answer.json;
    assert_eq!(listed["count"], 3);
    let others = (&listed["next"], &listed["previous"]);
    assert_eq!(others, (&Value::Null, &Value::Null));
    assert!(listed.get("facets").is_none());
    assert_eq!(names(listed), ["Grüner Kessel", "Assam", "Sencha"]);
    let row = &listed["results"][2];
    assert_eq!(
        (&row["price"], &row["in_stock"]),
        (&json!("8.90"), &json!(false))
    );
    assert_eq!(row["attributes"]["origin"], "Uji");
    let with_slash = shop
        .app
        .call(Call::get("/api/v1/products/?"))
        .await
        .expect(200);
    assert_eq!(with_slash.json, *listed);
}

#[tokio::test]
async fn a_list_of_nothing_is_empty() {
    let shop = empty_shop().await;

    let listed = listed(&shop, "facets=true").await;

    let facets = json!({"categories": [], "attributes": [], "prices": []});
    let empty =
        json!({"count": 0, "next": null, "previous": null, "results": [], "facets": facets});
    assert_eq!(listed, empty);
}

#[tokio::test]
async fn pages_lead_to_each_other_and_end() {
    let shop = shop().await;

    let mut address =
        "/api/v1/products?page_size=1&ordering=name&attributes.grade=2&search=".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = shop.get(None, &address).await.expect(200).json;
        assert_eq!(page["count"], 2);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else {
            let before = page["previous"].as_str().unwrap();
            let before = shop.get(None, before).await.expect(200).json;
            assert_eq!(names(&before), ["Assam"]);
            break;
        };
        next.clone_into(&mut address);
    }

    assert_eq!(seen, ["Assam", "Sencha"]);
    for behind in ["page=2", "page=4&page_size=1", "page=99999999999999999999"] {
        let answer = shop.app.products(None, behind).await;
        answer.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn what_there_is_on_all_pages_is_counted() {
    let shop = shop().await;

    let page = listed(&shop, "facets=true&page_size=1").await;

    let facets = page["facets"].clone();
    let of_categories: Vec<_> = facets["categories"].as_array().unwrap().iter().collect();
    let counts: Vec<_> = of_categories
        .iter()
        .map(|one| (&one["slug"], &one["count"]))
        .collect();
    assert_eq!(
        counts,
        [(&json!("tea"), &json!(3)), (&json!("green"), &json!(1))]
    );
    let grade = json!({"name": "grade", "count": 2, "values": [{"value": "2", "count": 2}, {"value": "1", "count": 1}]});
    assert_eq!(facets["attributes"][0], grade);
    let prices = json!([
        {"from": "5", "to": "10", "count": 2},
        {"from": "20", "to": "50", "count": 1},
    ]);
    assert_eq!(facets["prices"], prices);
    let narrow = listed(&shop, "facets=true&search=kessel").await;
    assert_eq!(narrow["facets"]["prices"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_active_is_for_its_creator_and_administrators() {
    let shop = shop().await;
    change_product(&shop, "sencha", &json!({"is_active": false})).await;
    let other = shop.app.user("other@example.com").await;
    shop.app.index_products().await;

    assert_eq!(
        shop.app.found(None, "ordering=name").await,
        ["Assam", "Grüner Kessel"]
    );
    assert_eq!(
        shop.app
            .found(Some(&shop.admin), "is_active=true")
            .await
            .len(),
        2
    );
    for (caller, expected) in [(&shop.seller, 1), (&shop.admin, 1), (&other, 0)] {
        let hidden = shop.app.found(Some(caller), "is_active=false").await;
        assert_eq!(hidden.len(), expected);
    }
    let visitor = shop.app.products(None, "is_active=false").await;
    visitor.expect_error(401, "not_authenticated");
    let forged = Call::get("/api/v1/products").with_token("x.y.z");
    shop.app
        .call(forged)
        .await
        .expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn an_inactive_category_hides_what_is_below_it() {
    let shop = shop().await;
    assert_eq!(
        shop.app.found(None, "category=tea&ordering=price").await,
        ["Assam", "Sencha", "Grüner Kessel"]
    );
    assert_eq!(shop.app.found(None, "category=green").await, ["Sencha"]);

    let path = format!("/api/v1/categories/{}", category_id(&shop, "tea").await);
    let hide = patch_call(&shop.admin, &path, &json!({"is_active": false}));
    let _ = shop.app.call(hide).await.expect(200);
    shop.app.index_products().await;

    assert!(shop.app.found(None, "").await.is_empty());
    for hidden in ["tea", "green", "never-there"] {
        let answer = shop.app.products(None, &format!("category={hidden}")).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail("category"), "There is no such category.");
    }
    let reopen = patch_call(&shop.admin, &path, &json!({"is_active": true}));
    let _ = shop.app.call(reopen).await.expect(200);
    shop.app.index_products().await;
    assert_eq!(shop.app.found(None, "").await.len(), 3);
}
