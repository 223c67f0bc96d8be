//! What is left of an account once its time is up.

use accounts::avatar::Size;
use accounts::files::FileKey;
use accounts_testing::{Call, Fault, Person, TestApp};
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::id::{AvatarId, TaskId};
use kernel::task::TaskState;
use serde_json::json;
use users::purge_accounts::purge_accounts;

use super::{account, delete_by_password, logged_in};

/// The fourteen days, and what the end of sessions may be ahead.
const DELAY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// An account with all there is to an account, whose time is up.
async fn due(app: &TestApp, email: &str, username: &str) -> Person {
    let (person, tokens) = logged_in(app, email).await;
    let change = Call::new("PATCH", "/api/v1/users/me")
        .with_header("content-type", "application/json")
        .with_body(json!({ "username": username }).to_string());
    let _ = app
        .call(change.with_token(&tokens.access))
        .await
        .expect(200);
    let _ = app.log_in(&person).await;
    app.change_role(&person, "admin").await;
    let export = Call::new("POST", "/api/v1/users/me/export").with_token(&tokens.access);
    let _ = app.call(export).await.expect(202);
    app.deliver().await;
    let avatar = AvatarId::new(app.now(), &mut app.app().random());
    for key in [
        FileKey::Upload(person.id, avatar),
        FileKey::Avatar(person.id, avatar, Size::Large),
    ] {
        app.app()
            .files()
            .put(&key, "image/webp", vec![1])
            .await
            .unwrap();
    }
    // What can be asked for with the address alone: tasks, and links that are no account's.
    for path in [
        "/auth/password/forgot",
        "/auth/otp/request",
        "/pre-registrations",
    ] {
        let body = json!({ "email": email });
        let call = Call::post(&format!("/api/v1{path}"), &body);
        let _ = app.call(call).await.expect(200);
    }
    app.deliver().await;
    let _ = delete_by_password(app, &tokens).await.expect(202);
    app.deliver().await;
    app.advance(DELAY);
    person
}

async fn files_of(app: &TestApp, person: &Person) -> usize {
    let mut count = 0;
    for prefix in [
        accounts::files::FilePrefix::Uploads(person.id),
        accounts::files::FilePrefix::Avatars(person.id),
        accounts::files::FilePrefix::Exports(person.id),
    ] {
        count += app.app().files().delete_prefix(&prefix).await.unwrap();
    }
    count
}

/// Asserts that nothing but the id is known of somebody any more.
async fn assert_gone(app: &TestApp, person: &Person, username: &str) {
    let id = person.id.to_string();
    for item in app.identity().await {
        let text = item.to_string();
        assert!(
            !text.contains(&id) && !text.contains(&person.email) && !text.contains(username),
            "{text}"
        );
    }
    for table in ["identity", "people", "tasks", "limits", "audit"] {
        for item in app.scan(&app.table(table)).await {
            assert!(!item.to_string().contains(&person.email), "{table}: {item}");
        }
    }
    for (queue, message) in app.emulator().messages().await {
        assert!(
            !message.to_string().contains(&person.email),
            "{queue}: {message}"
        );
    }
    let mut entries = app.audit().await;
    entries
        .retain(|entry| entry["actor"] == id.as_str() || entry["object"] == format!("user/{id}"));
    for entry in &entries {
        assert_eq!(
            (&entry["client"], &entry["agent"]),
            (&json!(""), &json!("")),
            "{entry}"
        );
    }
    let deleted = entries
        .iter()
        .filter(|entry| entry["action"] == "DELETED")
        .count();
    assert_eq!(deleted, 1);
    assert_eq!(entries.last().unwrap()["action"], "DELETED");
    assert_eq!(files_of(app, person).await, 0);
}

async fn deletions(app: &TestApp) -> Vec<TaskId> {
    let mut tasks = app.tasks().await;
    tasks.retain(|task| task["kind"] == "delete_account");
    let ids = tasks
        .iter()
        .map(|task| task["id"].as_str().unwrap().parse().unwrap());
    ids.collect()
}

#[tokio::test]
async fn after_fourteen_days_only_the_id_is_left() {
    let app = TestApp::start().await;
    let other = app.member("bob@example.com").await;
    let person = due(&app, "ann@example.com", "ann.m").await;

    app.purge().await;
    app.deliver().await;

    assert_gone(&app, &person, "ann.m").await;
    assert_eq!(account(&app, &other).await["email"], other.email);
    // Address and name are free again.
    let mut body = TestApp::registration(&person.email);
    body["username"] = json!("ann.m");
    let _ = app.register(&body).await.expect(201);
    app.deliver().await;
}

#[tokio::test]
async fn every_spelling_of_a_username_goes_with_its_account() {
    let app = TestApp::start().await;
    let other = app.member("bob@example.com").await;
    let person = due(&app, "ann@example.com", "Straße").await;
    let namesake = due(&app, "eve@example.com", "").await;
    app.name_as_before(&namesake, "GROSS").await;
    app.name_as_before(&other, "groß").await;

    app.purge().await;
    app.deliver().await;

    for username in ["straße", "strasse", "gross"] {
        let owner = format!("USERNAME#{username}");
        assert_eq!(app.identity_item(&owner, "OWNER").await, json!(null));
    }
    assert_gone(&app, &person, "straße").await;
    let left = app.identity_item("USERNAME#groß", "OWNER").await;
    assert_eq!(left["user_id"], other.id.to_string());
}

#[tokio::test]
async fn before_its_time_nothing_is_deleted() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let _ = delete_by_password(&app, &tokens).await.expect(202);
    app.deliver().await;
    app.advance(DELAY - SignedDuration::from_millis(1));

    app.purge().await;
    app.deliver().await;

    assert_eq!(account(&app, &person).await["email"], person.email);
    assert!(deletions(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_087_a_purge_that_runs_twice_or_at_once_deletes_once() {
    let app = TestApp::start().await;
    let person = due(&app, "ann@example.com", "ann.m").await;

    // A slot has one run; those of several slots may meet, and what an operator wants.
    let purges = (0..4).map(|hour| {
        let event = json!({"slot": format!("2026-03-01T0{hour}:00:00Z")});
        purge_accounts(app.another_process(), event)
    });
    for purged in join_all(purges).await {
        purged.unwrap();
    }
    app.purge().await;
    assert_eq!(deletions(&app).await.len(), 1);
    app.deliver().await;
    app.purge().await;
    app.deliver().await;

    assert_eq!(deletions(&app).await.len(), 1);
    assert_gone(&app, &person, "ann.m").await;
}

#[tokio::test]
async fn once_begun_a_deletion_is_not_taken_back() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let _ = delete_by_password(&app, &tokens).await.expect(202);
    app.deliver().await;
    let token = app.token_of(&person.email).await;
    app.advance(DELAY);
    app.purge().await;

    let late = app.call(super::cancel_call(&token)).await;

    late.expect_error(400, "invalid_token");
    app.deliver().await;
    assert_gone(&app, &person, "ann.m").await;
}

#[tokio::test]
async fn a_worker_that_dies_at_any_step_is_followed_by_one_that_finishes() {
    let app = TestApp::start_watched().await;
    let mut survived = 0;
    for step in 0.. {
        let username = format!("user{step}");
        let person = due(&app, &format!("{username}@example.com"), &username).await;
        app.purge().await;
        app.relay().await;
        let event = app.sqs_event("work", &app.receive("work", 0).await);
        let task = *deletions(&app).await.last().unwrap();

        // From this step on nothing is heard of DynamoDB any more: to the tables the worker is dead.
        app.dynamodb().forget();
        app.dynamodb().pass_next_of("", step);
        app.dynamodb().fail_always(Fault::Drop);
        let _ = app.work(event.clone()).await;
        let is_through = app.dynamodb().seen().len() <= step;
        app.dynamodb().heal();
        if !is_through {
            survived += 1;
            app.advance(SignedDuration::from_secs(36));
            assert!(app.work(event).await.is_empty(), "step {step}");
        }

        assert_eq!(
            app.task(task).await.state,
            TaskState::Success,
            "step {step}"
        );
        assert_gone(&app, &person, &username).await;
        if is_through {
            break;
        }
    }
    assert!(survived > 8, "only {survived} steps were seen");
    app.leave_work_undone();
}

#[tokio::test]
async fn a_lost_answer_at_any_step_is_no_second_deletion() {
    let app = TestApp::start_watched().await;
    let person = due(&app, "ann@example.com", "ann.m").await;
    app.purge().await;
    app.relay().await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    app.deliver().await;

    assert_gone(&app, &person, "ann.m").await;
}

/// Who denies the thing that led to it keeps the account up to the last moment.
#[tokio::test]
async fn an_account_that_is_kept_while_the_purge_looks_is_not_deleted() {
    let app = TestApp::start_watched().await;
    let person = due(&app, "ann@example.com", "ann.m").await;

    let keep = app.edit_user(person.id, "deletion_due_at", json!(null));
    let purge = Box::pin(app.purge());
    app.held_at("TransactWriteItems", purge, keep).await;

    assert!(account(&app, &person).await["deletion_task"].is_null());
    assert!(deletions(&app).await.is_empty());
    app.deliver().await;
    assert_eq!(account(&app, &person).await["email"], person.email);
}
