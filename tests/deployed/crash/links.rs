//! The mails with a link that gives power over an account, their worker killed at every step, and the endpoints that ask for
//! them or follow them.

use accounts_testing::{Call, Mail, TestApp};
use end_to_end::{Request, unique_address};
use kernel::id::TaskId;
use kernel::job::Queue;
use serde_json::{Value, json};

use super::accounts::CHOSEN;
use super::worker::{Scenario, kill_at_every_step, newest_task};
use super::{Workshop, at_every_call};

const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESET: &str = "/api/v1/auth/password/reset";
const CHANGE: &str = "/api/v1/users/me/email";
const CONFIRM: &str = "/api/v1/users/me/email/confirm";
const DELETE: &str = "/api/v1/users/me/deletion";
const CANCEL: &str = "/api/v1/users/me/deletion/cancel";

/// Follows every mailed link, oldest first: the newest alone is good, and good once. `body` is what goes with a token.
async fn follow(app: &TestApp, target: &str, mails: &[Mail], body: impl Fn(&str) -> Value) {
    let tokens: Vec<String> = mails.iter().filter_map(Mail::token).collect();
    let (newest, older) = tokens.split_last().expect("a mail with a link");
    let send = async |token: &str| app.call(Call::post(target, &body(token))).await;
    for token in older {
        send(token).await.expect_error(400, "invalid_token");
    }
    let _ = send(newest).await.expect(200);
    send(newest).await.expect_error(400, "invalid_token");
}

fn token_alone(token: &str) -> Value {
    json!({ "token": token })
}

fn with_password(token: &str) -> Value {
    json!({ "token": token, "password": CHOSEN, "password_confirm": CHOSEN })
}

struct ResetLink;

impl Scenario for ResetLink {
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const SUBJECT: &'static str = "Choose a new password";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        app.member(email).await;
        let forgot = Call::post(FORGOT, &json!({ "email": email }));
        let _ = app.call(forgot).await.expect(200);
        newest_task(app, "send_password_reset").await
    }

    async fn use_mails(app: &TestApp, _email: &str, mails: &[Mail]) {
        follow(app, RESET, mails, with_password).await;
    }
}

struct EmailChangeLink;

impl Scenario for EmailChangeLink {
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const SUBJECT: &'static str = "Confirm your new e-mail";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        let person = app.member(&unique_address("before")).await;
        let session = app.log_in_by_password(&person).await;
        let body = json!({ "email": email, "password": TestApp::PASSWORD });
        let change = Call::post(CHANGE, &body).with_token(&session.access);
        let _ = app.call(change).await.expect(200);
        newest_task(app, "send_email_change").await
    }

    async fn use_mails(app: &TestApp, _email: &str, mails: &[Mail]) {
        follow(app, CONFIRM, mails, token_alone).await;
    }
}

struct DeletionNotice;

impl Scenario for DeletionNotice {
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const SUBJECT: &'static str = "will be deleted";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        let person = app.member(email).await;
        let session = app.log_in_by_password(&person).await;
        let body = json!({ "password": TestApp::PASSWORD });
        let delete = Call::post(DELETE, &body).with_token(&session.access);
        let _ = app.call(delete).await.expect(202);
        newest_task(app, "send_deletion_notice").await
    }

    async fn use_mails(app: &TestApp, _email: &str, mails: &[Mail]) {
        follow(app, CANCEL, mails, token_alone).await;
    }
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_reset_link_leaves_one_good_link() {
    kill_at_every_step::<ResetLink>().await;
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_link_for_another_address_leaves_one_good_link() {
    kill_at_every_step::<EmailChangeLink>().await;
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_deletion_notice_leaves_one_good_link() {
    kill_at_every_step::<DeletionNotice>().await;
}

#[tokio::test]
async fn a_wish_for_a_reset_killed_at_any_step_is_granted_when_it_comes_again() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    at_every_call(2, async |call, moment| {
        let person = app.member(&unique_address("forgetful")).await;
        let body = json!({ "email": person.email });

        let request = Request::post(FORGOT, &body);
        let killed = workshop
            .kill_endpoint_at("request_password_reset", &request, call, moment)
            .await;
        let _ = app.call(Call::post(FORGOT, &body)).await.expect(200);

        let token = workshop.token_for(&person.email, "reset-password").await;
        let reset = Call::post(RESET, &with_password(&token));
        let _ = app.call(reset).await.expect(200);
        let _ = app.obtain_token(&person.email, CHOSEN).await.expect(200);
        app.deliver().await;
        killed
    })
    .await;
    workshop.close().await;
}

#[tokio::test]
async fn a_wish_for_another_address_killed_at_any_step_is_granted_when_it_comes_again() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    at_every_call(2, async |call, moment| {
        let [old, new] = ["old", "new"].map(unique_address);
        let person = app.member(&old).await;
        let session = app.log_in_by_password(&person).await;
        let body = json!({ "email": new, "password": TestApp::PASSWORD });

        let request = Request::post(CHANGE, &body).with_token(&session.access);
        let killed = workshop
            .kill_endpoint_at("change_email", &request, call, moment)
            .await;
        assert_eq!(app.stored(&person).await["email"], old.as_str());
        let again = Call::post(CHANGE, &body).with_token(&session.access);
        let _ = app.call(again).await.expect(200);

        let token = workshop.token_for(&new, "confirm-email").await;
        let confirm = Call::post(CONFIRM, &token_alone(&token));
        let _ = app.call(confirm).await.expect(200);
        assert_eq!(app.stored(&person).await["email"], new.as_str());
        app.deliver().await;
        killed
    })
    .await;
    workshop.close().await;
}

#[tokio::test]
async fn a_deletion_that_is_called_off_by_a_function_that_is_killed_is_or_is_not() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    at_every_call(2, async |call, moment| {
        let person = app.member(&unique_address("stayer")).await;
        let session = app.log_in_by_password(&person).await;
        let body = json!({ "password": TestApp::PASSWORD });
        let delete = Call::post(DELETE, &body).with_token(&session.access);
        let _ = app.call(delete).await.expect(202);
        let token = workshop.token_for(&person.email, "cancel-deletion").await;
        let body = token_alone(&token);

        let killed = workshop
            .kill_endpoint_at(
                "cancel_account_deletion",
                &Request::post(CANCEL, &body),
                call,
                moment,
            )
            .await;

        let is_kept = app.stored(&person).await["deletion_due_at"].is_null();
        workshop.try_again(CANCEL, &body, is_kept).await;
        let kept = app.stored(&person).await;
        for mark in ["deletion_due_at", "due_pk", "due_sk"] {
            assert!(kept[mark].is_null(), "{call} {moment:?}: {kept}");
        }
        app.log_in(&person).await;
        killed
    })
    .await;
    workshop.close().await;
}
