//! What functions read before their first event, and again once it has grown old.

use accounts_testing::{Fault, TestApp};
use cloud::read_ahead;
use jiff::SignedDuration;
use mfa::answer_challenge;

/// An answer that no SDK tries again: the caller may not.
fn denied() -> Fault {
    Fault::Refuse(400, "AccessDeniedException", "no")
}

#[tokio::test]
async fn what_was_read_ahead_is_asked_for_no_more() {
    let app = TestApp::start_watched().await;
    app.secrets_manager().forget();

    read_ahead(app.app(), answer_challenge::ENDPOINT.ahead()).await;

    // Three secrets in one call, and no call after it.
    assert_eq!(app.secrets_manager().seen(), ["BatchGetSecretValue"]);
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let session = app.log_in_with_factor(&person, &factor).await;
    let _ = app.me(&session.access).await.expect(200);
    assert_eq!(app.secrets_manager().seen(), ["BatchGetSecretValue"]);
}

#[tokio::test]
async fn what_could_not_be_read_ahead_is_read_by_who_needs_it() {
    let app = TestApp::start_watched().await;
    app.secrets_manager().fail_always(denied());
    read_ahead(app.app(), answer_challenge::ENDPOINT.ahead()).await;
    app.secrets_manager().heal();

    let (person, factor, _) = app.member_with_factor("ann@example.com").await;

    let _ = app.log_in_with_factor(&person, &factor).await;
}

#[tokio::test]
async fn keys_that_have_grown_old_are_read_again_beside_a_request() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let first = app.log_in_by_password(&person).await;
    app.advance(SignedDuration::from_mins(6));
    app.secrets_manager().fail_always(denied());
    app.secrets_manager().forget();

    // Secrets Manager is asked, and nobody waits for what it says.
    let second = app.refresh(&first.refresh).await.expect(200);
    app.secrets_manager().asked_for("GetSecretValue").await;

    app.advance(SignedDuration::from_mins(10));
    let refresh = second.text("refresh");
    let too_old = app.refresh(refresh).await;
    too_old.expect_error(503, "unavailable");
    app.secrets_manager().heal();
    let _ = app.refresh(refresh).await.expect(200);
}
