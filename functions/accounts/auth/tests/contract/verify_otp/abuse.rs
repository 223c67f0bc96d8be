//! Codes under attack.

use accounts_testing::{Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::{PATH, code_record, expect_wrong, other_than, sessions};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_001_of_twenty_log_ins_with_one_code_at_once_one_wins() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let calls = (0..20).map(|_| TestApp::verify_otp_call("ann@example.com", &code));

    let answers = app.call_all(calls).await;

    assert_eq!(
        answers.iter().filter(|answer| answer.status == 200).count(),
        1
    );
    answers
        .iter()
        .filter(|answer| answer.status != 200)
        .for_each(expect_wrong);
    assert_eq!(sessions(&app).await, 1);
    assert_eq!(app.audit_of("LOGIN").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_002_of_a_hundred_wrong_codes_at_once_five_are_evaluated() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let number: u32 = code.parse().unwrap();
    let calls = (1..=100).map(|step| {
        let wrong = format!("{:06}", (number + step) % 1_000_000);
        TestApp::verify_otp_call("ann@example.com", &wrong)
    });

    let answers = app.call_all(calls).await;

    answers.iter().for_each(expect_wrong);
    assert_eq!(code_record(&app, "ann@example.com").await["tries"], "5");
    expect_wrong(&app.verify_otp("ann@example.com", &code).await);
    assert_eq!(sessions(&app).await, 0);
}

#[tokio::test]
async fn abuse_003_ten_minutes_later_the_code_has_expired() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    app.advance(SignedDuration::from_mins(10) + SignedDuration::from_secs(1));

    expect_wrong(&app.verify_otp("ann@example.com", &other_than(&code)).await);
    let answer = app.verify_otp("ann@example.com", &code).await;

    answer.expect_error(400, "otp_expired");
    assert_eq!(answer.text("error"), "OTP code has expired");
    assert_eq!(sessions(&app).await, 0);
}

#[tokio::test]
async fn abuse_003_a_code_is_good_until_its_last_moment() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;

    app.advance(SignedDuration::from_mins(10) - SignedDuration::from_millis(1));

    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_033_five_hundred_log_ins_from_one_network_are_one_clients() {
    let app = TestApp::start().await;
    let mut evaluated = 0;
    for block in 0..10 {
        let calls = (0..50).map(|position| {
            let source = match position % 2 {
                0 => format!("2001:db8:0:7:{block:x}:{position:x}::1"),
                _ => format!("2001:db8::7:{block:x}:{position:x}:0:1"),
            };
            TestApp::verify_otp_call("ann@example.com", "000000").from(&source)
        });
        let answers = app.call_all(calls).await;
        evaluated += answers.iter().filter(|answer| answer.status == 400).count();
        assert!(
            answers
                .iter()
                .all(|answer| [400, 429].contains(&answer.status))
        );
    }

    assert_eq!(evaluated, 5);
    assert_eq!(app.audit_of("LOGIN_FAILED").await.len(), 5);
}

#[tokio::test]
async fn abuse_033_an_ipv4_address_in_ipv6_clothes_is_the_same_client() {
    let app = TestApp::start().await;
    for (source, expected) in [
        ("192.0.2.1", 400),
        ("::ffff:192.0.2.1", 400),
        ("::ffff:c000:201", 400),
        ("192.0.2.1", 400),
        ("0:0:0:0:0:ffff:192.0.2.1", 400),
        ("::ffff:192.0.2.1", 429),
        ("192.0.2.2", 400),
    ] {
        let call = TestApp::verify_otp_call("ann@example.com", "000000").from(source);
        let _ = app.call(call).await.expect(expected);
    }
}

#[tokio::test]
async fn abuse_041_the_code_alone_says_who_logs_in() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let eve = app.member("eve@example.com").await;
    let code = app.fresh_code("eve@example.com").await;
    let body = json!({
        "email": "eve@example.com", "code": code, "user_id": victim.id, "sub": victim.id,
        "role": "admin", "is_staff": true, "email_verified": true,
    });

    let answer = app.call(Call::post(PATH, &body)).await.expect(200);

    assert_eq!(answer.json["user"]["id"], eve.id.to_string());
    assert_eq!(answer.json["user"]["role"], "user");
    let me = app.me(answer.text("access")).await.expect(200);
    assert_eq!(me.text("email"), "eve@example.com");
}

#[tokio::test]
async fn abuse_108_a_malformed_code_costs_no_try() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    for malformed in ["", "12345", "1234567", "abcdef", "12 34 5"] {
        let call = TestApp::verify_otp_call("ann@example.com", malformed).from("192.0.2.1");
        app.call(call).await.expect_error(400, "invalid_fields");
    }
    assert_eq!(code_record(&app, "ann@example.com").await["tries"], "0");

    for wrong in 0..4 {
        let number: u32 = code.parse().unwrap();
        let wrong = format!("{:06}", (number + 1 + wrong) % 1_000_000);
        let call = TestApp::verify_otp_call("ann@example.com", &wrong).from("192.0.2.1");
        expect_wrong(&app.call(call).await);
    }
    let right = TestApp::verify_otp_call("ann@example.com", &code).from("192.0.2.1");
    let _ = app.call(right).await.expect(200);
}

#[tokio::test]
async fn abuse_106_new_codes_give_no_new_guesses_and_lock_no_owner_out() {
    const HOME: &str = "198.51.100.7";
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let at_home = |code: &str| TestApp::verify_otp_call("ann@example.com", code).from(HOME);
    let _ = app.call(at_home(&code)).await.expect(200);

    // Asks for a new code after every five guesses, at the pace of the address's limit.
    for _ in 0..20 {
        app.advance(SignedDuration::from_mins(4));
        let code = app.fresh_code("ann@example.com").await;
        for _ in 0..5 {
            let guess = other_than(&code);
            expect_wrong(&app.verify_otp("ann@example.com", &guess).await);
        }
    }
    assert_eq!(code_record(&app, "ann@example.com").await["guesses"], "100");

    // From then on not even the right code is looked at elsewhere, and the owner's own device gets in.
    app.advance(SignedDuration::from_mins(4));
    let code = app.fresh_code("ann@example.com").await;
    expect_wrong(&app.verify_otp("ann@example.com", &code).await);
    let _ = app.call(at_home(&code)).await.expect(200);

    // A log-in ends the row.
    let code = app.fresh_code("ann@example.com").await;
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn guesses_are_forgotten_a_day_after_the_newest() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    for _ in 0..5 {
        expect_wrong(&app.verify_otp("ann@example.com", &other_than(&code)).await);
    }
    assert_eq!(code_record(&app, "ann@example.com").await["guesses"], "5");

    app.advance(SignedDuration::from_hours(24));
    let code = app.fresh_code("ann@example.com").await;
    expect_wrong(&app.verify_otp("ann@example.com", &other_than(&code)).await);

    assert_eq!(code_record(&app, "ann@example.com").await["guesses"], "1");
}
