use jiff::SignedDuration;
use kernel::task::TaskState;
use operations_testing::{Fault, TestApp};
use serde_json::{Value, json};

use crate::support::{News, found, hear, hear_of, listed, sent};

/// The tasks that sent mail, the newest last.
async fn last_task(app: &TestApp) -> Value {
    app.tasks().await.pop().unwrap()
}

#[tokio::test]
async fn abuse_093_a_bounce_and_a_complaint_suppress_and_the_next_mail_is_skipped() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (email, kind, reason, status) in [
        ("ann@example.com", "PermanentBounce", "bounce", "bounced"),
        ("bob@example.com", "Complaint", "complaint", "complained"),
    ] {
        app.advance(SignedDuration::from_secs(1));
        app.newcomer(email).await;
        let mail = sent(&app, email).await;
        let task = last_task(&app).await["id"].clone();

        hear_of(&app, &mail, kind).await;

        let mails = found(&app, &admin, email).await;
        assert_eq!(mails[0]["status"], status);
        assert_eq!(
            (&mails[0]["task_id"], &mails[0]["kind"]),
            (&task, &json!("verification"))
        );
        let suppressed = &listed(&app, &admin, &format!("?reason={reason}")).await[0];
        assert_eq!(
            (&suppressed["address"], &suppressed["reason"]),
            (&json!(email), &json!(reason))
        );
        assert_eq!(suppressed["message_id"], mail.id.as_str());

        let before = app.mails_to(email).await.len();
        app.advance(SignedDuration::from_mins(10));
        let _ = app.resend(email).await.expect(200);
        app.deliver().await;
        assert_eq!(app.mails_to(email).await.len(), before);
        let task = last_task(&app).await;
        assert_eq!(
            (&task["state"], &task["last_error"]),
            (&json!("FAILURE"), &json!("recipient_suppressed"))
        );
        // What was not sent is not counted.
        let counters = app.scan(&app.table("limits")).await;
        let day = counters.iter().find(|item| {
            item["pk"]["S"]
                .as_str()
                .unwrap()
                .starts_with("LIMIT#mail-day#")
        });
        assert_eq!(
            day.unwrap()["calls"]["N"],
            app.mails().await.len().to_string()
        );
    }
}

#[tokio::test]
async fn a_bounce_of_the_moment_suppresses_nobody() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let mail = sent(&app, "ann@example.com").await;

    hear_of(&app, &mail, "TransientBounce").await;

    assert_eq!(
        found(&app, &admin, "ann@example.com").await[0]["detail"],
        "Transient General 5.1.1"
    );
    assert!(listed(&app, &admin, "").await.is_empty());
    app.advance(SignedDuration::from_mins(10));
    assert_ne!(sent(&app, "ann@example.com").await.id, mail.id);
}

#[tokio::test]
async fn news_that_come_twice_or_late_take_nothing_back() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let mail = sent(&app, "ann@example.com").await;
    let first = app.now();

    hear_of(&app, &mail, "Complaint").await;
    app.advance(SignedDuration::from_secs(1));
    for kind in ["Delivery", "Complaint", "PermanentBounce", "Delivery"] {
        hear_of(&app, &mail, kind).await;
    }

    let found = found(&app, &admin, "ann@example.com").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["status"], "complained");
    assert_eq!(found[0]["complained_at"], first.to_string());
    assert_eq!(found[0]["delivered_at"], app.now().to_string());
    let suppressed = listed(&app, &admin, "").await;
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["since"], first.to_string());
    assert_eq!(suppressed[0]["reason"], "complaint");
}

/// SES is faster than the worker, or the worker dies after SES's answer.
#[tokio::test]
async fn news_that_come_before_the_record_are_kept() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.relay().await;
    // The task is claimed, the mail counted as one of the second's and twice as one of the day's: then the record.
    let held = app.held_after(4, "UpdateItem", app.deliver(), async {
        let mail = app.mails_to("ann@example.com").await.pop().unwrap();
        let task = last_task(&app).await["id"].as_str().unwrap().to_owned();
        let mut news = News::of(&mail, "Delivery", app.now());
        news.task_id = Some(&task);
        let event = news.event(&app);
        let process = app.another_process();
        let heard = mails::record_mail_event::record_mail_event(process, event).await;
        heard.unwrap();
    });
    held.await;

    let found = found(&app, &admin, "ann@example.com").await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["status"], &found[0]["kind"]),
        (&json!("delivered"), &json!("welcome"))
    );
}

#[tokio::test]
async fn a_mail_that_could_not_be_recorded_is_sent_once() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    app.newcomer("ann@example.com").await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.relay().await;
    app.dynamodb().pass_next_of("UpdateItem", 4);
    app.dynamodb()
        .fail_next_of("UpdateItem", 1, &Fault::reject());
    app.deliver().await;

    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
    let task = last_task(&app).await;
    assert_eq!(task["state"], "SUCCESS");
    assert!(found(&app, &admin, "ann@example.com").await.is_empty());
    let mail = app.mails_to("ann@example.com").await.pop().unwrap();
    let mut news = News::of(&mail, "Delivery", app.now());
    news.task_id = task["id"].as_str();
    hear(&app, &news.event(&app)).await;
    assert_eq!(
        found(&app, &admin, "ann@example.com").await[0]["status"],
        "delivered"
    );
}

#[tokio::test]
async fn abuse_094_news_that_are_not_about_our_mail_change_nothing() {
    let app = TestApp::start().await;
    app.newcomer("ann@example.com").await;
    app.newcomer("bob@example.com").await;
    let mail = sent(&app, "ann@example.com").await;
    let before = app.scan(&app.table("mail")).await;
    let forged = |differs: &dyn Fn(&mut News<'_>)| {
        let mut news = News::of(&mail, "Complaint", app.now());
        differs(&mut news);
        news.event(&app)
    };

    let mut of_others = forged(&|_| {});
    of_others["detail"]["mail"]["tags"]["ses:configuration-set"] = json!(["others-mail"]);
    let mut of_nobody = forged(&|_| {});
    of_nobody["source"] = json!("forged");
    for event in [
        of_others,
        of_nobody,
        json!({"Type": "Notification", "Message": "{}"}),
        forged(&|news| news.message_id = "0100-never-sent"),
        forged(&|news| {
            news.message_id = "0100-never-sent";
            news.task_id = Some("019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11");
        }),
        // Somebody else is not suppressed for Ann's mail.
        forged(&|news| news.address = "bob@example.com"),
    ] {
        hear(&app, &event).await;
        assert_eq!(app.scan(&app.table("mail")).await, before, "{event}");
    }
    assert_eq!(
        app.task(
            last_task(&app).await["id"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap()
        )
        .await
        .state,
        TaskState::Success
    );
}

/// No address on the network takes news of mails.
#[test]
fn abuse_094_no_route_takes_news_of_mails() {
    for endpoint in mails::ENDPOINTS {
        assert_ne!(endpoint.name(), "record_mail_event");
    }
    let document = std::fs::read_to_string("../../../infra/api.yaml").unwrap();
    assert!(!document.contains("record_mail_event") && !document.contains("RecordMailEvent"));
}
