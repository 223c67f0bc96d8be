//! What others change between what a call reads and what it writes is not overlooked.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{shop, watched_shop};

#[tokio::test]
async fn of_many_who_take_the_last_pieces_as_many_get_one_as_there_are() {
    let shop = shop().await;
    let _ = shop.adjust(7).await.expect(201);

    let taken = join_all((0..20).map(|_| shop.adjust(-1))).await;

    let count = |status: u16| {
        taken
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((count(201), count(409)), (7, 13));
    assert_eq!(shop.left().await, 0);
}

#[tokio::test]
async fn of_many_who_take_from_parts_as_many_get_one_as_there_are() {
    let shop = shop().await;
    let _ = shop.adjust(7).await.expect(201);
    let _ = shop.spread(&json!(5)).await.expect(204);

    let taken = join_all((0..10).map(|_| shop.adjust(-2))).await;

    let count = |status: u16| {
        taken
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((count(201), count(409)), (3, 7));
    assert_eq!(shop.left().await, 1);
}

#[tokio::test]
async fn pieces_that_are_gone_when_they_are_taken_are_not() {
    let shop = watched_shop().await;
    let _ = shop.adjust(5).await.expect(201);

    let second = shop
        .app
        .call_with_another_meanwhile(
            shop.app.adjust_call(&shop.admin, &shop.variant, -4),
            shop.app.adjust_call(&shop.admin, &shop.variant, -3),
        )
        .await;

    second.expect_error(409, "too_few_pieces");
    assert_eq!(shop.left().await, 2);
}

#[tokio::test]
async fn what_is_taken_while_a_stock_is_spread_is_not_there_again() {
    let shop = watched_shop().await;
    let _ = shop.adjust(5).await.expect(201);

    let spread = shop
        .app
        .call_with_another_meanwhile(
            shop.spread_call(&json!(4)),
            shop.app.adjust_call(&shop.admin, &shop.variant, -3),
        )
        .await;

    let _ = spread.expect(204);
    assert_eq!(shop.left().await, 2);
}

#[tokio::test]
async fn nothing_is_added_to_what_is_full_by_then() {
    let shop = watched_shop().await;

    let second = shop
        .app
        .call_with_another_meanwhile(
            shop.app
                .adjust_call(&shop.admin, &shop.variant, 600_000_000),
            shop.app
                .adjust_call(&shop.admin, &shop.variant, 600_000_000),
        )
        .await;

    second.expect_error(409, "too_many_pieces");
    assert_eq!(shop.left().await, 600_000_000);
}

#[tokio::test]
async fn nothing_is_added_to_a_variant_that_is_deleted() {
    let shop = watched_shop().await;
    let path = format!(
        "/api/v1/products/{}/variants/{}",
        shop.product, shop.variant
    );
    let delete = catalog_testing::Call::new("DELETE", &path).with_token(&shop.admin.access);

    let added = shop
        .app
        .call_with_another_meanwhile(shop.app.adjust_call(&shop.admin, &shop.variant, 5), delete)
        .await;

    added.expect_error(404, "not_found");
}
