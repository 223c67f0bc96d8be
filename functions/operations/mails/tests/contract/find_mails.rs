use jiff::SignedDuration;
use operations_testing::{Call, TestApp};
use serde_json::json;

use crate::support::{found, hear_of, sent};

#[tokio::test]
async fn the_mails_to_an_address_are_found_with_what_became_of_them() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    app.newcomer("bob@example.com").await;
    let first = sent(&app, "ann@example.com").await;
    sent(&app, "bob@example.com").await;
    hear_of(&app, &first, "Delivery").await;
    app.advance(SignedDuration::from_mins(10));
    let second = sent(&app, "ann@example.com").await;

    let found = found(&app, &admin, "Ann@Example.com").await;

    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["message_id"], second.id.as_str());
    assert_eq!(found[0]["status"], "sent");
    assert_eq!(found[1]["message_id"], first.id.as_str());
    assert_eq!(found[1]["status"], "delivered");
    assert_eq!(found[1]["delivered_at"], "2026-03-01T12:00:00Z");
    // The table has what became of them for thirty days, and no address.
    for item in app.scan(&app.table("mail")).await {
        assert!(!item.to_string().contains("@example.com"), "{item}");
        let kept = item["sent_at"]["N"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
            / 1_000
            + 30 * 24 * 3_600;
        assert_eq!(item["ttl"]["N"], kept.to_string());
    }
}

#[tokio::test]
async fn whose_mails_are_wanted_must_be_said() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for query in ["", "?address=", "?address=nobody"] {
        let call = Call::get(&format!("/api/v1/admin/mails{query}")).with_token(&admin.access);
        let answer = app.call(call).await;
        answer.expect_error_with(400, "invalid_fields", &["details"]);
        assert!(!answer.detail("address").is_empty());
    }
    assert_eq!(
        found(&app, &admin, "nobody@example.com").await,
        [json!(null); 0]
    );
}
