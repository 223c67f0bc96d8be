use catalog_testing::{Shop, path_of};
use kernel::id::UserId;
use products::ProductBelongings;
use serde_json::json;
use work::{Belongings as _, Ended};

#[tokio::test]
async fn an_account_takes_along_which_products_it_has_made_and_leaves_them() {
    let shop = Shop::open().await;
    let first = shop.app.product(&shop.seller, &json!({})).await;
    let second = json!({"sku": "B"});
    let second = shop.app.product(&shop.seller, &second).await;
    let user_id: UserId = first["created_by"].as_str().unwrap().parse().unwrap();

    let copy = ProductBelongings.copy(shop.app.app(), user_id).await;

    let mut copied: Vec<_> = copy.unwrap()["products"].as_array().unwrap().clone();
    copied.sort_by_key(ToString::to_string);
    let mut made = vec![first["id"].clone(), second["id"].clone()];
    made.sort_by_key(ToString::to_string);
    assert_eq!(copied, made);
    for count in [2, 0] {
        let ended = ProductBelongings.end(shop.app.app(), user_id).await;
        assert_eq!(ended.unwrap(), Ended::All(count));
    }
    let copy = ProductBelongings.copy(shop.app.app(), user_id).await;
    assert_eq!(copy.unwrap()["products"], json!([]));
    let _ = shop.get(None, &path_of(&first)).await.expect(200);
}
