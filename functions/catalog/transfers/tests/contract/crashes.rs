//! A run that dies anywhere goes on where it was: nothing is lost, and nothing is done twice.

use catalog::jobs::{ExportProducts, ImportProducts};
use catalog::transfer::{Format, UploadId, UploadKey};
use catalog_testing::{Fault, Proxy, Shop};
use jiff::SignedDuration;
use kernel::id::{TaskId, UserId};
use kernel::job::Job;
use kernel::task::TaskState;
use serde_json::json;
use store::Tasks;

use crate::support::{Ended, ended, export, find};

/// Records a task as its endpoint does, without a session, which would end before the test does.
async fn plant(shop: &Shop, owner: UserId, job: &impl Job) -> TaskId {
    let app = shop.app.app();
    let task = app.task(job).of(owner);
    assert!(
        Tasks(app.store())
            .follow_up(&task)
            .await
            .expect("the emulator answers")
    );
    task.id
}

async fn plant_import(shop: &Shop, owner: UserId, file: &str) -> TaskId {
    let app = shop.app.app();
    let upload_id = UploadId::new(app.now(), &mut app.random());
    let key = UploadKey {
        owner,
        id: upload_id,
    };
    app.files()
        .put(&key, "x", file.as_bytes().to_vec())
        .await
        .expect("the emulator answers");
    let format = Format::Jsonl;
    plant(shop, owner, &ImportProducts { upload_id, format }).await
}

/// Does a task whose calls from the `step`th on fail, then again without faults. Gives what came of it, and whether a call failed.
async fn do_with_fault(
    shop: &Shop,
    proxy: &Proxy,
    step: usize,
    fault: &Fault,
    id: TaskId,
) -> (Ended, bool) {
    shop.app.relay().await;
    let messages = shop.app.receive("transfers", 0).await;
    let event = shop.app.sqs_event("transfers", &messages);
    proxy.forget();
    proxy.pass_next_of("", step);
    proxy.fail_next_of("", 40, fault);
    let _ = shop.app.work(event.clone()).await;
    let has_failed = proxy.seen().len() > step;
    proxy.heal();
    for _ in 0..3 {
        shop.app.advance(SignedDuration::from_secs(306));
        let _ = shop.app.work(event.clone()).await;
    }
    shop.app.settle("transfers", &messages, &[]).await;
    (ended(&shop.app, id).await, has_failed)
}

fn file(round: usize) -> String {
    [
        json!({"record": "category", "slug": format!("c{round}"), "name": "C"}),
        json!({"sku": format!("A{round}"), "name": "A", "price": "1", "currency": "EUR", "categories": [format!("c{round}")]}),
        json!({"record": "variant", "product": format!("A{round}"), "sku": format!("V{round}"), "name": "V"}),
        json!({"sku": format!("B{round}"), "name": "", "price": "1", "currency": "EUR", "categories": ["tea"]}),
        json!({"sku": "SHARED", "name": format!("Round {round}"), "price": "1", "currency": "EUR", "categories": ["tea"]}),
    ]
    .map(|row| format!("{row}\n"))
    .concat()
}

/// Lets an import die at each of its calls of a service.
async fn import_dies_anywhere(proxy_of: impl Fn(&Shop) -> &Proxy, fault: Fault) {
    let shop = Shop::open_watched().await;
    let owner = owner(&shop).await;
    let mut step = 0;
    loop {
        let id = plant_import(&shop, owner, &file(step)).await;
        let (ended, has_failed) = do_with_fault(&shop, proxy_of(&shop), step, &fault, id).await;
        assert_eq!(ended.state, TaskState::Success, "{step}: {ended:?}");
        let result = &ended.result;
        // What was made is counted as made, by whichever try. What was changed is as it should be for the next.
        let made = if step == 0 { 4 } else { 3 };
        assert_eq!(result["made"], made, "{step}: {result}");
        assert_eq!(
            (&result["rows"], &result["refused"]),
            (&json!(5), &json!(1)),
            "{step}: {result}"
        );
        assert_eq!(result["listed"], 1, "{step}: {result}");
        if !has_failed {
            break;
        }
        step += 1;
    }
    assert!(step > 5, "{step}");
    let person = shop.app.member_with_role("last@example.com", "admin").await;
    let admin = shop.app.log_in(&person).await;
    let shop = Shop { admin, ..shop };
    for round in 0..=step {
        let made = find(&shop, &format!("A{round}")).await;
        assert_eq!(
            made["variants"].as_array().expect("it is there").len(),
            1,
            "{round}"
        );
    }
    assert_eq!(find(&shop, "SHARED").await["name"], format!("Round {step}"));
    // All that there is, is there once.
    let file = export(&shop, "jsonl").await;
    assert_eq!(file.lines().count(), 1 + 3 * (step + 1) + 1);
}

async fn owner(shop: &Shop) -> UserId {
    let person = shop
        .app
        .member_with_role("owner@example.com", "admin")
        .await;
    let _ = shop;
    person.id
}

#[tokio::test]
async fn an_import_that_dies_before_a_call_of_the_table_goes_on() {
    import_dies_anywhere(|shop| shop.app.dynamodb(), Fault::Drop).await;
}

#[tokio::test]
async fn an_import_that_dies_behind_a_call_of_the_table_goes_on() {
    import_dies_anywhere(|shop| shop.app.dynamodb(), Fault::LoseAnswer).await;
}

#[tokio::test]
async fn an_import_that_dies_at_a_file_goes_on() {
    let shop = Shop::open_watched().await;
    let owner = owner(&shop).await;
    for fault in [Fault::Drop, Fault::LoseAnswer] {
        let mut step = 0;
        loop {
            let round = file(step).replace("\"SHARED\"", "\"S\"").replace('B', "b");
            let id = plant_import(&shop, owner, &round).await;
            let (ended, has_failed) = do_with_fault(&shop, shop.app.s3(), step, &fault, id).await;
            assert_eq!(ended.state, TaskState::Success, "{step}: {ended:?}");
            assert_eq!(ended.result["listed"], 1, "{step}: {ended:?}");
            if !has_failed {
                break;
            }
            step += 1;
        }
        assert!(step > 3, "{step}");
    }
}

#[tokio::test]
async fn an_export_that_dies_anywhere_is_the_same() {
    let shop = Shop::open_watched().await;
    let _ = shop.tea_with_variant().await;
    let expected = export(&shop, "csv").await;
    let owner = owner(&shop).await;
    for is_table in [true, false] {
        let mut step = 0;
        loop {
            let proxy = if is_table {
                shop.app.dynamodb()
            } else {
                shop.app.s3()
            };
            let format = Format::Csv;
            let id = plant(&shop, owner, &ExportProducts { format }).await;
            let (ended, has_failed) = do_with_fault(&shop, proxy, step, &Fault::Drop, id).await;
            assert_eq!(ended.state, TaskState::Success, "{step}: {ended:?}");
            let key = catalog::transfer::TransferKey {
                owner,
                task_id: id,
                file: catalog::transfer::TransferFile::Result(format),
            };
            let file = shop.app.app().files().get(&key).await.unwrap().unwrap();
            assert_eq!(String::from_utf8(file).unwrap(), expected);
            if !has_failed {
                break;
            }
            step += 1;
        }
        assert!(step > 1, "{step}");
    }
}
