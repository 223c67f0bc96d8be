//! Which guesses are counted, and at which code.

use std::sync::Mutex;

use accounts_testing::TestApp;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{code_record, expect_wrong, other_than};

const EMAIL: &str = "ann@example.com";

/// The time after which guesses are forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// Updates of a try that come before the one by which its guesses are forgotten: those of the client's and the network's limits,
/// and the one that finds them old.
const BEFORE_SECOND: usize = 3;

/// Whoever guesses between the request and the mail would end the code before it is sent.
#[tokio::test]
async fn guesses_at_a_code_that_is_on_its_way_do_not_use_it_up() {
    let app = TestApp::start().await;
    app.call_from_afar();
    let _ = app.member(EMAIL).await;
    let _ = app.request_otp(EMAIL).await.expect(200);
    for _ in 0..5 {
        expect_wrong(&app.verify_otp(EMAIL, "123456").await);
    }

    app.deliver().await;

    let code = app.code_of(EMAIL).await;
    let _ = app.verify_otp(EMAIL, &code).await.expect(200);
}

#[tokio::test]
async fn what_is_sent_at_a_code_that_was_used_is_no_guess() {
    let app = TestApp::start().await;
    let _ = app.member(EMAIL).await;
    let code = app.fresh_code(EMAIL).await;
    let _ = app.verify_otp(EMAIL, &code).await.expect(200);
    let before = code_record(&app, EMAIL).await;

    for code in [&code, &other_than(&code)] {
        expect_wrong(&app.verify_otp(EMAIL, code).await);
    }

    assert_eq!(code_record(&app, EMAIL).await, before);
    assert!(before["guesses"].is_null());
}

/// Only who has the right code may learn that it was right and is too late; a guess more is none.
#[tokio::test]
async fn a_code_without_tries_stays_so_once_its_guesses_are_forgotten() {
    let app = TestApp::start().await;
    app.call_from_afar();
    let _ = app.member(EMAIL).await;
    let code = app.fresh_code(EMAIL).await;
    for _ in 0..5 {
        expect_wrong(&app.verify_otp(EMAIL, &other_than(&code)).await);
    }
    app.advance(FORGOTTEN);

    expect_wrong(&app.verify_otp(EMAIL, &code).await);

    assert_eq!(code_record(&app, EMAIL).await["tries"], "5");
}

/// The first guess after a day begins the count anew, by a second write. What happens between the two is not overlooked.
#[tokio::test]
async fn what_becomes_of_a_code_while_its_guesses_are_forgotten_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    app.call_from_afar();
    let person = app.member(EMAIL).await;
    let process = app.another_process();
    let (table, pk) = (app.table("identity"), format!("EMAIL#{EMAIL}"));
    for change in [
        // Another code is on its way.
        None,
        Some(("spent", json!({"BOOL": true}))),
        Some(("tries", json!({"N": "5"}))),
        // Another guess was the first one.
        Some(("guessed_at", json!({"N": "4102444800000"}))),
    ] {
        let old = app.fresh_code(EMAIL).await;
        expect_wrong(&app.verify_otp(EMAIL, &other_than(&old)).await);
        app.advance(FORGOTTEN);
        let code = app.fresh_code(EMAIL).await;
        let changed = Mutex::new(Value::Null);

        let meanwhile = async {
            if let Some((attribute, value)) = &change {
                app.aws().edit(&table, &pk, "CODE", attribute, value).await;
            } else {
                let request = TestApp::request_otp_call(EMAIL);
                let _ = app.call_another(&process, request).await.expect(200);
            }
            *changed.lock().unwrap() = code_record(&app, EMAIL).await;
        };
        let call = TestApp::verify_otp_call(EMAIL, &code);
        let answer = app
            .call_held_after(BEFORE_SECOND, "UpdateItem", call, meanwhile)
            .await;

        expect_wrong(&answer);
        assert_eq!(
            code_record(&app, EMAIL).await,
            changed.into_inner().unwrap()
        );
        assert_eq!(app.stored(&person).await["last_login_at"], Value::Null);
    }
    app.deliver().await;
}
