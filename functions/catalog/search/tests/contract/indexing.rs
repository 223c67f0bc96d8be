//! What the index follows.

use catalog_testing::{delete_call, patch_call};
use serde_json::json;

use crate::support::{
    CURRENT, category_id, change_product, delete_product, listed, path_of, segments, shop,
};

#[tokio::test]
async fn the_index_follows_what_becomes_of_products() {
    let shop = shop().await;
    change_product(&shop, "assam", &json!({"name": "Darjeeling"})).await;
    delete_product(&shop, "sencha").await;
    shop.app.index_products().await;
    assert_eq!(
        shop.app.found(None, "ordering=name").await,
        ["Darjeeling", "Grüner Kessel"]
    );
    assert!(
        shop.app
            .found(None, "search=assam&attributes.origin=none")
            .await
            .is_empty()
    );

    // What is cleared of it afterwards changes nothing.
    shop.app.deliver().await;
    let before = shop.app.read_file(CURRENT).await;
    shop.app.index_products().await;
    assert_eq!(shop.app.read_file(CURRENT).await, before);
}

#[tokio::test]
async fn the_index_follows_stocks_and_variants() {
    let shop = shop().await;
    let sencha = path_of(&shop, "sencha").await;
    let id = sencha.rsplit('/').next().unwrap();
    let variant = json!({"name": "250 g", "sku": "T-1-250", "attributes": {"weight": "250 g"}});
    let variant = shop.app.variant(&shop.seller, id, &variant).await;
    shop.app.index_products().await;
    assert_eq!(shop.app.found(None, "search=t-1-250").await, ["Sencha"]);
    assert_eq!(
        shop.app
            .found(None, "attributes.weight=250+g&in_stock=false")
            .await,
        ["Sencha"]
    );

    for (delta, in_stock) in [(3, true), (-3, false)] {
        let _ = shop
            .app
            .adjust(&shop.admin, &variant, delta)
            .await
            .expect(201);
        shop.app.record_movements().await;
        shop.app.index_products().await;
        let found = shop
            .app
            .found(None, &format!("search=sencha&in_stock={in_stock}"))
            .await;
        assert_eq!(found, ["Sencha"], "{delta}");
    }
    let path = format!("{sencha}/variants/{variant}");
    let _ = shop
        .app
        .call(delete_call(&shop.seller, &path))
        .await
        .expect(204);
    shop.app.index_products().await;
    assert!(shop.app.found(None, "search=t-1-250").await.is_empty());
}

#[tokio::test]
async fn the_index_follows_a_category_that_is_emptied_and_renamed() {
    let shop = shop().await;
    let (green, tea) = (
        category_id(&shop, "green").await,
        category_id(&shop, "tea").await,
    );
    let path = format!("/api/v1/categories/{green}?move_to={tea}");
    let _ = shop
        .app
        .call(delete_call(&shop.admin, &path))
        .await
        .expect(204);
    let path = format!("/api/v1/categories/{tea}");
    let rename = patch_call(&shop.admin, &path, &json!({"slug": "teas"}));
    let _ = shop.app.call(rename).await.expect(200);
    shop.app.index_products().await;

    assert_eq!(shop.app.found(None, "category=teas").await.len(), 3);
    for gone in ["tea", "green"] {
        let answer = shop.app.products(None, &format!("category={gone}")).await;
        answer.expect_error(400, "invalid_fields");
    }
}

#[tokio::test]
async fn a_batch_that_comes_again_writes_nothing() {
    let shop = shop().await;
    change_product(&shop, "assam", &json!({"price": "6"})).await;
    let records = shop.app.catalog_changes().await;
    shop.app.try_to_index(&records).await.unwrap();
    let (before, files) = (shop.app.read_file(CURRENT).await, segments(&shop.app).await);

    let twice: Vec<_> = records.iter().chain(&records).cloned().collect();
    shop.app.try_to_index(&twice).await.unwrap();

    assert_eq!(shop.app.read_file(CURRENT).await, before);
    assert_eq!(segments(&shop.app).await, files);
    // What comes late is read as it is now.
    change_product(&shop, "assam", &json!({"price": "7"})).await;
    let news = shop.app.catalog_changes().await;
    shop.app.try_to_index(&news).await.unwrap();
    shop.app.try_to_index(&records).await.unwrap();
    shop.app.see_the_index();
    let listed = listed(&shop, "search=assam").await;
    assert_eq!(listed["results"][0]["price"], "7.00");
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_and_the_others_are_indexed() {
    let shop = shop().await;
    let assam = path_of(&shop, "assam").await;
    for slug in ["assam", "sencha"] {
        change_product(&shop, slug, &json!({"price": "77"})).await;
    }
    let id = assam.rsplit('/').next().unwrap();
    let broken = json!({
        "TableName": shop.app.table("catalog"),
        "Key": {"pk": {"S": format!("PRODUCT#{id}")}, "sk": {"S": "PRODUCT"}},
        "UpdateExpression": "SET price = :p", "ExpressionAttributeValues": {":p": {"S": "much"}},
    });
    shop.app.aws().dynamodb("UpdateItem", &broken).await;
    let mut records = shop.app.catalog_changes().await;
    let mut stranger = records[0].clone();
    stranger["dynamodb"]["Keys"]["pk"]["S"] = json!("PRODUCT#nobody");
    records.insert(0, stranger);

    shop.app.try_to_index(&records).await.unwrap();
    shop.app.see_the_index();

    assert_eq!(shop.app.found(None, "min_price=77").await, ["Sencha"]);
    // It stays as it was indexed.
    assert_eq!(shop.app.found(None, "search=assam").await, ["Assam"]);
    let aside = shop.app.receive("index-failures", 0).await;
    assert_eq!(aside.len(), 2);
    let told = aside
        .iter()
        .filter_map(|message| message.body())
        .collect::<String>();
    assert!(
        told.contains(id) && told.contains("PRODUCT#nobody"),
        "{told}"
    );
    shop.app.leave_work_undone();
}
