//! What `cargo xtask index-people` does: the index is set right, whatever it has lost, and while accounts change.

use std::cell::RefCell;

use accounts::people::People;
use accounts_testing::{Fault, Person, TestApp};
use serde_json::json;
use store::StoreError;

use crate::index_people::entries;

const WRITE: &str = "TransactWriteItems";

/// The whole repair. Gives how many accounts there are, and how many entries went.
async fn repair(app: &TestApp) -> (usize, usize) {
    let people = app.app().store();
    let accounts = People(people).index_all(|_| ()).await.unwrap();
    (accounts, People(people).remove_stale(|_| ()).await.unwrap())
}

/// A part of the repair, and something else while it has read an account and has written nothing.
async fn repair_while(
    app: &TestApp,
    part: impl Future<Output = Result<usize, StoreError>>,
    other: impl Future<Output = ()>,
) {
    app.held_at(WRITE, part, other).await.unwrap();
}

/// Asserts that the index is as the accounts are: that the stream, if it tells the lost changes after all, changes nothing.
async fn assert_is_right(app: &TestApp, lost: &[serde_json::Value]) {
    let repaired = entries(app).await;
    app.index_records(lost).await;
    assert_eq!(repaired, entries(app).await);
}

async fn is_mentioned(app: &TestApp, person: &Person) -> bool {
    let id = person.id.to_string();
    let entries = entries(app).await;
    entries.iter().any(|entry| entry.to_string().contains(&id))
}

#[tokio::test]
async fn accounts_that_the_index_lost_are_there_again() {
    let app = TestApp::start().await;
    let ann = app.member("ann@example.com").await;
    app.index().await;
    let bob = app
        .member_called("bob@example.com", "bob.m", "Bob", "Miller")
        .await;
    app.change_role(&ann, "teen").await;
    let lost = app.account_changes().await;
    assert!(!is_mentioned(&app, &bob).await);

    // Of the lists that Ann is in no more: that of her role before, in both orders.
    assert_eq!(repair(&app).await, (2, 2));

    assert!(is_mentioned(&app, &bob).await);
    assert_is_right(&app, &lost).await;
}

#[tokio::test]
async fn entries_of_what_an_account_was_are_gone() {
    let app = TestApp::start().await;
    let ann = app.member("ann@example.com").await;
    let bob = app.member("bob@example.com").await;
    app.index().await;
    let before = entries(&app).await.len();
    app.change_role(&ann, "teen").await;
    app.delete_account(&bob).await;
    let lost = app.account_changes().await;

    let (accounts, removed) = repair(&app).await;

    assert_eq!((accounts, removed), (1, before / 2 + 2));
    assert!(!is_mentioned(&app, &bob).await);
    assert_is_right(&app, &lost).await;
}

#[tokio::test]
async fn an_index_that_is_right_is_not_written() {
    let app = TestApp::start_watched().await;
    app.member("ann@example.com").await;
    assert_eq!(repair(&app).await, (1, 0));
    app.dynamodb().forget();

    assert_eq!(repair(&app).await, (1, 0));

    let seen = app.dynamodb().seen();
    assert!(seen.iter().all(|seen| !seen.contains("Write")), "{seen:?}");
}

#[tokio::test]
async fn an_account_that_changes_meanwhile_does_not_go_back() {
    let app = TestApp::start_watched().await;
    let ann = app.member("ann@example.com").await;
    let lost = app.account_changes().await;
    let told = RefCell::default();

    let people = People(app.app().store());
    let index_all = people.index_all(|_| ());
    Box::pin(repair_while(&app, index_all, async {
        app.change_role(&ann, "teen").await;
        let records = app.account_changes().await;
        app.index_records(&records).await;
        told.replace(records);
    }))
    .await;

    assert!(is_mentioned(&app, &ann).await);
    assert_is_right(&app, &[lost, told.take()].concat()).await;
}

/// An account of each kind that the index reads in another way: plain, with a username, locked, with a role.
async fn account(app: &TestApp, kind: usize) -> Person {
    let email = "ann@example.com";
    match kind {
        0 => app.member(email).await,
        1 => app.member_named(email, "ann.miller").await,
        3 => app.member_with_role(email, "parent").await,
        _ => {
            let person = app.member(email).await;
            app.disable(&person).await;
            person
        }
    }
}

#[tokio::test]
async fn whatever_changes_of_an_account_meanwhile_does_not_go_back() {
    for kind in 0..4 {
        for (attribute, value) in [
            ("email", json!({"S": "zoe@example.com"})),
            ("username", json!({"S": "zoe.walker"})),
            ("first_name", json!({"S": "Zoe"})),
            ("last_name", json!({"S": "Walker"})),
            ("role", json!({"S": "teen"})),
            ("email_verified", json!({"BOOL": false})),
            ("disabled", json!({"BOOL": kind != 2})),
        ] {
            let app = TestApp::start_watched().await;
            let person = account(&app, kind).await;
            let lost = app.account_changes().await;
            let told = RefCell::default();

            let people = People(app.app().store());
            let index_all = people.index_all(|_| ());
            Box::pin(repair_while(&app, index_all, async {
                app.edit_user(person.id, attribute, value).await;
                let records = app.account_changes().await;
                app.index_records(&records).await;
                told.replace(records);
            }))
            .await;

            assert_is_right(&app, &[lost, told.take()].concat()).await;
        }
    }
}

#[tokio::test]
async fn an_account_that_goes_meanwhile_does_not_come_back() {
    let app = TestApp::start_watched().await;
    let ann = app.member("ann@example.com").await;
    let _ = app.account_changes().await;

    let people = People(app.app().store());
    let index_all = people.index_all(|_| ());
    Box::pin(repair_while(&app, index_all, async {
        app.delete_account(&ann).await;
        app.index().await;
    }))
    .await;

    assert_eq!(entries(&app).await, Vec::<serde_json::Value>::new());
}

/// As one does that an operator takes back from a backup.
#[tokio::test]
async fn an_account_that_comes_back_meanwhile_keeps_its_entries() {
    let app = TestApp::start_watched().await;
    let ann = app.member("ann@example.com").await;
    app.index().await;
    let expected = entries(&app).await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", ann.id));
    let account = app.aws().item(&table, &pk, "USER").await;
    app.delete_account(&ann).await;

    let people = People(app.app().store());
    let remove_stale = people.remove_stale(|_| ());
    Box::pin(repair_while(&app, remove_stale, async {
        app.aws().put(&table, &account).await;
    }))
    .await;

    assert_eq!(entries(&app).await, expected);
}

#[tokio::test]
async fn an_account_that_is_again_what_it_was_keeps_its_entries() {
    let app = TestApp::start_watched().await;
    let ann = app.member("ann@example.com").await;
    app.index().await;
    let expected = entries(&app).await;
    app.change_role(&ann, "teen").await;
    let _ = app.account_changes().await;
    // What a teen's account has is there; what it had before is still to go.
    let people = People(app.app().store());
    people.index_all(|_| ()).await.unwrap();

    let remove_stale = people.remove_stale(|_| ());
    Box::pin(repair_while(&app, remove_stale, async {
        app.change_role(&ann, "user").await;
        app.index().await;
    }))
    .await;

    assert_eq!(entries(&app).await, expected);
}

#[tokio::test]
async fn more_accounts_than_are_read_at_once_are_all_gone_through() {
    let app = TestApp::start().await;
    let mut members = Vec::new();
    for number in 0..40 {
        members.push(app.member(&format!("ann{number}@example.com")).await);
    }
    let people = People(app.app().store());
    let told = RefCell::<Vec<usize>>::default();

    let tell = |count| told.borrow_mut().push(count);
    let accounts = people.index_all(tell).await.unwrap();

    assert_eq!(accounts, 40);
    let told_accounts = told.take();
    assert!(told_accounts.len() > 1 && told_accounts.is_sorted());
    assert_eq!(told_accounts.last(), Some(&40));
    let written = entries(&app).await.len();

    for member in &members {
        app.change_role(member, "teen").await;
    }
    people.index_all(|_| ()).await.unwrap();
    let removed = people.remove_stale(tell).await.unwrap();

    // Two of an account's lists say its role.
    assert_eq!(removed, 40 * 2);
    assert_eq!(told.take().last(), Some(&(written + removed)));
    assert_eq!(entries(&app).await.len(), written);
}

#[tokio::test]
async fn a_table_that_fails_is_an_error() {
    let app = TestApp::start_watched().await;
    app.member("ann@example.com").await;
    app.dynamodb().fail_always(Fault::fail());
    let people = People(app.app().store());
    assert!(people.index_all(|_| ()).await.is_err());
    assert!(people.remove_stale(|_| ()).await.is_err());

    app.dynamodb().heal();
    assert_eq!(repair(&app).await, (1, 0));
}
