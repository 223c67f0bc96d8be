mod races;

use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/auth/verify-email";
const UNKNOWN: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

/// A registered account, and the token that was mailed to it.
async fn registered(app: &TestApp) -> String {
    let _ = app
        .register(&TestApp::registration("ann@example.com"))
        .await
        .expect(201);
    app.deliver().await;
    app.token_of("ann@example.com").await
}

fn by_post(token: &Value) -> Call {
    Call::post(PATH, &json!({ "token": token }))
}

async fn welcomes(app: &TestApp) -> usize {
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    mails
        .iter()
        .filter(|mail| mail.subject == "Welcome to KinWise")
        .count()
}

#[track_caller]
fn expect_unknown(answer: &Answer) {
    answer.expect_error(400, "invalid_token");
    assert_eq!(answer.text("error"), "Invalid verification token");
}

#[tokio::test]
async fn the_mailed_link_activates_the_account_and_a_welcome_follows() {
    let app = TestApp::start().await;
    let token = registered(&app).await;

    let answer = app.verify_email(&token).await.expect(200);

    assert_eq!(
        answer.json,
        json!({
            "message": "Email verified successfully",
            "user": {"email": "ann@example.com", "is_active": true},
        })
    );
    assert_eq!(welcomes(&app).await, 1);
    let users = app.identity().await;
    let user = users.iter().find(|item| item["sk"] == "USER").unwrap();
    assert_eq!(user["email_verified"], true);
    // The stream has the lists of accounts follow.
    assert_eq!(user["listed"], "anew");
}

#[tokio::test]
async fn a_link_takes_two_steps() {
    let app = TestApp::start_watched().await;
    let token = registered(&app).await;
    app.dynamodb().forget();

    let _ = app.verify_email(&token).await.expect(200);

    assert_eq!(app.dynamodb().seen(), ["GetItem", "TransactWriteItems"]);
    app.deliver().await;
}

#[tokio::test]
async fn a_locked_account_is_verified_and_stays_locked() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let users = app.identity().await;
    let user = users.iter().find(|item| item["sk"] == "USER").unwrap();
    let person = accounts_testing::Person {
        id: user["id"].as_str().unwrap().parse().unwrap(),
        email: "ann@example.com".to_owned(),
    };
    app.disable(&person).await;

    let answer = app.verify_email(&token).await.expect(200);

    assert_eq!(answer.text("message"), "Email verified successfully");
    assert_eq!(answer.json["user"]["is_active"], false);
    assert_eq!(app.stored(&person).await["email_verified"], true);
    app.deliver().await;
}

#[tokio::test]
async fn a_post_does_the_same() {
    let app = TestApp::start().await;
    let token = registered(&app).await;

    let answer = app.call(by_post(&json!(token))).await.expect(200);

    assert_eq!(answer.text("message"), "Email verified successfully");
    let again = app
        .call(by_post(&json!(token.to_uppercase())))
        .await
        .expect(200);
    assert_eq!(again.text("message"), "Email already verified");
    assert_eq!(welcomes(&app).await, 1);
}

#[tokio::test]
async fn a_verification_is_in_the_audit_log_once() {
    let app = TestApp::start().await;
    let token = registered(&app).await;

    for _ in 0..2 {
        let _ = app
            .call(TestApp::verify_email_call(&token).from("192.0.2.9"))
            .await
            .expect(200);
    }

    let entries = app.audit_of("EMAIL_VERIFIED").await;
    assert_eq!(entries.len(), 1);
    let actor = entries[0]["actor"].as_str().unwrap();
    assert_eq!(entries[0]["object"], format!("user/{actor}"));
    assert_eq!(entries[0]["client"], "192.0.2.9");
    assert_eq!(entries[0]["success"], true);
    app.deliver().await;
}

#[tokio::test]
async fn a_second_time_says_so_even_after_the_link_has_ended() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let _ = app.verify_email(&token).await.expect(200);
    app.deliver().await;

    for hours in [0, 25, 24 * 20] {
        app.advance(SignedDuration::from_hours(hours));
        let answer = app.verify_email(&token).await.expect(200);
        assert_eq!(
            answer.json,
            json!({"message": "Email already verified", "user": {"email": "ann@example.com", "is_active": true}})
        );
    }
    assert_eq!(welcomes(&app).await, 1);
}

#[tokio::test]
async fn a_disabled_account_is_not_activated_by_its_old_link() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let _ = app.verify_email(&token).await.expect(200);
    let user = app
        .identity()
        .await
        .into_iter()
        .find(|item| item["sk"] == "USER")
        .unwrap();
    let person = accounts_testing::Person {
        id: user["id"].as_str().unwrap().parse().unwrap(),
        email: "ann@example.com".to_owned(),
    };
    app.disable(&person).await;

    let answer = app.verify_email(&token).await.expect(200);

    assert_eq!(answer.json["user"]["is_active"], false);
    assert_eq!(welcomes(&app).await, 1);
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let without_hyphens = token.replace('-', "");
    for target in [
        PATH.to_owned(),
        format!("{PATH}?token="),
        format!("{PATH}?token=null"),
        format!("{PATH}?token={UNKNOWN}"),
        format!("{PATH}?token={{{token}}}").replace(['{', '}'], "%7B"),
        format!("{PATH}?token={without_hyphens}"),
        format!("{PATH}?token=urn:uuid:{token}"),
        format!("{PATH}?token={token}0"),
        format!("{PATH}?token={}", "a".repeat(5000)),
        format!("{PATH}?token=%ff%fe"),
        format!("{PATH}?token=%"),
        format!("{PATH}?token={token}&token={UNKNOWN}"),
        format!("{PATH}?TOKEN={token}"),
    ] {
        expect_unknown(&app.call(Call::get(&target)).await);
    }
    for body in [json!({}), json!({"token": ""}), json!({"token": UNKNOWN})] {
        expect_unknown(&app.call(Call::post(PATH, &body)).await);
    }
    for value in [json!(null), json!(5), json!([token]), json!({"$ne": null})] {
        let answer = app.call(by_post(&value)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("token").is_empty());
    }
    let _ = app
        .verify_email(&format!("%20{token}%0A"))
        .await
        .expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_link_ends_after_a_day_and_is_then_told_from_an_unknown_one() {
    let app = TestApp::start().await;
    let token = registered(&app).await;

    app.advance(SignedDuration::from_hours(24));
    let answer = app.verify_email(&token).await;

    answer.expect_error(400, "token_expired");
    assert_eq!(answer.text("error"), "Verification token has expired");
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    let newer = app.token_of("ann@example.com").await;
    let _ = app.verify_email(&newer).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_link_is_good_until_its_last_moment() {
    let app = TestApp::start().await;
    let token = registered(&app).await;

    app.advance(SignedDuration::from_hours(24) - SignedDuration::from_millis(1));

    let _ = app.verify_email(&token).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_newer_link_ends_the_one_before() {
    let app = TestApp::start().await;
    let old = registered(&app).await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    let new = app.token_of("ann@example.com").await;
    assert_ne!(old, new);

    expect_unknown(&app.verify_email(&old).await);

    let _ = app.verify_email(&new).await.expect(200);
    let answer = app.verify_email(&old).await.expect(200);
    assert_eq!(answer.text("message"), "Email already verified");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_029_a_head_consumes_nothing() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    for _ in 0..3 {
        let call = Call::new("HEAD", &format!("{PATH}?token={token}"));
        let answer = app.call(call).await;
        assert_eq!(answer.status, 405);
        assert!(answer.header("allow").contains("GET"));
    }
    let options = app
        .call(Call::new("OPTIONS", &format!("{PATH}?token={token}")))
        .await;
    assert_eq!(
        (options.status, options.header("allow")),
        (204, "GET, POST")
    );

    let users = app.identity().await;
    assert!(users.iter().all(|item| item["email_verified"] != true));
    let answer = app.verify_email(&token).await.expect(200);
    assert_eq!(answer.text("message"), "Email verified successfully");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_029_opened_three_times_it_answers_alike_and_verifies_once() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let mails = app.mails_to("ann@example.com").await;
    let link = mails[0].link().unwrap();
    // A scanner that opens the link in the mail reaches the front end, not this API.
    assert_eq!(
        link,
        format!(
            "{}/verify-email?token={token}",
            accounts_testing::FRONTEND_URL
        )
    );

    for _ in 0..3 {
        let answer = app.verify_email(&token).await.expect(200);
        assert_eq!(
            answer.json["user"],
            json!({"email": "ann@example.com", "is_active": true})
        );
    }

    assert_eq!(welcomes(&app).await, 1);
    assert_eq!(app.audit_of("EMAIL_VERIFIED").await.len(), 1);
}

#[tokio::test]
async fn abuse_041_the_token_alone_says_whose_address_is_verified() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let victim = app.newcomer("victim@example.com").await;
    let body = json!({"token": token, "user_id": victim.id, "email": "victim@example.com"});

    let answer = app.call(Call::post(PATH, &body)).await.expect(200);

    assert_eq!(answer.json["user"]["email"], "ann@example.com");
    let record = app
        .identity_item(&format!("USER#{}", victim.id), "USER")
        .await;
    assert_eq!(record["email_verified"], false);
    app.deliver().await;
}

#[tokio::test]
async fn an_old_mailbox_does_not_learn_the_new_address() {
    let app = TestApp::start().await;
    let replaced = registered(&app).await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    let used = app.token_of("ann@example.com").await;
    let _ = app.verify_email(&used).await.expect(200);
    let login = app.obtain_token("ann@example.com", TestApp::PASSWORD).await;
    let session = LoggedIn::of(&login.expect(200));
    let body = json!({"email": "new@example.com", "password": TestApp::PASSWORD});
    let call = Call::post("/api/v1/users/me/email", &body).with_token(&session.access);
    let _ = app.call(call).await.expect(200);
    app.deliver().await;
    let token = app.token_of("new@example.com").await;
    let call = Call::post("/api/v1/users/me/email/confirm", &json!({ "token": token }));
    let _ = app.call(call).await.expect(200);

    for hours in [0, 25] {
        app.advance(SignedDuration::from_hours(hours));
        for token in [&replaced, &used] {
            let answer = app.verify_email(token).await;
            expect_unknown(&answer);
            assert!(!answer.json.to_string().contains("new@example.com"));
        }
    }
    app.deliver().await;
}
