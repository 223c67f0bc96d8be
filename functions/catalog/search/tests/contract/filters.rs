//! What lists can be narrowed by, and their orders.

use crate::support::{listed, shop};

#[tokio::test]
async fn a_list_is_narrowed_by_all_that_is_asked() {
    let shop = shop().await;
    let made = listed(&shop, "search=assam").await;
    let made = made["results"][0]["created_at"]
        .as_str()
        .unwrap()
        .to_owned();

    for (query, expected) in [
        ("search=sencha", &["Sencha"][..]),
        ("search=SENCH", &["Sencha"]),
        ("search=senhca", &["Sencha"]),
        ("search=gruner", &["Grüner Kessel"]),
        ("search=k/500-1", &["Grüner Kessel"]),
        ("search=%22tea+of+the%22", &["Grüner Kessel"]),
        ("search=%22of+tea%22", &[]),
        ("search=first+harvest", &["Sencha"]),
        ("search=coffee", &[]),
        ("min_price=8.9", &["Grüner Kessel", "Sencha"]),
        ("max_price=8.9", &["Assam", "Sencha"]),
        ("min_price=8.91&max_price=39.4999", &[]),
        ("min_price=9&max_price=5", &[]),
        ("is_digital=true", &["Assam"]),
        (
            "is_digital=false&in_stock=false",
            &["Grüner Kessel", "Sencha"],
        ),
        ("in_stock=true", &["Assam"]),
        ("attributes.origin=Uji", &["Sencha"]),
        ("attributes.origin=uji", &[]),
        (
            "attributes.origin=Uji&attributes.origin=Assam",
            &["Assam", "Sencha"],
        ),
        ("attributes.origin=Uji&attributes.grade=2", &["Sencha"]),
        ("attributes.origin=Assam&attributes.grade=1", &[]),
        ("attributes.none=1", &[]),
        (
            &format!("created_after={made}"),
            &["Grüner Kessel", "Assam"],
        ),
        (&format!("created_before={made}"), &["Assam", "Sencha"]),
        (
            &format!("created_after={made}&created_before={made}"),
            &["Assam"],
        ),
        (
            "category=green&is_active=true&search=&min_price=",
            &["Sencha"],
        ),
    ] {
        let mut found = shop.app.found(None, query).await;
        found.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn a_list_comes_in_the_order_that_is_asked() {
    let shop = shop().await;
    let (assam, kessel, sencha) = ("Assam", "Grüner Kessel", "Sencha");

    for (query, expected) in [
        ("ordering=price", [assam, sencha, kessel]),
        ("ordering=-price", [kessel, sencha, assam]),
        ("ordering=name", [assam, kessel, sencha]),
        ("ordering=-name", [sencha, kessel, assam]),
        ("ordering=created_at", [sencha, assam, kessel]),
        ("ordering=-created_at", [kessel, assam, sencha]),
        ("ordering=relevance", [kessel, assam, sencha]),
        ("", [kessel, assam, sencha]),
    ] {
        assert_eq!(shop.app.found(None, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn what_fits_best_comes_first_where_something_is_searched_for() {
    let shop = shop().await;
    let names = serde_json::json!({"name": "Tea caddy", "sku": "C-1"});
    let _ = shop.app.product(&shop.seller, &names).await;
    shop.app.advance(jiff::SignedDuration::from_secs(61));
    shop.app.index_products().await;

    // The kettle has the word in its description alone.
    let found = shop.app.found(None, "search=tea").await;
    assert_eq!(found, ["Tea caddy", "Grüner Kessel"]);
    let by_price = shop.app.found(None, "search=tea&ordering=-price").await;
    assert_eq!(by_price, ["Grüner Kessel", "Tea caddy"]);
}
