//! What happens between the look at an account and its change by an administrator: the change must not overlook it.

use std::cell::RefCell;

use accounts_testing::{LoggedIn, Person, TestApp};
use serde_json::{Value, json};

use super::update_call;

/// The write that a change ends with.
const WRITE: &str = "TransactWriteItems";

/// A change of an account: its role and whether it is locked before, what is sent, and whether that ends its sessions.
type Work = (&'static str, bool, Value, bool);

fn works() -> Vec<Work> {
    let (lock, unlock) = (json!({"is_active": false}), json!({"is_active": true}));
    vec![
        ("user", false, json!({"role": "parent"}), false),
        ("teen", false, json!({"role": "parent"}), false),
        ("teen", false, json!({"role": "admin"}), true),
        ("user", false, lock.clone(), true),
        ("teen", false, lock, true),
        ("user", true, unlock.clone(), false),
        ("teen", true, unlock, false),
        (
            "user",
            false,
            json!({"role": "parent", "is_active": false}),
            true,
        ),
    ]
}

/// What comes between: an attribute of the account, and its new value; none where it goes.
type Change = (&'static str, Option<Value>);

/// A log-in counts where sessions end: here one by a clock that is further ahead than clocks are meant to be.
fn changes(is_locked: bool, ends_sessions: bool) -> Vec<Change> {
    let lock = (!is_locked).then(|| json!({"BOOL": true}));
    let mut changes = vec![("role", Some(json!({"S": "child"}))), ("disabled", lock)];
    if ends_sessions {
        changes.push(("last_proof_at", Some(json!({"N": "4000000000000"}))));
    }
    changes
}

async fn change(app: &TestApp, person: &Person, (attribute, value): Change) {
    match value {
        Some(value) => app.edit_user(person.id, attribute, value).await,
        None => app.clear_user(person.id, attribute).await,
    }
}

#[tokio::test]
async fn what_happens_to_an_account_while_it_is_changed_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    let mut number = 0;
    for (role, is_locked, body, ends_sessions) in works() {
        for overtaking in changes(is_locked, ends_sessions) {
            number += 1;
            let person = app
                .member_with_role(&format!("ann{number}@example.com"), role)
                .await;
            if is_locked {
                app.disable(&person).await;
            }
            let said = format!("{role} {body} {overtaking:?}");

            let overtaken = RefCell::default();
            let overtake = async {
                change(&app, &person, overtaking).await;
                overtaken.replace(app.stored(&person).await);
            };
            let call = update_call(&admin, &person, &body);
            let answer = app.call_held_at(WRITE, call, overtake).await;

            assert_eq!(answer.status, 409, "{said}: {}", answer.json);
            assert_eq!(app.stored(&person).await, overtaken.take(), "{said}");
            assert_eq!(app.granted(&person).await, Value::Null, "{said}");
        }
    }
    let recorded = [
        app.audit_of("ROLE_CHANGED").await,
        app.audit_of("USER_CHANGED").await,
    ];
    assert_eq!(recorded.concat(), [] as [Value; 0]);
    app.deliver().await;
}

/// Takes away what lets somebody administer: the grant, or the account's being open.
async fn disempower(app: &TestApp, admin: &Person, what: &str) {
    match what {
        "grant" => {
            let (table, pk) = (app.table("identity"), format!("GRANT#{}", admin.id));
            app.aws().remove(&table, &pk, "GRANT").await;
        }
        "disabled" => app.disable(admin).await,
        _ => app.mark(admin, what, app.now()).await,
    }
}

/// Otherwise their last call could make another account an administrator's, or lock that of whoever has stopped them.
#[tokio::test]
async fn what_happens_to_an_administrator_while_they_change_an_account_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let before = app.stored(&person).await;
    let mut number = 0;
    for body in [
        json!({"role": "admin"}),
        json!({"is_active": false}),
        json!({"role": "admin", "is_active": false}),
    ] {
        for what in ["grant", "disabled", "deletion_due_at"] {
            number += 1;
            let (admin, session) = administrator(&app, number).await;

            let call = update_call(&session, &person, &body);
            let disempower = disempower(&app, &admin, what);
            let answer = app.call_held_at(WRITE, call, disempower).await;

            assert_eq!(answer.status, 409, "{what} {body}: {}", answer.json);
            assert_eq!(app.stored(&person).await, before, "{what} {body}");
            assert_eq!(app.granted(&person).await, Value::Null, "{what} {body}");
        }
    }
    app.deliver().await;
}

async fn administrator(app: &TestApp, number: usize) -> (Person, LoggedIn) {
    let email = format!("admin{number}@kinwise.example");
    let admin = app.member_with_role(&email, "admin").await;
    let session = app.log_in_by_password(&admin).await;
    (admin, session)
}
