use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::task::TaskState;
use lopdf::Document;
use operations::mail::{Event, MailStatus, Mails, Recorded};
use operations_testing::{Mail, TestApp};
use serde_json::{Value, json};

use crate::support::{ask, column, fetch, lines, show, sum};

/// The month before the one in which tests begin is over; what they do themselves is in their own.
const NOW: &str = "2026-03";

fn text_of(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap()
}

#[tokio::test]
async fn registrations_and_log_ins_are_written_announced_and_fetched() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    let ann = app.member("ann@example.com").await;
    let _ = app.log_in_by_password(&ann).await;
    for _ in 0..2 {
        let refused = app.obtain_token(&ann.email, "not her password").await;
        refused.expect_error(401, "invalid_credentials");
    }
    let _ = app.request_otp(&ann.email).await;
    let _ = app.verify_otp(&ann.email, "000000").await;
    let log_ins = app.audit_of("LOGIN").await.len() as u64;
    let registrations = app.audit_of("CREATE").await.len() as u64;

    let id = ask(&app, &admin, "activity", NOW).await;
    show(&app, &admin, id)
        .await
        .expect_error(409, "report_pending");
    app.deliver().await;

    let files = fetch(&app, &admin, id).await;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "kinwise-activity-2026-03.pdf",
            "kinwise-activity-2026-03-days.csv",
            "kinwise-activity-2026-03-rows.csv"
        ]
    );
    let days = lines(&files[1].1);
    // Up to today, which is the first.
    assert_eq!(column(&days, "Date"), ["2026-03-01"]);
    assert_eq!(sum(&days, "Registrations: Registrations"), registrations);
    assert_eq!(sum(&days, "Log-ins: Succeeded"), log_ins);
    assert_eq!(sum(&days, "Log-ins: Failed"), 3);
    assert_eq!(sum(&days, "Failed log-ins: Wrong password"), 2);
    assert_eq!(sum(&days, "Failed log-ins: Wrong one-time code"), 1);
    let rows = lines(&files[2].1);
    assert_eq!(sum(&rows, "Times"), registrations + log_ins + 3);
    assert!(column(&rows, "Account").contains(&ann.id.to_string()));
    assert!(column(&rows, "Time").is_sorted_by(|one, next| one >= next));
    for (name, file) in &files {
        assert!(!String::from_utf8_lossy(file).contains("ann@"), "{name}");
    }
    assert!(files[0].1.starts_with(b"%PDF-"));
    assert!(text_of(&files[0].1).contains("Registrations and log-ins"));

    let mails = app.mails_to(&person.email).await;
    let mail = mails.last().unwrap();
    assert!(
        mail.text.contains(&format!("/reports/{id}")),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("24 hours"), "{}", mail.text);
    let task = app
        .ask_about(&admin, &id.to_string())
        .await
        .expect(200)
        .json;
    let result = &task["result"];
    let written = rows.len() as u64 - 1;
    assert_eq!(result["rows"], json!({"written": written, "left_out": 0}));
    let sizes = result["files"].as_array().unwrap().iter();
    let sizes: Vec<&Value> = sizes.map(|file| &file["bytes"]).collect();
    assert!(
        sizes
            .into_iter()
            .eq(files.iter().map(|(_, file)| file.len()))
    );
    assert_eq!(app.audit_of("REPORT_FETCHED").await.len(), 1);
}

#[tokio::test]
async fn tasks_and_mails_are_counted_by_what_became_of_them() {
    let app = TestApp::start().await;
    let (person, _) = app.admin().await;
    let (_, ann) = app.member_logged_in("ann@example.com").await;
    for x in 0..3 {
        let _ = app
            .ask_for(&ann, &json!({"type": "add", "x": x, "y": 2}))
            .await;
    }
    app.deliver().await;
    app.advance(SignedDuration::from_hours(24));
    let admin = app.log_in(&person).await;
    let later = json!({"type": "add", "x": 9, "y": 2, "run_at": "2026-03-05T00:00:00Z"});
    let open = app.ask_for(&admin, &later).await;
    let (mails, all) = {
        let tasks = app.tasks().await;
        let is_mail = |task: &&Value| task["queue"].as_str().unwrap().starts_with("mail-");
        (
            tasks.iter().filter(is_mail).count() as u64,
            tasks.len() as u64,
        )
    };

    let of_tasks = ask(&app, &admin, "tasks", NOW).await;
    let of_mails = ask(&app, &admin, "mail", NOW).await;
    app.deliver().await;

    let files = fetch(&app, &admin, of_tasks).await;
    let days = lines(&files[1].1);
    assert_eq!(column(&days, "Date"), ["2026-03-01", "2026-03-02"]);
    assert_eq!(column(&days, "Kinds: add"), ["3", "1"]);
    // The reports themselves: this one goes on while it is written, and the other waits.
    assert_eq!(sum(&days, "Kinds: report"), 2);
    let outcomes = ["Done", "Failed", "Called off", "Open"].map(|name| format!("Outcomes: {name}"));
    let counted: u64 = outcomes.iter().map(|name| sum(&days, name)).sum();
    assert_eq!(counted, all + 2);
    assert_eq!(sum(&days, "Outcomes: Open"), 3);
    let rows = lines(&files[2].1);
    assert_eq!(rows.len() as u64, all + 3);
    let id = column(&rows, "Id")
        .iter()
        .position(|id| *id == open)
        .unwrap();
    assert_eq!(column(&rows, "Outcome")[id], "Open");
    assert_eq!(column(&rows, "Finished")[id], "");

    let files = fetch(&app, &admin, of_mails).await;
    let days = lines(&files[1].1);
    assert_eq!(sum(&days, "Outcomes: Sent"), mails);
    assert_eq!(sum(&days, "Outcomes: Failed"), 0);
    app.leave_work_undone();
}

/// Has SES tell of a mail.
async fn tell(app: &TestApp, mail: &Mail, status: MailStatus) {
    let event = Event {
        message_id: mail.id.clone(),
        configuration_set: app.variable("MAIL_CONFIGURATION_SET").to_owned(),
        task_id: None,
        kind: None,
        address: EmailAddress::parse(&mail.to).unwrap(),
        sent_at: app.now(),
        status,
        at: app.now(),
        detail: (status != MailStatus::Delivered).then(|| "5.1.1".to_owned()),
        suppresses: None,
    };
    let recorded = Mails(app.app().store()).record(&event).await.unwrap();
    assert_eq!(recorded, Recorded::Moved);
}

#[tokio::test]
async fn what_was_told_of_mails_is_in_the_report() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let addresses = ["ann", "bob", "eve", "joe"].map(|name| format!("{name}@example.com"));
    for email in &addresses {
        app.newcomer(email).await;
        let _ = app.resend(email).await.expect(200);
    }
    app.deliver().await;
    for (email, status) in addresses.iter().zip([
        MailStatus::Delivered,
        MailStatus::Bounced,
        MailStatus::Complained,
    ]) {
        let mail = app.mails_to(email).await.pop().unwrap();
        tell(&app, &mail, status).await;
    }

    let id = ask(&app, &admin, "mail", NOW).await;
    app.deliver().await;

    let files = fetch(&app, &admin, id).await;
    let (days, rows) = (lines(&files[1].1), lines(&files[2].1));
    let of_sent = |name: &str| sum(&days, &format!("Of those sent: {name}"));
    for name in ["Delivered", "Bounced", "Complained of"] {
        assert_eq!(of_sent(name), 1, "{name}");
        let rows = column(&rows, "Outcome");
        assert_eq!(rows.iter().filter(|outcome| *outcome == name).count(), 1);
    }
    assert_eq!(of_sent("Delayed") + of_sent("Rejected"), 0);
    let unheard = of_sent("Sent, not heard of");
    assert!(unheard > 0);
    assert_eq!(unheard + 3, sum(&days, "Outcomes: Sent"));
}

#[tokio::test]
async fn a_month_in_which_nothing_happened_is_a_report_in_the_readers_language() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    app.edit_user(
        person.id,
        "profile",
        json!({"M": {"locale": {"S": "de-AT"}}}),
    )
    .await;

    let id = ask(&app, &admin, "tasks", "2026-02").await;
    app.deliver().await;

    let files = fetch(&app, &admin, id).await;
    let days = lines(&files[1].1);
    assert_eq!(days.len(), 29);
    assert_eq!(days[0][0], "Datum");
    assert_eq!(sum(&days, "Ergebnisse: Erledigt"), 0);
    assert_eq!(lines(&files[2].1).len(), 1);
    let text = text_of(&files[0].1);
    assert!(text.contains("Aufgaben und was aus ihnen wurde"), "{text}");
    let mails = app.mails_to(&person.email).await;
    assert!(
        mails
            .last()
            .unwrap()
            .text
            .contains("Sie haben einen Bericht angefordert")
    );
}

#[tokio::test]
async fn the_files_are_their_owners_for_a_day() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    let other = app.member_with_role("eve@example.com", "admin").await;
    let other = app.log_in(&other).await;
    let (_, ann) = app.member_logged_in("ann@example.com").await;
    let id = ask(&app, &admin, "mail", NOW).await;
    let sum = app
        .ask_for(&admin, &json!({"type": "add", "x": 1, "y": 2}))
        .await;
    app.deliver().await;

    show(&app, &ann, id).await.expect_error(403, "forbidden");
    show(&app, &other, id).await.expect_error(404, "not_found");
    let no_report = show(&app, &admin, sum.parse().unwrap()).await;
    no_report.expect_error(404, "not_found");
    // Longer than the task's result.
    app.advance(SignedDuration::from_mins(24 * 60 - 1));
    let admin = app.log_in(&person).await;
    let shown = show(&app, &admin, id).await.expect(200);
    assert_eq!(shown.text("available_until"), "2026-03-02T12:00:00Z");
    app.advance(SignedDuration::from_mins(1));
    show(&app, &admin, id).await.expect_error(404, "not_found");
    assert_eq!(app.task(id).await.state, TaskState::Success);
}
