//! What the tests of queues share.

use operations_testing::{Answer, Call, LoggedIn, TestApp};
use serde_json::{Value, json};
use store::{Claim, End, Tasks};

const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(35);

/// A task of the account's whose tries are used up for this reason, and its dead letter.
pub(crate) async fn dead(app: &TestApp, who: &LoggedIn, x: u32, reason: &str) -> String {
    let id = app
        .ask_for(who, &json!({"type": "add", "x": x, "y": 1}))
        .await;
    app.new_tasks().await;
    let tasks = Tasks(app.app().store());
    let claim = tasks.claim(id.parse().unwrap(), app.now(), LEASE).await;
    let Claim::Claimed(claimed) = claim.unwrap() else {
        panic!("it was not claimed")
    };
    let end = End::Redrivable;
    tasks.fail(&claimed, reason, end, app.now()).await.unwrap();
    let message = format!("{{\"task_id\": \"{id}\", \"kind\": \"add\"}}");
    app.send_message("work-dead-letters", &message).await;
    id
}

pub(crate) async fn list(app: &TestApp, who: &LoggedIn, queue: &str) -> Answer {
    let path = format!("/api/v1/admin/queues/{queue}/dead-letters");
    app.call(Call::get(&path).with_token(&who.access)).await
}

pub(crate) fn redrive(who: &LoggedIn, queue: &str, body: &Value) -> Call {
    let path = format!("/api/v1/admin/queues/{queue}/dead-letters/redrive");
    Call::post(&path, body).with_token(&who.access)
}

pub(crate) fn purge(who: &LoggedIn, queue: &str, body: &Value) -> Call {
    let path = format!("/api/v1/admin/queues/{queue}/dead-letters/purge");
    Call::post(&path, body).with_token(&who.access)
}

/// A person with an account, logged in.
pub(crate) async fn ann(app: &TestApp) -> LoggedIn {
    let person = app.member("ann@example.com").await;
    app.log_in(&person).await
}
