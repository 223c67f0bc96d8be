//! What goes with a log-in that was not its owner's, and what stays.

use accounts::jobs::SecurityEvent;
use accounts_testing::{Answer, Call, Factor, LoggedIn, Person, TestApp, claims_of};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    a_moment_later, expect_nothing_begun, log_in_call, log_in_elsewhere, notice, report_call,
    with_a_thief,
};

/// A member's session, a thief's, and the token of the notice about that.
pub(super) async fn stolen(app: &TestApp) -> (Person, LoggedIn, LoggedIn, String) {
    let (person, own, thief) = with_a_thief(app).await;
    app.deliver().await;
    let token = app.token_of(&person.email).await;
    a_moment_later(app);
    (person, own, thief, token)
}

pub(super) fn deletion_call(session: &LoggedIn) -> Call {
    let body = json!({ "password": TestApp::PASSWORD });
    Call::post("/api/v1/users/me/deletion", &body).with_token(&session.access)
}

pub(super) async fn has_factor(app: &TestApp, person: &Person) -> bool {
    let pk = format!("USER#{}", person.id);
    let mut parts = vec![!app.stored(person).await["factor_since"].is_null()];
    for kind in ["TOTP", "RECOVERY_CODES"] {
        parts.push(!app.identity_item(&pk, kind).await.is_null());
    }
    parts.dedup();
    assert_eq!(parts.len(), 1, "a factor is there or gone as a whole");
    parts[0]
}

#[tokio::test]
async fn a_deletion_that_was_asked_for_in_it_is_called_off() {
    let app = TestApp::start().await;
    let (person, _, thief, token) = stolen(&app).await;
    let _ = app.call(deletion_call(&thief)).await.expect(202);
    app.deliver().await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let begun = ["deletion_due_at", "due_pk", "due_sk", "deletion_cancel"];
    expect_nothing_begun(&app, &person, &begun).await;
    a_moment_later(&app);
    let own = app.log_in_by_password(&person).await;
    let _ = app.me(&own.access).await.expect(200);
    app.advance(SignedDuration::from_hours(15 * 24));
    app.purge().await;
    app.deliver().await;
    assert_eq!(app.stored(&person).await["email"], person.email);
}

/// Nobody logs in to an account that is to be deleted, so no call leads here: what an operator writes by hand may.
#[tokio::test]
async fn a_deletion_from_before_it_stays() {
    let app = TestApp::start().await;
    let (person, _, thief, token) = stolen(&app).await;
    let asked_at = app.now() - SignedDuration::from_mins(1);
    let due_at = asked_at + SignedDuration::from_hours(14 * 24);
    app.mark(&person, "deletion_due_at", due_at).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let account = app.stored(&person).await;
    assert_eq!(
        account["deletion_due_at"],
        due_at.as_millisecond().to_string()
    );
    let _ = app.refresh(&thief.refresh).await.expect(401);
}

#[tokio::test]
async fn a_deletion_that_has_begun_cannot_be_stopped() {
    let app = TestApp::start().await;
    let (person, _, thief, _) = stolen(&app).await;
    let _ = app.call(deletion_call(&thief)).await.expect(202);
    app.advance(SignedDuration::from_hours(14 * 24));
    // The notice waited that long.
    let token = notice(&app, &person, SecurityEvent::NewDevice(thief.session_id)).await;
    app.purge().await;

    app.call(report_call(&token))
        .await
        .expect_error(400, "invalid_token");

    app.deliver().await;
    assert_eq!(app.stored(&person).await, Value::Null);
}

#[tokio::test]
async fn a_second_factor_that_was_set_up_in_it_is_taken_away() {
    let app = TestApp::start().await;
    let (person, own, thief, token) = stolen(&app).await;
    let _ = app.set_up_factor(&thief.access).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    assert!(!has_factor(&app, &person).await);
    let _ = app.me(&own.access).await.expect(200);
    let again = app.log_in_by_password(&person).await;
    let _ = app.me(&again.access).await.expect(200);
}

#[tokio::test]
async fn a_second_factor_that_is_set_up_at_the_same_moment_is_taken_away() {
    // The second time they are more than can be ended alone.
    for others in [0, 90] {
        let app = TestApp::start_watched().await;
        let (person, _, thief, token) = stolen(&app).await;
        multiply(&app, &person, &thief, others).await;
        let begun = app.call(TestApp::begin_totp_call(&thief.access)).await;
        let code = Factor::of(begun.expect(200).text("secret")).code(app.now());
        let confirm = TestApp::confirm_totp_call(&thief.access, &code);

        let _ = app
            .call_with_another_meanwhile(report_call(&token), confirm)
            .await
            .expect(200);

        assert!(!has_factor(&app, &person).await, "{others}");
        app.deliver().await;
    }
}

#[tokio::test]
async fn a_second_factor_that_the_owner_set_up_because_of_it_stays() {
    let app = TestApp::start().await;
    let (person, own, thief, token) = stolen(&app).await;
    let _ = app.set_up_factor(&own.access).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    assert!(has_factor(&app, &person).await);
    let _ = app.me(&thief.access).await.expect(401);
}

/// Whoever gets into the mailbox later must not get round the factor by an old mail.
#[tokio::test]
async fn a_second_factor_that_was_set_up_in_it_stays_after_a_day() {
    let app = TestApp::start().await;
    let (person, _, thief, token) = stolen(&app).await;
    let _ = app.set_up_factor(&thief.access).await;
    app.advance(SignedDuration::from_hours(24));

    let _ = app.call(report_call(&token)).await.expect(200);

    assert!(has_factor(&app, &person).await);
    let _ = app.refresh(&thief.refresh).await.expect(401);
}

/// Of the second one nobody is told: the device is known by then.
#[tokio::test]
async fn later_sessions_from_the_same_device_end_with_it_and_the_owners_go_on() {
    let app = TestApp::start().await;
    let (person, own, thief, token) = stolen(&app).await;
    let again = log_in_elsewhere(&app, &person).await;
    a_moment_later(&app);
    let later = app.log_in_by_password(&person).await;
    app.deliver().await;
    assert_eq!(app.mails_to(&person.email).await.len(), 1);

    let _ = app.call(report_call(&token)).await.expect(200);

    for session in [&thief, &again] {
        app.expect_over(session).await;
    }
    for session in [&own, &later] {
        let _ = app.me(&session.access).await.expect(200);
        let _ = app.refresh(&session.refresh).await.expect(200);
    }
}

#[tokio::test]
async fn a_second_factor_that_was_set_up_in_a_later_session_of_that_device_is_taken_away() {
    let app = TestApp::start().await;
    let (person, own, _, token) = stolen(&app).await;
    let again = log_in_elsewhere(&app, &person).await;
    let _ = app.set_up_factor(&again.access).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    assert!(!has_factor(&app, &person).await);
    app.expect_over(&again).await;
    let _ = app.me(&own.access).await.expect(200);
}

#[tokio::test]
async fn a_log_in_from_that_device_at_the_same_moment_ends_as_well() {
    let app = TestApp::start_watched().await;
    let (person, own, thief, token) = stolen(&app).await;

    let _ = app
        .call_with_another_meanwhile(report_call(&token), log_in_call(&person))
        .await
        .expect(200);

    let logins = app.audit_of("LOGIN").await;
    assert_eq!(logins.len(), 3);
    let pk = format!("USER#{}", person.id);
    for login in &logins {
        let id = login["object"].as_str().unwrap().replace("session/", "");
        let session = app.identity_item(&pk, &format!("SESSION#{id}")).await;
        let is_own = claims_of(&own.access)["sid"] == id.as_str();
        assert_eq!(session["revoked_at"].is_null(), is_own, "{session}");
    }
    app.expect_over(&thief).await;
    let _ = app.me(&own.access).await.expect(200);
    app.deliver().await;
}

/// It knew the device when it looked, and would have told nobody.
#[tokio::test]
async fn a_log_in_that_is_under_way_while_it_is_denied_is_told_of() {
    let app = TestApp::start_watched().await;
    let (person, _, thief, token) = stolen(&app).await;
    let before = app.mails_to(&person.email).await.len();

    let answer = app
        .call_with_another_meanwhile(log_in_call(&person), report_call(&token))
        .await;

    let again = LoggedIn::of(&answer.expect(200));
    app.expect_over(&thief).await;
    app.deliver().await;
    let mails = app.mails_to(&person.email).await;
    assert_eq!(mails.len(), before + 1);
    let token = app.token_of(&person.email).await;
    let _ = app.call(report_call(&token)).await.expect(200);
    app.expect_over(&again).await;
}

#[tokio::test]
async fn later_sessions_end_as_well_once_the_one_that_was_told_of_is_forgotten() {
    let app = TestApp::start().await;
    let (person, own, thief, token) = stolen(&app).await;
    let again = log_in_elsewhere(&app, &person).await;
    let table = &app.table("identity");
    let pk = format!("USER#{}", person.id);
    let sk = format!("SESSION#{}", thief.session_id);
    app.aws().remove(table, &pk, &sk).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    app.expect_over(&again).await;
    let _ = app.me(&own.access).await.expect(200);
}

/// Gives an account so many more sessions of a device, begun a moment after one of it.
pub(super) async fn multiply(app: &TestApp, person: &Person, session: &LoggedIn, count: u32) {
    let table = &app.table("identity");
    let pk = format!("USER#{}", person.id);
    let id = session.session_id.to_string();
    let item = app.aws().item(table, &pk, &format!("SESSION#{id}")).await;
    let copies: Vec<Value> = (0..count)
        .map(|number| {
            let id = format!("{}-7{number:03x}-8000-{:012x}", &id[..13], number);
            let mut item = item.clone();
            item["sk"] = json!({ "S": format!("SESSION#{id}") });
            item["id"] = json!({ "S": id });
            json!({ "PutRequest": { "Item": item } })
        })
        .collect();
    for puts in copies.chunks(25) {
        let request = json!({ "RequestItems": { table: puts } });
        let _ = app.aws().dynamodb("BatchWriteItem", &request).await;
    }
}

#[tokio::test]
async fn as_many_sessions_as_one_transaction_takes_end_alone() {
    let app = TestApp::start().await;
    let (person, own, thief, token) = stolen(&app).await;
    multiply(&app, &person, &thief, 89).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let items = app.identity().await;
    let is_over = |item: &&Value| !item["revoked_at"].is_null();
    assert_eq!(items.iter().filter(is_over).count(), 90);
    app.expect_over(&thief).await;
    let _ = app.me(&own.access).await.expect(200);
}

/// Whoever has the password can begin as many as they like. The link works all the same.
#[tokio::test]
async fn more_sessions_than_can_be_ended_alone_end_with_all_others() {
    for count in [90, 600] {
        let app = TestApp::start().await;
        let (person, own, thief, token) = stolen(&app).await;
        multiply(&app, &person, &thief, count).await;

        let _ = app.call(report_call(&token)).await.expect(200);

        app.expect_over(&thief).await;
        app.expect_over(&own).await;
        app.call(report_call(&token))
            .await
            .expect_error(400, "invalid_token");
        a_moment_later(&app);
        let own = app.log_in_by_password(&person).await;
        let _ = app.me(&own.access).await.expect(200);
    }
}

/// A log-in of a thief whose device shows its token, from another network.
async fn log_in_with(app: &TestApp, person: &Person, token: &str, network: u8) -> Answer {
    let body = json!({
        "login": person.email, "password": TestApp::PASSWORD, "device_token": token,
    });
    let call = Call::post("/api/v1/auth/token", &body);
    let call = call.from(&format!("198.51.{network}.7"));
    app.call(call).await.expect(200)
}

/// Of those nobody was told, and the place says nothing: it is another one.
#[tokio::test]
async fn later_sessions_by_the_tokens_of_that_device_end_with_it_and_the_tokens_as_well() {
    let app = TestApp::start().await;
    let (person, own, _, token) = stolen(&app).await;
    // Known by its place, it is given a token of its own.
    let again = app.call(log_in_call(&person)).await.expect(200);
    let moved = log_in_with(&app, &person, again.text("device_token"), 1).await;
    app.deliver().await;
    assert_eq!(app.mails_to(&person.email).await.len(), 1);

    let _ = app.call(report_call(&token)).await.expect(200);

    for session in [&again, &moved] {
        app.expect_over(&LoggedIn::of(session)).await;
    }
    let _ = app.me(&own.access).await.expect(200);
    a_moment_later(&app);
    for (known, shown) in [(2, &again), (3, &moved)] {
        let _ = log_in_with(&app, &person, shown.text("device_token"), known).await;
        app.deliver().await;
        assert_eq!(app.mails_to(&person.email).await.len(), usize::from(known));
    }
}

#[tokio::test]
async fn no_token_is_known_any_more_where_all_sessions_end() {
    let app = TestApp::start().await;
    let (person, _, thief, token) = stolen(&app).await;
    let again = app.call(log_in_call(&person)).await.expect(200);
    multiply(&app, &person, &thief, 90).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    a_moment_later(&app);
    let _ = log_in_with(&app, &person, again.text("device_token"), 1).await;
    app.deliver().await;
    assert_eq!(app.mails_to(&person.email).await.len(), 2);
}
