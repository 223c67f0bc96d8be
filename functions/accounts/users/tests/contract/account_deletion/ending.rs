//! What happens while an account whose time is up is deleted.

use accounts::actions;
use accounts::ending::Endings;
use accounts_testing::{Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{delete_by_password, logged_in};

/// An account that is being deleted: its task waits for a worker.
async fn begun(app: &TestApp) -> Person {
    let (person, tokens) = logged_in(app, "ann@example.com").await;
    let _ = delete_by_password(app, &tokens).await.expect(202);
    app.deliver().await;
    app.advance(SignedDuration::from_hours(14 * 24));
    app.purge().await;
    person
}

#[tokio::test]
async fn an_account_that_two_workers_delete_goes_once() {
    let app = TestApp::start_watched().await;
    let person = begun(&app).await;
    let tasks = app.tasks().await;
    let task = tasks.iter().find(|task| task["kind"] == "delete_account");
    let task = task.unwrap()["id"].as_str().unwrap().parse().unwrap();
    let audit = app.app().audit(actions::DELETED).by_owner(person.id);
    let endings = Endings(app.app().store());
    let user = endings.to_delete(person.id, task).await.unwrap().unwrap();

    let work = Box::pin(endings.finish_deletion(&user, task, &audit));
    let other = app.another_process();
    let other_works = Box::pin(async {
        let audit = other.audit(actions::DELETED).by_owner(person.id);
        let endings = Endings(other.store());
        let done = endings.finish_deletion(&user, task, &audit).await;
        assert!(done.unwrap());
    });
    let done = app.held_at("TransactWriteItems", work, other_works).await;

    assert!(!done.unwrap());
    assert_eq!(app.audit_of("DELETED").await.len(), 1);
    app.deliver().await;
}

/// A name of before, of which the account has one spelling and nobody another.
#[tokio::test]
async fn a_spelling_that_another_takes_meanwhile_stays_theirs_and_the_account_goes() {
    let app = TestApp::start_watched().await;
    let bob = app.member("bob@example.com").await;
    let person = begun(&app).await;
    app.name_as_before(&person, "straße").await;

    let take = app.own_username(&bob, "strasse");
    app.held_at("TransactWriteItems", app.deliver(), take).await;

    assert_eq!(app.stored(&person).await, Value::Null);
    let owner = async |spelling: &str| {
        let pk = format!("USERNAME#{spelling}");
        app.identity_item(&pk, "OWNER").await["user_id"].clone()
    };
    assert_eq!(owner("straße").await, Value::Null);
    assert_eq!(owner("strasse").await, json!(bob.id.to_string()));
    assert_eq!(app.audit_of("DELETED").await.len(), 1);
}

/// Its time is up by then, and the index has not heard of it yet.
#[tokio::test]
async fn an_entry_of_the_audit_log_that_goes_meanwhile_is_not_made_again() {
    let app = TestApp::start_watched().await;
    let (person, _) = logged_in(&app, "ann@example.com").await;
    let table = app.table("audit");
    let text = |value: &Value| value["S"].as_str().unwrap().to_owned();

    let endings = Endings(app.app().store());
    let forget = async {
        for entry in app.scan(&table).await {
            let (pk, sk) = (text(&entry["pk"]), text(&entry["sk"]));
            app.aws().remove(&table, &pk, &sk).await;
        }
    };
    let scrub = Box::pin(endings.scrub_audit(person.id, 500));
    let scrubbed = app.held_at("UpdateItem", scrub, forget).await;

    assert!(scrubbed.unwrap());
    assert!(app.scan(&table).await.is_empty());
    app.deliver().await;
}
