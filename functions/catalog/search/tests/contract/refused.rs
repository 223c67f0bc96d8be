//! What is refused, and what tells nothing.

use catalog_testing::Call;
use serde_json::json;

use crate::support::{change_product, listed, path_of, shop};

#[tokio::test]
async fn what_is_no_value_is_refused_by_its_name() {
    let shop = shop().await;
    shop.app.call_from_afar();

    for (query, fields) in [
        ("colour=red", &["colour"][..]),
        ("attributes.=red", &["attributes."]),
        ("attributes=red", &["attributes"]),
        ("Page=1&x=2", &["Page", "x"]),
        ("page=0", &["page"]),
        ("page=-1", &["page"]),
        ("page=01", &["page"]),
        ("page=one", &["page"]),
        ("page_size=0", &["page_size"]),
        ("page_size=101", &["page_size"]),
        ("page_size=1e1", &["page_size"]),
        ("min_price=-1&max_price=1e3", &["max_price", "min_price"]),
        ("min_price=NaN", &["min_price"]),
        ("max_price=9223372036854775808", &["max_price"]),
        ("created_after=yesterday", &["created_after"]),
        ("created_before=2026-02-30T00:00:00Z", &["created_before"]),
        ("is_digital=1", &["is_digital"]),
        ("in_stock=TRUE", &["in_stock"]),
        ("is_active=no", &["is_active"]),
        ("facets=yes", &["facets"]),
        ("ordering=created_by", &["ordering"]),
        ("ordering=price,name", &["ordering"]),
        ("search=a&search=b", &["search"]),
        ("category=none", &["category"]),
        ("category=%00", &["category"]),
        ("=", &[""]),
    ] {
        let answer = shop.app.products(None, query).await;
        answer.expect_error(400, "invalid_fields");
        let named = answer.json["details"].as_object().unwrap();
        assert_eq!(named.keys().collect::<Vec<_>>(), fields, "{query}");
    }
    let long = format!("search={}", "x".repeat(201));
    shop.app
        .products(None, &long)
        .await
        .expect_error(400, "invalid_fields");
    let many: Vec<String> = (0..21)
        .map(|number| format!("attributes.a=v{number}"))
        .collect();
    shop.app
        .products(None, &many.join("&"))
        .await
        .expect_error(400, "invalid_fields");
    let post = Call::new("PUT", "/api/v1/products");
    let answer = shop.app.call(post).await;
    answer.expect_error(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD, POST");
}

#[tokio::test]
async fn abuse_058_somebody_elses_hidden_product_is_in_no_list() {
    let shop = shop().await;
    let hide = json!({"is_active": false, "description": "Secret harvest"});
    change_product(&shop, "sencha", &hide).await;
    let variant = json!({"name": "Hidden", "sku": "SECRET-1", "is_active": false});
    let assam = path_of(&shop, "assam").await;
    let id = assam.rsplit('/').next().unwrap();
    let _ = shop.app.variant(&shop.seller, id, &variant).await;
    let other = shop.app.user("other@example.com").await;
    shop.app.index_products().await;

    for query in [
        "search=secret",
        "search=SECRET-1",
        "search=T-1",
        "category=green",
        "is_active=false",
    ] {
        let found = shop.app.found(Some(&other), query).await;
        assert!(found.is_empty(), "{query}: {found:?}");
        if query != "is_active=false" {
            assert!(shop.app.found(None, query).await.is_empty(), "{query}");
        }
    }
    let counted = listed(&shop, "facets=true").await;
    assert_eq!(counted["facets"]["categories"].as_array().unwrap().len(), 1);
    assert!(!counted.to_string().contains("Uji"));
}

#[tokio::test]
async fn abuse_063_names_of_any_kind_are_found_and_shown_as_text() {
    let shop = shop().await;
    for (number, name) in [
        "<script>alert(1)</script>",
        "\"; DROP TABLE--",
        "日本茶",
        "🙂 O’Neill",
    ]
    .iter()
    .enumerate()
    {
        let product =
            json!({"name": name, "sku": format!("X-{number}"), "slug": format!("x-{number}")});
        let _ = shop.app.product(&shop.seller, &product).await;
    }
    shop.app.index_products().await;

    for (query, name) in [
        ("search=script", "<script>alert(1)</script>"),
        ("search=drop", "\"; DROP TABLE--"),
        ("search=%E6%97%A5%E6%9C%AC%E8%8C%B6", "日本茶"),
        ("search=o%E2%80%99neill", "🙂 O’Neill"),
    ] {
        assert_eq!(shop.app.found(None, query).await, [name], "{query}");
        let answer = shop.app.products(None, query).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    for odd in [
        "search=%F0%9F%99%82",
        "search=***",
        "search=%22%22",
        "search=%00",
        "search=%FF",
        "attributes.a%5B%5D=1",
    ] {
        assert!(shop.app.found(None, odd).await.is_empty(), "{odd}");
    }
}
