mod abuse;
mod devices;
mod renewal;
mod spellings;
mod tries;

use accounts_testing::{Answer, Call, Fault, LoggedIn, TestApp};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/auth/token";

/// A device, and where it is.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const HOME: &str = "192.0.2.5";

#[track_caller]
fn expect_wrong(answer: &Answer) {
    answer.expect_error(401, "invalid_credentials");
    assert_eq!(
        answer.text("error"),
        "The login or the password is not right."
    );
}

/// A log-in at home.
fn at_home(password: &str) -> Call {
    TestApp::obtain_token_call("ann@example.com", password)
        .from(HOME)
        .with_header("user-agent", FIREFOX)
}

/// A wrong log-in from somewhere else each time.
async fn guess(app: &TestApp) -> Answer {
    app.obtain_token("ann@example.com", "wrong horse battery")
        .await
}

#[tokio::test]
async fn the_password_logs_in_by_address_and_by_username() {
    let app = TestApp::start().await;
    let person = app.member_named("ann@example.com", "Ann.Miller").await;

    for (field, login) in [
        ("email", " Ann@Example.COM "),
        ("username", "ann.miller"),
        ("login", "ann@example.com"),
        ("login", "ANN.MILLER"),
        ("username", "ann@example.com"),
    ] {
        let body = json!({field: login, "password": TestApp::PASSWORD});
        let answer = app.call(Call::post(PATH, &body)).await.expect(200);

        assert_eq!(
            answer.json["user"],
            json!({"id": person.id, "email": "ann@example.com", "first_name": "Ann", "last_name": "Miller", "role": "user"})
        );
        assert_eq!(answer.json.as_object().unwrap().len(), 4);
        assert_eq!(answer.header("cache-control"), "no-store");
        let logged_in = LoggedIn::of(&answer);
        let _ = app.me(&logged_in.access).await.expect(200);
        let _ = app.refresh(&logged_in.refresh).await.expect(200);
    }
}

#[tokio::test]
async fn one_name_and_a_password_are_asked_for() {
    let app = TestApp::start().await;
    let required = "This field is required.";
    for (body, field, detail) in [
        (json!({"password": "x"}), "login", required),
        (json!({"email": "", "password": "x"}), "login", required),
        (json!({"email": null, "password": "x"}), "login", required),
        (json!({"login": "ann"}), "password", required),
        (
            json!({"email": "a@example.com", "username": "ann", "password": "x"}),
            "login",
            "Give one of email, username and login.",
        ),
        (
            json!({"username": "a".repeat(255), "password": "x"}),
            "username",
            "This login is too long.",
        ),
        (
            json!({"login": "ann", "password": "x".repeat(513)}),
            "password",
            "This password is too long. It may contain at most 128 characters.",
        ),
        (
            json!({"login": "ann", "password": 5}),
            "password",
            "This must be a string, not a number.",
        ),
        (
            json!({"login": {"$ne": 1}, "password": "x"}),
            "login",
            "This must be a string, not an object.",
        ),
    ] {
        let answer = app.call(Call::post(PATH, &body)).await;

        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail(field), detail, "{}", answer.json);
    }
    let both = app.call(Call::post(PATH, &json!({}))).await;
    assert_eq!(
        (both.detail("login"), both.detail("password")),
        (required, required)
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_one_answer() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.newcomer("new@example.com").await;
    let disabled = app.member("off@example.com").await;
    app.disable(&disabled).await;
    let leaving = app.member("bye@example.com").await;
    // Its time is over: it cannot be kept any more.
    app.mark(&leaving, "deletion_due_at", app.now()).await;
    let unusable = app.member("none@example.com").await;
    app.change_password_hash(&unusable, "!").await;

    let mut sizes = Vec::new();
    for (login, password) in [
        ("ann@example.com", "wrong horse battery"),
        ("bob@example.com", TestApp::PASSWORD),
        ("nobody", TestApp::PASSWORD),
        ("not \u{1f980} a name", TestApp::PASSWORD),
        ("new@example.com", "wrong horse battery"),
        ("off@example.com", "wrong horse battery"),
        ("off@example.com", TestApp::PASSWORD),
        ("bye@example.com", TestApp::PASSWORD),
        ("none@example.com", "!"),
    ] {
        let answer = app.obtain_token(login, password).await;
        expect_wrong(&answer);
        sizes.push((answer.body.len(), answer.headers.len()));
    }

    assert!(sizes.iter().all(|size| *size == sizes[0]));
    let failed = app.audit_of("LOGIN_FAILED").await;
    assert_eq!(failed.len(), sizes.len());
    assert!(failed.iter().all(|entry| entry["object"] == "password"));
    assert!(!Value::from(failed).to_string().contains("example.com"));
}

#[tokio::test]
async fn wrong_and_unknown_cost_the_same_calls_of_the_table() {
    let app = TestApp::start_watched().await;
    let _ = app.member_named("ann@example.com", "ann.miller").await;

    let mut seen = Vec::new();
    for login in [
        "ann@example.com",
        "bob@example.com",
        "ann.miller",
        "bob.miller",
    ] {
        app.dynamodb().forget();
        expect_wrong(&app.obtain_token(login, "wrong horse battery").await);
        seen.push(app.steps([usize::MAX]).concat());
    }

    assert_eq!(seen[0], seen[1]);
    // The second try of an account finds a count that the first began.
    let again = seen[3].len() + 1;
    assert_eq!((seen[2].len(), seen[3].len()), (again, seen[1].len()));
}

#[tokio::test]
async fn a_log_in_takes_four_steps() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    // What a process reads once is read.
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    app.dynamodb().forget();

    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);

    // The client's limit beside the owner's item, the network's beside account and device, the try, and the log-in with what
    // gives the try back beside it.
    let steps = [
        &["GetItem", "UpdateItem"][..],
        &["BatchGetItem", "UpdateItem"],
        &["UpdateItem"],
        &["DeleteItem", "TransactWriteItems"],
    ];
    assert_eq!(app.steps([2, 2, 1, 2]), steps);
}

#[tokio::test]
async fn a_try_that_cannot_be_given_back_keeps_nobody_out() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    app.dynamodb().fail_next_of("DeleteItem", 4, &Fault::fail());

    let _ = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(200);

    assert_eq!(app.audit_of("LOGIN").await.len(), 1);
}

#[tokio::test]
async fn only_who_has_the_password_hears_that_the_address_is_not_verified() {
    let app = TestApp::start().await;
    let _ = app.newcomer("new@example.com").await;

    expect_wrong(
        &app.obtain_token("new@example.com", "wrong horse battery")
            .await,
    );
    let answer = app.obtain_token("new@example.com", TestApp::PASSWORD).await;

    answer.expect_error(403, "email_not_verified");
    assert!(app.audit_of("LOGIN").await.is_empty());
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_no_token_given() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.mark(&person, "factor_since", app.now()).await;

    let answer = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(200);

    assert_eq!(answer.json["mfa_required"], true);
    assert_eq!(answer.json["expires_in"], 300);
    assert_eq!(answer.json["methods"], json!(["totp", "recovery_code"]));
    assert!(answer.text("access").is_empty() && answer.text("refresh").is_empty());
    assert!(app.audit_of("LOGIN").await.is_empty());
    assert_eq!(app.audit_of("CHALLENGE_ISSUED").await.len(), 1);
}

#[tokio::test]
async fn a_log_in_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;

    let logged_in = LoggedIn::of(&app.call(at_home(TestApp::PASSWORD)).await.expect(200));

    let entries = app.audit_of("LOGIN").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        entries[0]["object"],
        format!("session/{}", logged_in.session_id)
    );
    assert_eq!(entries[0]["actor"], person.id.to_string());
    assert_eq!(
        (&entries[0]["client"], &entries[0]["agent"]),
        (&json!(HOME), &json!(FIREFOX))
    );
}

#[tokio::test]
async fn the_owner_is_told_of_a_log_in_from_a_device_not_seen_before() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let notices = async || {
        let tasks = app.tasks().await;
        tasks.len()
    };

    // The first log-in of an account is no news, nor is the same device again: updated, at another address of its network.
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    let again = TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD)
        .from("192.0.2.77")
        .with_header("user-agent", &FIREFOX.replace("145", "146"));
    let _ = app.call(again).await.expect(200);
    assert_eq!(notices().await, 0);

    let abroad = at_home(TestApp::PASSWORD).from("198.51.100.5");
    let logged_in = LoggedIn::of(&app.call(abroad.clone()).await.expect(200));

    assert_eq!(notices().await, 1);
    let task = app.tasks().await.remove(0).to_string();
    assert!(task.contains(&logged_in.session_id.to_string()));
    assert!(task.contains(&person.id.to_string()));
    let _ = app.call(abroad).await.expect(200);
    assert_eq!(notices().await, 1);

    // Half a year later it is forgotten.
    app.advance(accounts::session::device::MEMORY);
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    assert_eq!(notices().await, 2);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_failing_table_costs_no_more_than_another_try() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());

    let answer = app.obtain_token("ann@example.com", TestApp::PASSWORD).await;

    answer.expect_error(503, "unavailable");
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);
    let _ = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
    assert_eq!(app.audit_of("LOGIN").await.len(), 1);
}

#[tokio::test]
async fn without_the_counter_no_password_is_looked_at() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    // The call is counted for its client and their network; its try cannot be.
    app.dynamodb().pass_next_of("UpdateItem", 2);
    app.dynamodb().fail_next_of("UpdateItem", 4, &Fault::fail());

    let answer = app.obtain_token("ann@example.com", TestApp::PASSWORD).await;

    answer.expect_error(503, "unavailable");
    assert!(app.audit_of("LOGIN").await.is_empty());
}
