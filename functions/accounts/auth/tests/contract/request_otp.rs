use accounts_testing::{Call, Options, TestApp};
use jiff::SignedDuration;
use serde_json::json;

const PATH: &str = "/api/v1/auth/otp/request";
const MESSAGE: &str = "If an account with this email exists, a login code has been sent.";

#[tokio::test]
async fn a_member_gets_a_code_of_six_digits() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;

    let answer = app.request_otp(" Ann@Example.com").await.expect(200);

    assert_eq!(answer.json, json!({"message": MESSAGE, "expires_in": 600}));
    assert_eq!(answer.header("cache-control"), "no-store");
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Your KinWise login code");
    assert_eq!(mails[0].code().unwrap().len(), 6);
}

#[tokio::test]
async fn only_who_may_log_in_gets_a_code() {
    let app = TestApp::start().await;
    let _ = app.newcomer("unverified@example.com").await;
    let disabled = app.member("disabled@example.com").await;
    app.disable(&disabled).await;

    for email in [
        "unverified@example.com",
        "disabled@example.com",
        "nobody@example.com",
    ] {
        let answer = app.request_otp(email).await.expect(200);
        assert_eq!(answer.json, json!({"message": MESSAGE, "expires_in": 600}));
    }

    app.deliver().await;
    assert!(app.mails().await.is_empty());
}

#[tokio::test]
async fn a_request_is_in_the_audit_log_without_the_address() {
    let app = TestApp::start().await;
    let _ = app
        .call(TestApp::request_otp_call("ann@example.com").from("2001:db8::1"))
        .await
        .expect(200);

    let entries = app.audit_of("OTP_REQUESTED").await;

    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["client"], "2001:db8::/64");
    assert!(!entries[0].to_string().contains("example.com"));
    app.deliver().await;
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let app = TestApp::start().await;
    for body in [
        json!({}),
        json!({"email": ""}),
        json!({"email": "ann"}),
        json!({"email": 5}),
    ] {
        let answer = app.call(Call::post(PATH, &body)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("email").is_empty());
    }
}

#[tokio::test]
async fn three_in_ten_minutes_and_client_pass() {
    let app = TestApp::start().await;
    let call = |position: u32| {
        TestApp::request_otp_call(&format!("ann{position}@example.com")).from("192.0.2.1")
    };
    for position in 0..3 {
        let answer = app.call(call(position)).await.expect(200);
        let left = 2 - position;
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"otp-request-client\";q=3;w=600"
        );
        assert_eq!(
            answer.header("ratelimit"),
            format!("\"otp-request-client\";r={left};t=600")
        );
    }
    app.advance(SignedDuration::from_millis(1500));
    let refused = app.call(call(3)).await;
    refused.expect_error(429, "rate_limited");
    // Rounded up: who comes back after it is let in.
    assert_eq!(refused.header("retry-after"), "599");
    assert_eq!(
        refused.header("ratelimit"),
        "\"otp-request-client\";r=0;t=599"
    );

    app.advance(SignedDuration::from_secs(599));
    let _ = app.call(call(3)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_004_a_newer_code_ends_the_one_before() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let old = app.fresh_code("ann@example.com").await;

    // At once, not only when the newer code is mailed.
    let _ = app.request_otp("ann@example.com").await.expect(200);
    app.verify_otp("ann@example.com", &old)
        .await
        .expect_error(400, "invalid_otp");

    app.deliver().await;
    let new = app.code_of("ann@example.com").await;
    if old != new {
        app.verify_otp("ann@example.com", &old)
            .await
            .expect_error(400, "invalid_otp");
    }
    let _ = app.verify_otp("ann@example.com", &new).await.expect(200);
}

#[tokio::test]
async fn abuse_006_the_answer_is_the_same_for_every_address() {
    expect_alike(TestApp::request_otp_call).await;
}

/// Asserts that an endpoint does and says the same whether or not there is an account: status, headers, body, and the
/// calls it makes to the tables, so that its time says nothing either.
pub(crate) async fn expect_alike(call: fn(&str) -> Call) {
    let app = TestApp::start_watched().await;
    // Addresses of one length: what is compared is what the account is, not how it is spelt.
    let _ = app.member("member-x@example.com").await;
    let _ = app.newcomer("newcomer@example.com").await;
    let disabled = app.member("disabled@example.com").await;
    app.disable(&disabled).await;

    let mut seen = Vec::new();
    for email in [
        "member-x@example.com",
        "newcomer@example.com",
        "disabled@example.com",
        "nobody-x@example.com",
    ] {
        app.dynamodb().forget();
        let answer = app.call(call(email)).await.expect(200);
        let (headers, calls) = (answer.header_lines(), app.dynamodb().seen());
        seen.push((answer.json, answer.body.len(), headers, calls));
    }

    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
    assert!(
        !seen[0]
            .3
            .iter()
            .any(|operation| operation.contains("Get") || operation.contains("Query"))
    );
    app.deliver().await;
}

#[tokio::test]
async fn abuse_007_the_fourth_code_for_one_address_is_refused_from_any_client() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    for client in 1..=3 {
        let call = TestApp::request_otp_call("ann@example.com").from(&format!("192.0.2.{client}"));
        let _ = app.call(call).await.expect(200);
        app.deliver().await;
    }

    let refused = app
        .call(TestApp::request_otp_call("ANN@example.com").from("192.0.2.4"))
        .await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "600");
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 3);
    // The refused call did not end the code that was sent before it.
    let code = app.code_of("ann@example.com").await;
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_008_a_thousand_addresses_from_one_client_get_three_codes() {
    let app = TestApp::start().await;
    let mut passed = 0;
    for block in 0..20 {
        let calls = (0..50).map(|position| {
            let email = format!("ann{block}x{position}@example.com");
            TestApp::request_otp_call(&email).from("192.0.2.1")
        });
        let answers = app.call_all(calls).await;
        passed += answers.iter().filter(|answer| answer.status == 200).count();
        assert!(
            answers
                .iter()
                .all(|answer| [200, 429].contains(&answer.status))
        );
    }

    assert_eq!(passed, 3);
    assert_eq!(app.tasks().await.len(), 3);
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
    app.deliver().await;
}

async fn with_mails_a_day(mails: u32) -> TestApp {
    TestApp::start_with(Options {
        daily_mail_limit: mails,
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn abuse_008_and_105_strangers_use_up_half_of_the_days_mails_at_most() {
    let app = with_mails_a_day(6).await;
    let ann = app.member("ann@example.com").await;
    for position in 0..5 {
        let body = TestApp::registration(&format!("eve{position}@example.com"));
        let _ = app.register(&body).await.expect(201);
    }
    app.deliver().await;

    assert_eq!(app.mails().await.len(), 3);
    let tasks = app.tasks().await;
    let in_state = |state: &str| tasks.iter().filter(|task| task["state"] == state).count();
    assert_eq!((in_state("SUCCESS"), in_state("RETRY")), (3, 2));
    // The rest waits a quarter of an hour before it asks again, and has used up no try.
    let waiting = app.waiting().await;
    assert_eq!(waiting.len(), 2);
    assert!(
        waiting
            .iter()
            .all(|message| message.receives == 0 && (880..=900).contains(&message.hidden_for)),
        "{waiting:?}"
    );

    // Owners have the other half.
    let _ = app.request_otp(&ann.email).await.expect(200);
    app.deliver().await;
    assert_eq!(app.mails_to(&ann.email).await.len(), 1);
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_105_codes_and_notices_leave_when_others_have_used_up_the_day() {
    let app = with_mails_a_day(2).await;
    for position in 0..4 {
        let email = format!("ann{position}@example.com");
        let _ = app.member(&email).await;
        let _ = app.request_otp(&email).await.expect(200);
    }
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 4);

    let code = app.code_of("ann3@example.com").await;
    let answer = app.verify_otp("ann3@example.com", &code).await.expect(200);
    let token = answer.text("access");
    let call = Call::post(
        "/api/v1/auth/password/change",
        &json!({
            "current_password": TestApp::PASSWORD,
            "password": "staple horse correct battery",
            "password_confirm": "staple horse correct battery",
        }),
    );
    let _ = app.call(call.with_token(token)).await.expect(200);
    app.deliver().await;
    assert_eq!(app.mails_to("ann3@example.com").await.len(), 2);
}

#[tokio::test]
async fn abuse_008_a_mailbox_gets_twenty_mails_on_a_day_that_is_used_up() {
    let app = with_mails_a_day(1).await;
    let _ = app.member("ann@example.com").await;
    for _ in 0..23 {
        let _ = app.request_otp("ann@example.com").await.expect(200);
        app.deliver().await;
        app.advance(SignedDuration::from_mins(10));
    }

    assert_eq!(app.mails().await.len(), 21);
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_033_addresses_of_one_ipv6_network_are_one_client() {
    let app = TestApp::start().await;
    for (source, expected) in [
        ("2001:db8:1:2::1", 200),
        ("2001:db8:1:2:ffff::2", 200),
        ("2001:0DB8:0001:0002:aaaa:bbbb:cccc:dddd", 200),
        ("2001:db8:1:2:3:4:5:6", 429),
        ("2001:db8:1:3::1", 200),
    ] {
        let email = format!("ann{}@example.com", source.replace(':', "-"));
        let _ = app
            .call(TestApp::request_otp_call(&email).from(source))
            .await
            .expect(expected);
    }
    app.deliver().await;
}

#[tokio::test]
async fn abuse_041_nobody_has_a_code_sent_elsewhere() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let _ = app.member("eve@example.com").await;
    let body = json!({"email": "eve@example.com", "user_id": victim.id, "to": "victim@example.com", "code": "000000"});

    let _ = app.call(Call::post(PATH, &body)).await.expect(200);

    app.deliver().await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "eve@example.com");
}

#[tokio::test]
async fn abuse_108_malformed_addresses_use_up_no_code() {
    let app = TestApp::start().await;
    for email in ["ann", "ann@", "ann@localhost", ""] {
        let call = TestApp::request_otp_call(email).from("192.0.2.1");
        app.call(call).await.expect_error(400, "invalid_fields");
    }

    for position in 0..3 {
        let email = format!("ann{position}@example.com");
        let call = TestApp::request_otp_call(&email).from("192.0.2.1");
        let _ = app.call(call).await.expect(200);
    }
    app.deliver().await;
}

#[tokio::test]
async fn abuse_104_thirty_codes_for_one_mailbox_are_three_however_it_is_spelled() {
    let app = TestApp::start().await;
    let mut passed = 0;
    for position in 0..30 {
        let email = match position % 3 {
            0 => format!("ann.smith+{position}@gmail.com"),
            1 => format!("a.n.n.smith+{position}@gmail.com"),
            _ => format!("annsmith+{position}@googlemail.com"),
        };
        let source = format!("2001:db8:1:{position:x}::1");
        let call = TestApp::request_otp_call(&email).from(&source);
        passed += u32::from(app.call(call).await.status == 200);
    }

    assert_eq!(passed, 3);
    // Where dots tell mailboxes apart, they do.
    for email in ["ann.smith@example.com", "annsmith@example.com"] {
        let _ = app.request_otp(email).await.expect(200);
    }
    app.deliver().await;
}

/// Between the request and the mail a code may have been replaced, spent or guessed at, or its time is over.
#[tokio::test]
async fn a_code_that_is_no_longer_good_is_not_mailed() {
    let app = TestApp::start().await;
    let table = app.table("identity");
    for (number, (attribute, value)) in [
        (
            "task_id",
            json!({"S": "01955190-0000-7000-8000-000000000000"}),
        ),
        ("spent", json!({"BOOL": true})),
        ("tries", json!({"N": "5"})),
        (
            "expires_at",
            json!({ "N": app.now().as_millisecond().to_string() }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let person = app.member(&format!("ann{number}@example.com")).await;
        let _ = app.request_otp(&person.email).await.expect(200);
        let pk = format!("EMAIL#{}", person.email);
        app.aws().edit(&table, &pk, "CODE", attribute, &value).await;

        app.deliver().await;

        assert!(app.mails_to(&person.email).await.is_empty(), "{attribute}");
    }
}
