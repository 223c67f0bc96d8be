//! An address that was changed by somebody else, and the owner of the old one.

use accounts::jobs::{SecurityEvent, SendSecurityNotice};
use accounts_testing::{Call, Fault, LoggedIn, Person, TestApp};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{changed, logged_in, user};

pub(super) fn not_me_call(token: &str) -> Call {
    Call::post("/api/v1/auth/not-me", &json!({ "token": token }))
}

/// Has a notice of a new password made that was chosen at a moment, and everything sent.
async fn told_of_a_password(app: &TestApp, person: &Person, at: Timestamp) {
    app.record_work(&SendSecurityNotice {
        user_id: person.id,
        event: SecurityEvent::PasswordChanged,
        at,
    })
    .await;
    app.deliver().await;
}

/// An account whose address a thief changed twice, a minute between any two things.
async fn stolen(app: &TestApp) -> (Person, LoggedIn) {
    let (person, thief) = logged_in(app, "owner@example.com").await;
    for email in ["first@example.com", "second@example.com"] {
        app.advance(SignedDuration::from_mins(1));
        changed(app, &thief, email).await;
    }
    app.advance(SignedDuration::from_mins(1));
    (person, thief)
}

#[tokio::test]
async fn the_old_address_takes_the_account_back() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    changed(&app, &thief, "thief@example.com").await;
    let token = app.token_of("owner@example.com").await;
    let _ = app
        .obtain_token("thief@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
    assert!(!app.is_to_be_listed_anew(&person).await);

    let _ = app.call(not_me_call(&token)).await.expect(200);

    let _ = app.me(&thief.access).await.expect(401);
    assert!(app.is_to_be_listed_anew(&person).await);
    let account = user(&app, &person).await;
    assert_eq!(account["email"], "owner@example.com");
    assert_eq!(account["password"], "!");
    app.deliver().await;
    let mails = app.mails_to("owner@example.com").await;
    assert_eq!(
        mails.last().unwrap().subject,
        "Choose a new password for KinWise"
    );
    let code = app.fresh_code("owner@example.com").await;
    let _ = app.verify_otp("owner@example.com", &code).await.expect(200);
    // The address it had in between is free.
    let _ = app.member("thief@example.com").await;
    app.deliver().await;
}

#[tokio::test]
async fn of_two_changes_in_a_row_each_address_is_told_of_its_own() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    let token = super::asked(&app, &thief, "first@example.com").await;
    let _ = app.call(super::confirm_call(&token)).await.expect(200);
    // The notice of the first change has to wait, and the second one happens meanwhile.
    app.ses().fail_next(1, &Fault::fail());
    app.deliver().await;
    let token = super::asked(&app, &thief, "second@example.com").await;
    let _ = app.call(super::confirm_call(&token)).await.expect(200);
    app.deliver().await;
    assert!(app.mails_to("owner@example.com").await.is_empty());
    app.bring_back().await;
    app.deliver().await;

    assert_eq!(app.mails_to("owner@example.com").await.len(), 1);
    let token = app.token_of("owner@example.com").await;
    let _ = app.call(not_me_call(&token)).await.expect(200);

    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
    let _ = app.member("second@example.com").await;
    app.deliver().await;
}

#[tokio::test]
async fn a_change_can_be_taken_back_for_a_week() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "old@example.com").await;
    changed(&app, &session, "new@example.com").await;
    let token = app.token_of("old@example.com").await;

    app.advance(SignedDuration::from_hours(7 * 24));

    app.call(not_me_call(&token))
        .await
        .expect_error(400, "token_expired");
    assert_eq!(user(&app, &person).await["email"], "new@example.com");
}

#[tokio::test]
async fn once_the_address_is_given_back_the_ones_in_between_take_nothing() {
    let app = TestApp::start().await;
    let (person, _) = stolen(&app).await;
    // The thief's first mailbox is told of a password as well, and of the second address.
    let in_between = app.now() - SignedDuration::from_secs(90);
    told_of_a_password(&app, &person, in_between).await;
    let mails = app.mails_to("first@example.com").await;
    let thieves: Vec<_> = mails
        .iter()
        .filter(|mail| !mail.subject.starts_with("Confirm"))
        .filter_map(accounts_testing::Mail::token)
        .collect();
    assert!(thieves.len() >= 2, "{mails:#?}");
    let own = app.token_of("owner@example.com").await;

    let _ = app.call(not_me_call(&own)).await.expect(200);

    app.advance(SignedDuration::from_mins(1));
    for token in &thieves {
        app.call(not_me_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
    app.deliver().await;
    assert_eq!(
        app.mails_to("first@example.com").await.len(),
        mails.len(),
        "no link for a new password goes there"
    );
    // What happens from now on can be taken back again.
    told_of_a_password(&app, &person, app.now()).await;
    let token = app.token_of("owner@example.com").await;
    let _ = app.call(not_me_call(&token)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn the_owner_has_the_last_word_even_if_the_thief_speaks_first() {
    let app = TestApp::start().await;
    let (person, _) = stolen(&app).await;
    let own = app.token_of("owner@example.com").await;
    let thiefs = app.token_of("first@example.com").await;

    let _ = app.call(not_me_call(&thiefs)).await.expect(200);
    assert_eq!(user(&app, &person).await["email"], "first@example.com");
    app.advance(SignedDuration::from_mins(1));
    let _ = app.call(not_me_call(&own)).await.expect(200);

    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
    app.deliver().await;
}

#[tokio::test]
async fn an_account_that_was_given_back_twice_forgets_neither_time() {
    let app = TestApp::start().await;
    let (person, _) = stolen(&app).await;
    let thiefs = app.token_of("first@example.com").await;
    let own = app.token_of("owner@example.com").await;
    let _ = app.call(not_me_call(&own)).await.expect(200);
    app.deliver().await;
    let reset = app.token_of("owner@example.com").await;
    let password = TestApp::PASSWORD;
    let body = json!({"token": reset, "password": password, "password_confirm": password});
    let _ = app
        .call(Call::post("/api/v1/auth/password/reset", &body))
        .await
        .expect(200);
    app.advance(SignedDuration::from_hours(2));
    let thief = app.log_in_by_password(&person).await;
    changed(&app, &thief, "third@example.com").await;
    let own = app.token_of("owner@example.com").await;
    let _ = app.call(not_me_call(&own)).await.expect(200);

    app.call(not_me_call(&thiefs))
        .await
        .expect_error(400, "invalid_token");

    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
    app.deliver().await;
}

#[tokio::test]
async fn with_the_address_goes_a_second_factor_that_came_after_it() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    changed(&app, &thief, "thief@example.com").await;
    app.advance(SignedDuration::from_mins(1));
    let _ = app.set_up_factor(&thief.access).await;
    let token = app.token_of("owner@example.com").await;

    let _ = app.call(not_me_call(&token)).await.expect(200);

    let account = user(&app, &person).await;
    assert!(account["factor_since"].is_null());
    for kind in ["TOTP", "RECOVERY_CODES"] {
        let pk = format!("USER#{}", person.id);
        assert!(app.identity_item(&pk, kind).await.is_null(), "{kind}");
    }
    let code = app.fresh_code("owner@example.com").await;
    let answer = app.verify_otp("owner@example.com", &code).await.expect(200);
    let _ = app.me(&LoggedIn::of(&answer).access).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_second_factor_from_before_stays() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    let before = app.now();
    app.advance(SignedDuration::from_mins(1));
    changed(&app, &thief, "thief@example.com").await;
    app.mark(&person, "factor_since", before).await;
    let token = app.token_of("owner@example.com").await;

    let _ = app.call(not_me_call(&token)).await.expect(200);

    assert!(!user(&app, &person).await["factor_since"].is_null());
    app.deliver().await;
}

#[tokio::test]
async fn a_deletion_that_was_asked_for_is_called_off() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    changed(&app, &thief, "thief@example.com").await;
    let body = json!({ "password": TestApp::PASSWORD });
    let deletion = Call::post("/api/v1/users/me/deletion", &body).with_token(&thief.access);
    let _ = app.call(deletion).await.expect(202);
    app.deliver().await;
    let token = app.token_of("owner@example.com").await;

    let _ = app.call(not_me_call(&token)).await.expect(200);

    let account = user(&app, &person).await;
    for attribute in ["deletion_due_at", "due_pk", "due_sk", "deletion_cancel"] {
        assert!(account[attribute].is_null(), "{attribute}");
    }
    app.deliver().await;
    let mails = app.mails_to("owner@example.com").await;
    assert_eq!(
        mails.last().unwrap().subject,
        "Choose a new password for KinWise"
    );
    app.advance(SignedDuration::from_hours(15 * 24));
    app.purge().await;
    app.deliver().await;
    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
}

#[tokio::test]
async fn a_deletion_that_has_begun_is_not() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "owner@example.com").await;
    let body = json!({ "password": TestApp::PASSWORD });
    let deletion = Call::post("/api/v1/users/me/deletion", &body).with_token(&session.access);
    let _ = app.call(deletion).await.expect(202);
    app.advance(SignedDuration::from_hours(14 * 24));
    told_of_a_password(&app, &person, app.now()).await;
    let token = app.token_of("owner@example.com").await;
    app.purge().await;

    app.call(not_me_call(&token))
        .await
        .expect_error(400, "invalid_token");

    app.deliver().await;
    assert!(user(&app, &person).await.is_null());
}

#[tokio::test]
async fn a_notice_goes_to_the_address_the_account_had_at_that_moment() {
    let app = TestApp::start().await;
    let start = app.now();
    let (person, _) = stolen(&app).await;
    for (minutes, email) in [
        (0, "owner@example.com"),
        (1, "first@example.com"),
        (2, "second@example.com"),
        (3, "second@example.com"),
    ] {
        let sent = app.mails_to(email).await.len();
        let at = start + SignedDuration::from_mins(minutes) + SignedDuration::from_secs(30);

        told_of_a_password(&app, &person, at).await;

        let mails = app.mails_to(email).await;
        assert_eq!(mails.len(), sent + 1, "{email}");
        assert_eq!(
            mails.last().unwrap().subject,
            "Your KinWise password was changed"
        );
    }
}

/// Its time was over, and DynamoDB has deleted the reservation.
#[tokio::test]
async fn an_old_address_that_is_somebody_elses_by_then_stays_theirs() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    changed(&app, &thief, "thief@example.com").await;
    let token = app.token_of("owner@example.com").await;
    let bob = app.member("bob@example.com").await;
    let (pk, id) = ("EMAIL#owner@example.com", bob.id.to_string());
    let owner = json!({"pk": {"S": pk}, "sk": {"S": "OWNER"}, "user_id": {"S": id}});
    app.aws().put(&app.table("identity"), &owner).await;

    let _ = app.call(not_me_call(&token)).await.expect(200);

    let account = user(&app, &person).await;
    assert_eq!(account["email"], "thief@example.com");
    assert_eq!(account["password"], "!");
    assert_eq!(app.identity_item(pk, "OWNER").await["user_id"], id);
    app.deliver().await;
}
