//! What others change between what a call reads and what it writes is not overlooked.

use catalog::jobs::SendLowStock;
use catalog::stock::LowStock;
use catalog_testing::{delete_call, patch_call, record_movements_in};
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
    let delete = delete_call(&shop.admin, &shop.variant_path());

    let added = shop
        .app
        .call_with_another_meanwhile(shop.app.adjust_call(&shop.admin, &shop.variant, 5), delete)
        .await;

    added.expect_error(404, "not_found");
}

#[tokio::test]
async fn what_repeats_a_change_is_made_to_what_there_is_by_then() {
    let shop = watched_shop().await;
    let other = shop.app.another_admin().await;
    let process = shop.app.another_process();
    let _ = shop.adjust(5).await.expect(201);
    let _ = shop.spread(&json!(2)).await.expect(204);

    let take = async {
        let call = shop.app.adjust_call(&other, &shop.variant, -3);
        let _ = shop.app.call_another(&process, call).await.expect(201);
    };
    let spread = shop.spread_call(&json!(4));
    let spread = shop.app.call_held_as_repetition(spread, take).await;
    let _ = spread.expect(204);
    assert_eq!(shop.left().await, 2);

    let _ = shop.spread(&json!(1)).await.expect(204);
    let _ = shop.adjust(1).await.expect(201);
    let fill = async {
        let call = shop.app.adjust_call(&other, &shop.variant, 600_000_000);
        let _ = shop.app.call_another(&process, call).await.expect(201);
    };
    let more = shop
        .app
        .adjust_call(&shop.admin, &shop.variant, 600_000_000);
    let more = shop.app.call_held_as_repetition(more, fill).await;
    // Other parts have room.
    let _ = more.expect(201);
    assert_eq!(shop.left().await, 1_200_000_003);
    let parts = shop.app.scan(&shop.app.table("stock")).await;
    let parts = parts.iter().filter(|item| item["sk"]["S"] == "STOCK");
    for part in parts {
        let available: u64 = part["available"]["N"].as_str().unwrap().parse().unwrap();
        assert!(available <= 1_000_000_000, "{available}");
    }
}

#[tokio::test]
async fn what_is_noted_of_a_variant_that_is_deleted_leaves_nothing() {
    let shop = watched_shop().await;
    let _ = shop.adjust(5).await.expect(201);
    let records = shop.app.stock_changes().await;

    let process = shop.app.another_process();
    let delete = async {
        let call = delete_call(&shop.admin, &shop.variant_path());
        let _ = shop.app.call_another(&process, call).await.expect(204);
    };
    let record = shop.app.record_movements_of(&records);
    shop.app.held_at("TransactWriteItems", record, delete).await;

    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let is_variant =
        |item: &serde_json::Value| item["sk"]["S"].as_str().unwrap().starts_with("VARIANT#");
    assert!(!items.iter().any(is_variant));
}

#[tokio::test]
async fn of_two_who_note_a_stock_the_later_level_stays() {
    let shop = watched_shop().await;
    let path = shop.variant_path();
    // What there are few of has one condition more.
    let call = patch_call(&shop.admin, &path, &json!({"low_stock_threshold": null}));
    let _ = shop.app.call(call).await.expect(200);
    let _ = shop.adjust(1).await.expect(201);
    let _ = shop.spread(&json!(2)).await.expect(204);
    shop.app.record_movements().await;
    let _ = shop.adjust(-1).await.expect(201);
    let sold_out = shop.app.stock_changes().await;

    let process = shop.app.another_process();
    let restock = async {
        let call = shop.app.adjust_call(&shop.admin, &shop.variant, 9);
        let _ = shop.app.call_another(&process, call).await.expect(201);
        let restocked = shop.app.stock_changes().await;
        record_movements_in(process.clone(), &restocked)
            .await
            .unwrap();
    };
    let record = shop.app.record_movements_of(&sold_out);
    shop.app
        .held_at("TransactWriteItems", record, restock)
        .await;

    assert_eq!(shop.product().await["in_stock"], true);
}

#[tokio::test]
async fn what_is_told_by_then_is_not_told_again() {
    let shop = shop().await;
    let _ = shop.adjust(1).await.expect(201);
    shop.app.record_movements().await;
    let (low, now) = (LowStock(shop.app.app().store()), shop.app.now());
    let user_id = shop.movements().await[0]["by"].clone();
    let task = || {
        let (user_id, variants) = (user_id.clone(), json!([shop.variant]));
        let mail = json!({"user_id": user_id, "variants": variants});
        let mail: SendLowStock = serde_json::from_value(mail).unwrap();
        [shop.app.app().task(&mail)]
    };
    let before = low.all().await.unwrap();
    assert!(low.report(&before, &task(), now).await.unwrap());

    assert!(!low.report(&before, &task(), now).await.unwrap());

    // Restocked, and low once more: what was read before is another time.
    shop.app.advance(jiff::SignedDuration::from_secs(1));
    for delta in [10, -10] {
        let _ = shop.adjust(delta).await.expect(201);
        shop.app.record_movements().await;
    }
    assert!(!low.report(&before, &task(), now).await.unwrap());
    let again = low.all().await.unwrap();
    assert!(low.report(&again, &task(), now).await.unwrap());
    shop.app.deliver().await;
}
