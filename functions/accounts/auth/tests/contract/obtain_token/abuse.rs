//! Passwords under attack.

use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::{FIREFOX, HOME, PATH, at_home, expect_wrong, guess};

fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_037_of_two_hundred_wrong_passwords_at_once_five_are_evaluated_and_the_owner_gets_in()
{
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    let guesses = |count: usize| {
        (0..count).map(|number| {
            TestApp::obtain_token_call("ann@example.com", &format!("wrong horse {number}"))
        })
    };

    let answers = app.call_all(guesses(200)).await;

    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 195));
    assert_eq!(app.audit_of("LOGIN_FAILED").await.len(), 5);
    // From a device the account knows: at once.
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    // From another one: after the pause, a second now and a quarter of an hour at most.
    let abroad = at_home(TestApp::PASSWORD).from("198.51.100.5");
    let refused = app.call(abroad.clone()).await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
    app.advance(SignedDuration::from_secs(1));
    let _ = app.call(abroad).await.expect(200);
    // With a one-time code: always.
    let answers = app.call_all(guesses(20)).await;
    assert_eq!(count(&answers, 401), 5);
    let _ = app.log_in(&person).await;
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_037_and_106_a_guesser_who_never_rests_has_a_hundred_tries_in_a_row() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);

    let (mut evaluated, day) = (0, app.now() + SignedDuration::from_hours(24));
    while app.now() < day {
        let answer = guess(&app).await;
        if answer.status == 401 {
            evaluated += 1;
        } else {
            let wait = answer.header("retry-after").parse().unwrap();
            app.advance(SignedDuration::from_secs(wait));
        }
    }

    // 5 free ones, 10 while the pause grows to its full length within 17 minutes, then 4 an hour up to a hundred.
    assert_eq!(evaluated, 100);
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_037_a_known_device_in_other_hands_has_the_same_curve() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    // Other addresses of the same network, so that no client's limit is in the way.
    let calls = (0..50).map(|number| at_home("wrong horse").from(&format!("192.0.2.{number}")));

    let answers = app.call_all(calls).await;

    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 45));
}

#[tokio::test]
async fn abuse_037_guesses_at_the_door_do_not_slow_down_the_owner_who_is_inside() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let owner = app.log_in(&person).await;
    while guess(&app).await.status != 429 {}
    let new = "another horse battery";
    let body =
        json!({"current_password": TestApp::PASSWORD, "password": new, "password_confirm": new});

    let call = Call::post("/api/v1/auth/password/change", &body).with_token(&owner.access);
    let _ = app.call(call).await.expect(200);

    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_033_all_of_a_64_is_one_client_and_a_mapped_address_is_its_ipv4_one() {
    let app = TestApp::start().await;
    let wrong = |number: usize| TestApp::obtain_token_call(&format!("nobody{number}"), "x");
    let rotating = (0..500).map(|number| wrong(number).from(&format!("2001:db8:1:2::{number:x}")));

    let answers = app.call_all(rotating).await;

    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 495));
    let mapped = (0..10).map(|number| {
        let address = if number % 2 == 0 {
            "192.0.2.9"
        } else {
            "::ffff:192.0.2.9"
        };
        wrong(number).from(address)
    });
    let answers = app.call_all(mapped).await;
    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_034_no_header_makes_another_client_and_no_address_is_one_too() {
    let app = TestApp::start().await;
    let spoofed = |number: usize| {
        let address = format!("198.51.100.{number}");
        TestApp::obtain_token_call(&format!("nobody{number}"), "x")
            .with_header("x-forwarded-for", &format!("{address}, 10.0.0.1"))
            .with_header("x-real-ip", &address)
            .with_header("forwarded", &format!("for={address}"))
    };

    let answers = app
        .call_all((0..10).map(|number| spoofed(number).from(HOME)))
        .await;
    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 5));

    let answers = app
        .call_all((0..10).map(|number| spoofed(number).from_nowhere()))
        .await;
    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_036_of_two_hundred_log_ins_of_one_client_at_once_five_pass() {
    let app = TestApp::start().await;
    let calls = (0..200).map(|number| {
        TestApp::obtain_token_call(&format!("nobody{number}@example.com"), "x").from(HOME)
    });

    let answers = app.call_all(calls).await;

    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, 195));
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
}

#[tokio::test]
async fn abuse_038_every_password_has_a_defined_result() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    for (password, status) in [
        ("        ".to_owned(), 401),
        ("x".repeat(128), 401),
        ("x".repeat(512), 401),
        ("x".repeat(513), 400),
        ("\u{1f980}".repeat(512), 401),
        ("\u{fdfa}".repeat(512), 401),
        ("nul\0nul".to_owned(), 401),
        ("x".repeat(60_000), 400),
        ("x".repeat(1_000_000), 413),
    ] {
        let answer = app.obtain_token("ann@example.com", &password).await;

        let first: String = password.chars().take(20).collect();
        assert_eq!(answer.status, status, "{first:?}");
        // Each is another story: the pauses are not this test's.
        app.advance(SignedDuration::from_hours(25));
    }
}

#[tokio::test]
async fn abuse_038_no_password_is_cut_and_one_typed_on_two_keyboards_is_one() {
    let app = TestApp::start().await;
    let long = "k9!x".repeat(18);
    for (email, password, others) in [
        (
            "ann@example.com",
            format!("{long}one"),
            vec![format!("{long}two"), long.clone(), format!("{long}one ")],
        ),
        (
            "bob@example.com",
            "nul\0byte k9!x k9!x".to_owned(),
            vec!["nul".to_owned(), "nul\0byte".to_owned()],
        ),
        (
            "eve@example.com",
            "Zoë wäscht \u{1f980}".to_owned(),
            vec!["Zoe wascht \u{1f980}".to_owned()],
        ),
    ] {
        let body = json!({"email": email, "password": password, "password_confirm": password});
        let _ = app.register(&body).await.expect(201);
        for other in others {
            expect_wrong(&app.obtain_token(email, &other).await);
        }
        app.obtain_token(email, &password)
            .await
            .expect_error(403, "email_not_verified");
    }
    let decomposed = "Zoe\u{308} wa\u{308}scht \u{1f980}";
    app.obtain_token("eve@example.com", decomposed)
        .await
        .expect_error(403, "email_not_verified");
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_041_somebody_elses_id_in_the_body_is_passed_over() {
    let app = TestApp::start().await;
    let victim = app.member("ann@example.com").await;
    let caller = app.member("bob@example.com").await;
    let mut body = json!({"login": "bob@example.com", "password": TestApp::PASSWORD});
    for field in ["user_id", "id", "sub", "user", "role", "device"] {
        body[field] = json!(victim.id);
    }

    let answer = app.call(Call::post(PATH, &body)).await.expect(200);

    assert_eq!(answer.json["user"]["id"], caller.id.to_string());
    assert_eq!(answer.json["user"]["role"], "user");
    let me = app.me(&LoggedIn::of(&answer).access).await.expect(200);
    assert_eq!(me.json["id"], caller.id.to_string());
}

#[tokio::test]
async fn a_guess_at_the_log_in_of_a_known_device_needs_more_than_its_name() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    for _ in 0..5 {
        expect_wrong(&guess(&app).await);
    }

    // The same browser, by its word, from another network.
    let copied = TestApp::obtain_token_call("ann@example.com", "wrong horse")
        .from("198.51.100.5")
        .with_header("user-agent", FIREFOX);

    app.call(copied).await.expect_error(429, "rate_limited");
}
