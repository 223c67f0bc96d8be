use jiff::SignedDuration;
use kernel::email::EmailAddress;
use mails::MailBelongings;
use operations::mail::forget_in_ses;
use operations_testing::{Call, Fault, TestApp};
use serde_json::json;
use work::Belongings as _;

use crate::support::{News, hear, hear_of, listed, release, sent};

#[tokio::test]
async fn a_released_address_gets_mail_until_it_bounces_again() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let mail = sent(&app, "ann@example.com").await;
    hear_of(&app, &mail, "PermanentBounce").await;
    let bounced_at = app.now();
    let id = listed(&app, &admin, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.advance(SignedDuration::from_mins(10));

    let _ = release(&app, &admin, &id).await.expect(204);

    assert!(listed(&app, &admin, "").await.is_empty());
    release(&app, &admin, &id)
        .await
        .expect_error(404, "not_found");
    let audit = app.audit_of("SUPPRESSION_RELEASED").await;
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["actor"], person.id.to_string());
    assert_eq!(audit[0]["object"], format!("suppression/{id}"));
    assert!(
        !app.scan(&app.table("mail"))
            .await
            .iter()
            .any(|item| item.to_string().contains("ann@"))
    );
    // SES tells of the same bounce once more, later than it was.
    hear(
        &app,
        &News::of(&mail, "PermanentBounce", bounced_at).event(&app),
    )
    .await;
    assert!(listed(&app, &admin, "").await.is_empty());
    let again = sent(&app, "ann@example.com").await;
    assert_ne!(again.id, mail.id);

    app.advance(SignedDuration::from_secs(1));
    hear_of(&app, &again, "PermanentBounce").await;
    assert_eq!(
        listed(&app, &admin, "").await[0]["message_id"],
        again.id.as_str()
    );
}

#[tokio::test]
async fn who_is_suppressed_is_listed_by_reason_and_page() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (email, kind) in [
        ("ann@example.com", "PermanentBounce"),
        ("bob@example.com", "Complaint"),
        ("eve@example.com", "PermanentBounce"),
    ] {
        app.newcomer(email).await;
        let mail = sent(&app, email).await;
        hear_of(&app, &mail, kind).await;
        app.advance(SignedDuration::from_secs(1));
    }

    let addresses = async |query: &str| -> Vec<String> {
        let listed = listed(&app, &admin, query).await;
        listed
            .iter()
            .map(|entry| entry["address"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        addresses("").await,
        ["eve@example.com", "bob@example.com", "ann@example.com"]
    );
    assert_eq!(
        addresses("?reason=bounce").await,
        ["eve@example.com", "ann@example.com"]
    );
    assert_eq!(addresses("?reason=complaint").await, ["bob@example.com"]);
    assert_eq!(addresses("?page=2&page_size=2").await, ["ann@example.com"]);
    let wrong =
        Call::get("/api/v1/admin/mail-suppressions?reason=dislike").with_token(&admin.access);
    app.call(wrong)
        .await
        .expect_error_with(400, "invalid_fields", &["details"]);
}

#[tokio::test]
async fn abuse_090_only_administrators_see_and_release() {
    let app = TestApp::start().await;
    let (_, ann) = app.member_logged_in("ann@example.com").await;
    for call in [
        Call::get("/api/v1/admin/mail-suppressions"),
        Call::get("/api/v1/admin/mails?address=ann@example.com"),
        Call::new(
            "DELETE",
            "/api/v1/admin/mail-suppressions/5d41402abc4b2a76b9719d911017c592",
        ),
    ] {
        app.call(call.clone())
            .await
            .expect_error(401, "not_authenticated");
        app.call(call.with_token(&ann.access))
            .await
            .expect_error(403, "forbidden");
    }
}

#[tokio::test]
async fn an_old_proof_releases_nobody_and_neither_does_an_ses_that_is_away() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let mail = sent(&app, "ann@example.com").await;
    hear_of(&app, &mail, "Complaint").await;
    let id = listed(&app, &admin, "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    app.ses().fail_always(Fault::fail());
    release(&app, &admin, &id)
        .await
        .expect_error(503, "unavailable");
    app.ses().heal();
    for unknown in ["5d41402abc4b2a76b9719d911017c592", "ann@example.com"] {
        release(&app, &admin, unknown)
            .await
            .expect_error(404, "not_found");
    }
    app.advance(SignedDuration::from_mins(16));
    release(&app, &admin, &id)
        .await
        .expect_error(403, "reauthentication_required");

    assert_eq!(listed(&app, &admin, "").await.len(), 1);
    assert!(app.audit_of("SUPPRESSION_RELEASED").await.is_empty());
}

#[tokio::test]
async fn what_sends_nothing_is_asked_of_ses_again() {
    let app = TestApp::start().await;
    for fault in [Fault::fail(), Fault::Drop, Fault::LoseAnswer] {
        app.ses().fail_next(1, &fault);
        let asked = app.app().ping_mail().await;
        assert!(asked.is_ok(), "{fault:?}: {asked:?}");

        app.ses().fail_next(1, &fault);
        let address = EmailAddress::parse("ann@example.com").unwrap();
        let forgotten = forget_in_ses(app.app(), &address).await;
        assert!(forgotten.is_ok(), "{fault:?}: {forgotten:?}");
    }
}

#[tokio::test]
async fn what_a_suppressed_address_is_called_ends_with_its_account() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = app.member("ann@example.com").await;
    let bob = app.member("bob@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    app.deliver().await;
    let mail = app.mails_to("ann@example.com").await.pop().unwrap();
    hear_of(&app, &mail, "Complaint").await;
    let before = app.scan(&app.table("mail")).await.len();

    for person in [&ann, &bob] {
        let ended = MailBelongings.end(app.app(), person.id).await.unwrap();
        assert!(matches!(ended, work::Ended::All(_)));
    }

    let entry = &listed(&app, &admin, "").await[0];
    assert_eq!(
        (&entry["address"], &entry["reason"]),
        (&json!(null), &json!("complaint"))
    );
    let items = app.scan(&app.table("mail")).await;
    assert_eq!(items.len(), before);
    assert!(!items.iter().any(|item| item.to_string().contains("ann@")));
    let _ = release(&app, &admin, entry["id"].as_str().unwrap())
        .await
        .expect(204);
    app.leave_work_undone();
}

#[tokio::test]
async fn the_copy_of_an_account_has_what_became_of_its_mails() {
    let app = TestApp::start().await;
    let ann = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    app.deliver().await;
    let mail = app.mails_to("ann@example.com").await.pop().unwrap();
    hear_of(&app, &mail, "Complaint").await;

    let copy = MailBelongings.copy(app.app(), ann.id).await.unwrap();

    assert_eq!(
        copy["mails"],
        json!([{"kind": "one_time_code", "status": "complained", "sent_at": app.now()}])
    );
    assert_eq!(
        copy["mail_suppression"],
        json!({"reason": "complaint", "since": app.now()})
    );
}
