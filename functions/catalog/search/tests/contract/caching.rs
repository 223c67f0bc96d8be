//! What is kept of lists, and how often they are answered.

use catalog_testing::{Call, LoggedIn};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{change_product, shop, watched_shop};

/// A call for a list that the caller has already, as a tag says.
fn again(caller: Option<&LoggedIn>, query: &str, tag: &str) -> Call {
    let call = Call::get(&format!("/api/v1/products?{query}")).with_header("if-none-match", tag);
    match caller {
        Some(caller) => call.with_token(&caller.access),
        None => call,
    }
}

#[tokio::test]
async fn a_list_that_the_caller_has_is_not_sent_again_nor_counted() {
    let shop = watched_shop().await;
    let first = shop.app.products(None, "search=tea").await.expect(200);
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    assert_eq!(first.header("vary"), "authorization");
    shop.app.dynamodb().forget();
    shop.app.s3().forget();

    let same = shop
        .app
        .call(again(None, "search=tea", &tag))
        .await
        .expect(304);

    assert!(same.body.is_empty());
    assert_eq!(same.header("etag"), tag);
    assert_eq!(same.header("cache-control"), "public, max-age=60");
    assert_eq!(shop.app.dynamodb().seen(), [""; 0]);
    assert_eq!(shop.app.s3().seen(), [""; 0]);
    // Another process says the same.
    let process = shop.app.another_process();
    let other = shop
        .app
        .call_another(&process, again(None, "search=tea", &tag))
        .await;
    let _ = other.expect(304);
    // It is another list where something else is asked, and once something has changed.
    let _ = shop
        .app
        .call(again(None, "search=tea&page_size=5", &tag))
        .await
        .expect(200);
    change_product(&shop, "assam", &json!({"price": "6"})).await;
    shop.app.index_products().await;
    let changed = shop
        .app
        .call(again(None, "search=tea", &tag))
        .await
        .expect(200);
    assert_ne!(changed.header("etag"), tag);
}

#[tokio::test]
async fn what_a_caller_is_answered_is_kept_by_nobody() {
    let shop = shop().await;

    for query in ["", "is_active=false"] {
        let answer = shop
            .app
            .products(Some(&shop.seller), query)
            .await
            .expect(200);
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{query}"
        );
        let tag = answer.header("etag").to_owned();
        let _ = shop
            .app
            .call(again(Some(&shop.seller), query, &tag))
            .await
            .expect(304);
        let admin = shop.app.call(again(Some(&shop.admin), query, &tag)).await;
        // What everybody sees is one list; what is hidden is not.
        let _ = admin.expect(if query.is_empty() { 304 } else { 200 });
    }
    let refused = shop.app.products(None, "page=7").await;
    assert_eq!(refused.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_visitor_is_answered_a_hundred_lists_an_hour() {
    let shop = shop().await;
    let call = || Call::get("/api/v1/products?page_size=1").from("192.0.2.7");
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.extend(join_all((0..20).map(|_| shop.app.call(call()))).await);
    }
    assert!(answers.iter().all(|answer| answer.status == 200));

    let refused = shop.app.call(call()).await;

    refused.expect_error(429, "rate_limited");
    let tag = answers[0].header("etag");
    let same = again(None, "page_size=1", tag).from("192.0.2.7");
    let _ = shop.app.call(same).await.expect(304);
    let stale = again(None, "page_size=1", "\"old\"").from("192.0.2.7");
    shop.app.call(stale).await.expect_error(429, "rate_limited");
    let other = Call::get("/api/v1/products").from("192.0.2.8");
    let _ = shop.app.call(other).await.expect(200);
    // Who says who they are has a limit of their own.
    let known = call().with_token(&shop.seller.access);
    let known = shop.app.call(known).await.expect(200);
    assert!(
        known
            .header("ratelimit-policy")
            .contains("\"products-account\";q=800;w=3600")
    );
}

#[tokio::test]
async fn an_account_is_answered_eight_hundred_lists_an_hour() {
    let shop = shop().await;
    let mut answered = 0;
    loop {
        let calls = (0..25).map(|_| shop.app.products(Some(&shop.seller), "page_size=1"));
        let answers = join_all(calls).await;
        let passed = answers.iter().filter(|answer| answer.status == 200).count();
        answered += passed;
        if passed < 25 {
            assert!(answers.iter().any(|answer| answer.status == 429));
            break;
        }
        assert!(answered <= 800);
    }

    assert_eq!(answered, 800);
    let _ = shop.app.products(Some(&shop.admin), "").await.expect(200);
    let _ = shop.app.products(None, "").await.expect(200);
}
