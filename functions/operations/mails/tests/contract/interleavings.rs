//! What meets between two steps: every condition of a write is missed here or beside.

use operations_testing::TestApp;

use crate::support::{News, hear, hear_of, listed, release_call, sent};

#[tokio::test]
async fn an_address_is_released_once() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let mail = sent(&app, "ann@example.com").await;
    hear_of(&app, &mail, "Complaint").await;
    let id = listed(&app, &admin, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let process = app.another_process();
    // Not the same again by the same administrator, which would be one entry of the audit log.
    let other = app.member_with_role("eve@example.com", "admin").await;
    let other = app.log_in(&other).await;

    let held = app.call_held_at("TransactWriteItems", release_call(&admin, &id), async {
        let _ = app
            .call_another(&process, release_call(&other, &id))
            .await
            .expect(204);
    });

    held.await.expect_error(404, "not_found");
    assert_eq!(app.audit_of("SUPPRESSION_RELEASED").await.len(), 1);
}

#[tokio::test]
async fn a_mail_that_has_gone_is_not_begun_again_by_late_news() {
    let app = TestApp::start_watched().await;
    for (name, first, late) in [
        ("ann", "TransientBounce", "Delivery"),
        ("bob", "Complaint", "PermanentBounce"),
        ("eve", "Complaint", "Complaint"),
    ] {
        let address = format!("{name}@example.com");
        app.newcomer(&address).await;
        let mail = sent(&app, &address).await;
        hear_of(&app, &mail, first).await;
        let event = News::of(&mail, late, app.now()).event(&app);

        let held = app.held_after(1, "UpdateItem", hear(&app, &event), async {
            let pk = format!("MAIL#{}", mail.id);
            app.aws().remove(&app.table("mail"), &pk, "MAIL").await;
        });
        held.await;
    }

    let items = app.scan(&app.table("mail")).await;
    assert!(items.iter().all(|item| item["sk"]["S"] != "MAIL"));
}
