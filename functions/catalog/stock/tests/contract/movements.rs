use catalog_testing::Fault;
use serde_json::json;

use crate::support::{shop, watched_shop};

#[tokio::test]
async fn each_change_is_a_movement() {
    let shop = shop().await;
    shop.app.record_movements().await;
    assert!(shop.movements().await.is_empty());
    for delta in [40, -3] {
        let _ = shop.adjust(delta).await.expect(201);
        shop.app.record_movements().await;
        shop.app.advance(jiff::SignedDuration::from_secs(1));
    }

    let movements = shop.movements().await;

    assert_eq!(movements.len(), 2);
    let at = movements[0]["at"].clone();
    let by = movements[0]["by"].clone();
    assert!(by.is_string());
    let expected = json!({
        "part": 0, "version": 2, "available_delta": -3, "reserved_delta": 0, "available": 37, "reserved": 0,
        "reason": "Count", "by": by, "at": at,
    });
    assert_eq!(movements[0], expected);
    assert_eq!(movements[1]["available_delta"], 40);
}

#[tokio::test]
async fn a_change_that_is_told_twice_is_one_movement() {
    let shop = shop().await;
    let _ = shop.adjust(40).await.expect(201);
    let records = shop.app.stock_changes().await;

    shop.app.record_movements_of(&records).await;
    shop.app.record_movements_of(&records).await;
    let twice: Vec<_> = records.iter().chain(&records).cloned().collect();
    shop.app.record_movements_of(&twice).await;

    assert_eq!(shop.movements().await.len(), 1);
    let _ = shop.adjust(-1).await.expect(201);
    shop.app.record_movements().await;
    assert_eq!(shop.movements().await.len(), 2);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_put_aside_and_the_others_are_recorded() {
    let shop = shop().await;
    let _ = shop.adjust(40).await.expect(201);
    let mut records = shop.app.stock_changes().await;
    let mut broken = records[0].clone();
    broken["dynamodb"]["NewImage"]["available"] = json!({"S": "many"});
    records.insert(0, broken);

    shop.app.record_movements_of(&records).await;

    assert_eq!(shop.movements().await.len(), 1);
    assert_eq!(shop.app.receive("index-failures", 0).await.len(), 1);
    shop.app.leave_work_undone();
}

#[tokio::test]
async fn what_a_failure_broke_off_is_done_when_the_stream_tells_of_it_again() {
    let shop = watched_shop().await;
    let _ = shop.adjust(40).await.expect(201);
    let records = shop.app.stock_changes().await;
    for operation in ["BatchWriteItem", "GetItem", "TransactWriteItems"] {
        let many = 50;
        let dynamodb = shop.app.dynamodb();
        dynamodb.fail_next_of(operation, many, &Fault::fail());
        let failed = shop.app.try_to_record_movements_of(&records).await;
        assert!(failed.is_err(), "{operation}");
        shop.app.dynamodb().heal();
    }

    shop.app.record_movements_of(&records).await;

    assert_eq!(shop.movements().await.len(), 1);
    assert_eq!(shop.product().await["in_stock"], true);
}
