mod abuse;
mod tries;

use accounts_testing::{Answer, Call, Fault, TestApp, claims_of};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/auth/otp/verify";

/// A code that is not this one.
fn other_than(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[track_caller]
fn expect_wrong(answer: &Answer) {
    answer.expect_error(400, "invalid_otp");
    assert_eq!(answer.text("error"), "Invalid email or OTP code");
}

async fn code_record(app: &TestApp, email: &str) -> Value {
    app.identity_item(&format!("EMAIL#{email}"), "CODE").await
}

async fn sessions(app: &TestApp) -> usize {
    let items = app.identity().await;
    let is_session = |item: &&Value| {
        item["sk"]
            .as_str()
            .unwrap_or_default()
            .starts_with("SESSION#")
    };
    items.iter().filter(is_session).count()
}

#[tokio::test]
async fn the_mailed_code_logs_in() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;

    let answer = app.verify_otp(" Ann@Example.COM ", &code).await.expect(200);

    assert_eq!(
        answer.json["user"],
        json!({"id": person.id, "email": "ann@example.com", "first_name": "Ann", "last_name": "Miller", "role": "user"})
    );
    assert_eq!(answer.json.as_object().unwrap().len(), 4);
    assert_eq!(answer.header("cache-control"), "no-store");
    let access = claims_of(answer.text("access"));
    let refresh = claims_of(answer.text("refresh"));
    let now = app.now().as_second();
    assert_eq!(access["sub"], person.id.to_string());
    assert_eq!(
        (&access["iat"], &access["nbf"], &access["exp"]),
        (&json!(now), &json!(now - 60), &json!(now + 30 * 60))
    );
    assert_eq!(refresh["exp"], now + 7 * 24 * 3600);
    assert_eq!(
        (&access["iss"], &access["aud"], &access["role"]),
        (
            &json!("https://api.kinwise.example"),
            &json!("https://api.kinwise.example"),
            &json!("user")
        )
    );
    let _ = app.me(answer.text("access")).await.expect(200);
}

#[tokio::test]
async fn digits_may_be_typed_and_pasted_in_any_form() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let full_width = |code: &str| -> String {
        let wide = code.bytes().map(|digit| 0xff10 + u32::from(digit - b'0'));
        wide.filter_map(char::from_u32).collect()
    };
    let forms: [&dyn Fn(&str) -> String; 4] = [
        &|code| format!(" {} {} ", &code[..3], &code[3..]),
        &|code| format!("{}\u{2011}{}", &code[..3], &code[3..]),
        &|code| format!("\u{200b}{code}\u{202c}"),
        &full_width,
    ];
    for form in forms {
        let code = app.fresh_code("ann@example.com").await;
        // Codes are asked for three times in ten minutes.
        app.advance(SignedDuration::from_mins(5));
        let typed = form(&code);
        let answer = app.verify_otp("\u{feff}ann@example.com\u{200b}", &typed);
        let _ = answer.await.expect(200);
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_log_in_and_a_failed_one_are_in_the_audit_log() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let wrong = TestApp::verify_otp_call("ann@example.com", &other_than(&code)).from("192.0.2.66");
    expect_wrong(&app.call(wrong).await);
    let right = TestApp::verify_otp_call("ann@example.com", &code);
    let answer = app
        .call(right.from("192.0.2.5").with_header("user-agent", "Firefox"))
        .await
        .expect(200);

    let failed = app.audit_of("LOGIN_FAILED").await;
    assert_eq!(failed.len(), 1);
    assert_eq!(
        (&failed[0]["success"], &failed[0]["client"]),
        (&json!(false), &json!("192.0.2.66"))
    );
    assert!(!failed[0].to_string().contains("example.com"));
    let entries = app.audit_of("LOGIN").await;
    assert_eq!(entries.len(), 1);
    let session = claims_of(answer.text("access"))["sid"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(entries[0]["object"], format!("session/{session}"));
    assert_eq!(entries[0]["actor"], person.id.to_string());
    assert_eq!(
        (&entries[0]["client"], &entries[0]["agent"]),
        (&json!("192.0.2.5"), &json!("Firefox"))
    );
    let record = app
        .identity_item(
            &format!("USER#{}", person.id),
            &format!("SESSION#{session}"),
        )
        .await;
    assert_eq!(
        (&record["client"], &record["agent"]),
        (&json!("192.0.2.5"), &json!("Firefox"))
    );
}

#[tokio::test]
async fn a_log_in_takes_four_steps() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    // What a process reads once is read.
    let _ = app.log_in(&person).await;
    let code = app.fresh_code("ann@example.com").await;
    app.dynamodb().forget();

    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);

    // The client's limit beside the owner's item, the network's beside account and device, the code's try, the log-in.
    let steps = [
        &["GetItem", "UpdateItem"][..],
        &["BatchGetItem", "UpdateItem"],
        &["UpdateItem"],
        &["TransactWriteItems"],
    ];
    assert_eq!(app.steps([2, 2, 1, 1]), steps);
}

/// Whether or not a code was asked for.
#[tokio::test]
async fn an_address_without_an_account_costs_the_same_calls_of_the_table() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    let mut seen = Vec::new();
    for email in ["ann@example.com", "bob@example.com"] {
        app.dynamodb().forget();
        expect_wrong(&app.verify_otp(email, "000000").await);
        seen.push(app.steps([2, 2, 1]));
    }
    let code = app.fresh_code("ann@example.com").await;
    let _ = app.request_otp("bob@example.com").await.expect(200);
    app.deliver().await;

    for email in ["ann@example.com", "bob@example.com"] {
        app.dynamodb().forget();
        expect_wrong(&app.verify_otp(email, &other_than(&code)).await);
        seen.push(app.steps([2, 2, 1]));
    }

    assert!(seen.iter().all(|steps| *steps == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn who_is_refused_by_the_network_uses_no_try_up() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let from = |host: usize| format!("192.0.2.{host}");
    // Ten clients of the network, and their five calls each.
    for call in 0..50 {
        let guess = TestApp::verify_otp_call("nobody@example.com", "000000");
        expect_wrong(&app.call(guess.from(&from(call / 5))).await);
    }

    let refused = TestApp::verify_otp_call("ann@example.com", &other_than(&code));
    let refused = app.call(refused.from(&from(99))).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(code_record(&app, "ann@example.com").await["tries"], "0");
}

#[tokio::test]
async fn a_code_logs_in_only_once() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);

    expect_wrong(&app.verify_otp("ann@example.com", &code).await);

    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn a_wrong_code_and_an_unknown_address_get_one_answer() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.newcomer("new@example.com").await;
    let _ = app.request_otp("asked@example.com").await.expect(200);
    let code = app.fresh_code("ann@example.com").await;

    let mut sizes = Vec::new();
    for (email, code) in [
        ("ann@example.com", other_than(&code)),
        ("bob@example.com", code.clone()),
        ("new@example.com", code.clone()),
        ("asked@example.com", code.clone()),
    ] {
        let answer = app.verify_otp(email, &code).await;
        expect_wrong(&answer);
        sizes.push((answer.body.len(), answer.headers.len()));
    }

    assert!(sizes.iter().all(|size| *size == sizes[0]));
}

#[tokio::test]
async fn what_is_no_code_is_refused_without_a_try() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.fresh_code("ann@example.com").await;

    for code in ["", "12345", "1234567", "12345a", "-12345", "0x1234"] {
        let answer = app.verify_otp("ann@example.com", code).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail("code"), "Enter the six digits of the code.");
    }
    let both = app.call(Call::post(PATH, &json!({}))).await;
    assert!(!both.detail("email").is_empty() && !both.detail("code").is_empty());
    let number = app
        .call(Call::post(
            PATH,
            &json!({"email": "ann@example.com", "code": 123_456}),
        ))
        .await;
    assert_eq!(
        number.detail("code"),
        "This must be a string, not a number."
    );

    assert_eq!(code_record(&app, "ann@example.com").await["tries"], "0");
}

#[tokio::test]
async fn five_wrong_tries_end_the_code() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    for _ in 0..5 {
        expect_wrong(&app.verify_otp("ann@example.com", &other_than(&code)).await);
    }

    expect_wrong(&app.verify_otp("ann@example.com", &code).await);

    let code = app.fresh_code("ann@example.com").await;
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test]
async fn the_fifth_try_may_be_the_right_one() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    for _ in 0..4 {
        expect_wrong(&app.verify_otp("ann@example.com", &other_than(&code)).await);
    }

    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test]
async fn five_in_ten_minutes_and_client_may_try() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    for position in 0..5 {
        let email = format!("nobody{position}@example.com");
        let answer = app
            .call(TestApp::verify_otp_call(&email, "000000").from("192.0.2.1"))
            .await;
        expect_wrong(&answer);
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"otp-verify-client\";q=5;w=600"
        );
        assert_eq!(
            answer.header("ratelimit"),
            format!("\"otp-verify-client\";r={};t=600", 4 - position)
        );
    }

    let refused = app
        .call(TestApp::verify_otp_call("ann@example.com", &code).from("192.0.2.1"))
        .await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "600");
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test]
async fn who_was_disabled_meanwhile_gets_the_answer_of_a_wrong_code() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    app.disable(&person).await;

    expect_wrong(&app.verify_otp("ann@example.com", &code).await);

    assert_eq!(sessions(&app).await, 0);
    assert_eq!(app.audit_of("LOGIN_FAILED").await.len(), 1);
}

#[tokio::test]
async fn whose_account_has_gone_gets_the_answer_of_a_wrong_code() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    app.delete_account(&person).await;

    expect_wrong(&app.verify_otp("ann@example.com", &code).await);
}

#[tokio::test]
async fn a_lost_answer_of_the_table_logs_in_once() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);

    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn a_failing_table_leaves_the_code_good() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());

    let answer = app.verify_otp("ann@example.com", &code).await;

    answer.expect_error(503, "unavailable");
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}
