use catalog_testing::{Call, Shop};
use jiff::SignedDuration;
use kernel::audit::Action;
use kernel::task::TaskState;
use serde_json::json;
use transfers::TransferBelongings;
use work::Belongings as _;

use crate::support::{
    COLUMNS, ask, ask_for_export, ended, export, import, import_call, show, tea, upload,
};

#[tokio::test]
async fn a_file_is_there_once_it_is_done_and_for_a_week() {
    let shop = Shop::open().await;
    let person = shop
        .app
        .member_with_role("second@example.com", "admin")
        .await;
    let admin = shop.app.log_in(&person).await;
    let id = ask_for_export(&shop.app, &admin, "csv").await;
    show(&shop.app, &admin, id)
        .await
        .expect_error(409, "transfer_pending");
    shop.app.deliver().await;

    let shown = show(&shop.app, &admin, id).await.expect(200).json;
    assert_eq!(shown["name"], "kinwise-products.csv");
    assert_eq!(shown["available_until"], "2026-03-08T12:00:00Z");
    let (status, headers, _) = shop.app.download(shown["url"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"kinwise-products.csv\""
    );

    show(&shop.app, &shop.admin, id)
        .await
        .expect_error(404, "not_found");
    show(&shop.app, &shop.seller, id)
        .await
        .expect_error(403, "forbidden");

    shop.app.advance(SignedDuration::from_hours(7 * 24));
    let admin = shop.app.log_in(&person).await;
    show(&shop.app, &admin, id)
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn a_task_of_another_kind_has_no_file() {
    let shop = Shop::open().await;
    let export = ask_for_export(&shop.app, &shop.admin, "jsonl").await;
    shop.app.deliver().await;
    let unknown = Call::get("/api/v1/product-transfers/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/file");
    let unknown = shop.app.call(unknown.with_token(&shop.admin.access)).await;
    unknown.expect_error(404, "not_found");
    assert_eq!(ended(&shop.app, export).await.result["products"], 0);
}

#[tokio::test]
async fn the_files_of_an_account_go_with_it() {
    let shop = Shop::open().await;
    let (person, admin) = {
        let person = shop
            .app
            .member_with_role("second@example.com", "admin")
            .await;
        let admin = shop.app.log_in(&person).await;
        (person, admin)
    };
    let id = ask(&shop.app, &admin, "jsonl", tea("A", &json!({})).as_bytes()).await;
    let _ = ask_for_export(&shop.app, &admin, "csv").await;
    let _ = export(&shop, "csv").await;
    assert_eq!(ended(&shop.app, id).await.state, TaskState::Success);
    let keys = shop.app.file_keys().await;
    let own = keys
        .iter()
        .filter(|key| key.contains(&person.id.to_string()))
        .count();
    assert!(own >= 3, "{keys:?}");

    let done = TransferBelongings
        .end(shop.app.app(), person.id)
        .await
        .unwrap();

    assert_eq!(format!("{done:?}"), format!("All({own})"));
    assert_eq!(shop.app.file_keys().await.len(), keys.len() - own);
    let copy = TransferBelongings
        .copy(shop.app.app(), person.id)
        .await
        .unwrap();
    assert!(copy.is_empty());
}

#[tokio::test]
async fn a_file_that_is_replaced_while_it_is_read_is_not_read_on() {
    let shop = Shop::open_watched().await;
    let rows: Vec<String> = (0..3_000)
        .map(|row| format!("R-{row},{},x,EUR,tea\n", "n".repeat(100)))
        .collect();
    let file = format!("{COLUMNS}\n{}", rows.concat());
    let upload_id = upload(&shop.app, &shop.admin, file.as_bytes()).await;
    let asked = shop
        .app
        .call(import_call(&shop.admin, &upload_id, "csv"))
        .await
        .expect(202);
    let id = asked.text("task_id").parse().unwrap();
    let key = catalog::transfer::UploadKey {
        owner: shop.app.task(id).await.task.owner.unwrap(),
        id: upload_id.parse().unwrap(),
    };
    let process = shop.app.another_process();
    let meanwhile = async {
        let other = format!("{COLUMNS}\n{}", rows.concat().replace("R-", "S-"));
        let put = process
            .files()
            .put(&key, "text/csv", other.into_bytes())
            .await;
        put.unwrap();
    };
    // The first stretch is read, and the tree for its rows.
    shop.app
        .held_at("Query", shop.app.deliver(), meanwhile)
        .await;

    let ended = ended(&shop.app, id).await;
    assert_eq!(ended.state, TaskState::Failure);
    assert_eq!(
        ended.error,
        "The file that was uploaded is gone, or was replaced."
    );
}

#[tokio::test]
async fn an_import_that_is_called_off_stops() {
    let shop = Shop::open().await;
    let id = ask(
        &shop.app,
        &shop.admin,
        "jsonl",
        tea("A", &json!({})).as_bytes(),
    )
    .await;
    let tasks = store::Tasks(shop.app.app().store());
    // As operations call a task off.
    let audit = shop.app.app().audit(Action::named("TASK_REVOKED"));
    let _ = tasks.revoke(id, &audit).await.unwrap();

    shop.app.deliver().await;

    assert_eq!(ended(&shop.app, id).await.state, TaskState::Revoked);
    assert_eq!(
        crate::support::counted(&import(&shop, "jsonl", tea("A", &json!({}))).await),
        [1, 0, 0, 0]
    );
    show(&shop.app, &shop.admin, id)
        .await
        .expect_error(404, "not_found");
}
