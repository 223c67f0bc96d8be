//! A username in all its spellings.

use accounts::account::Users;
use accounts::profile::Username;
use accounts_testing::{LoggedIn, Person, TestApp};
use serde_json::{Value, json};

use super::{change, change_call, logged_in};

/// Who is found by a username.
async fn owner(app: &TestApp, username: &str) -> Option<String> {
    let username = Username::parse(username).unwrap();
    let users = Users(app.app().store());
    let id = users.find_id_by_username(&username).await.unwrap();
    id.map(|id| id.to_string())
}

async fn another(app: &TestApp) -> (Person, LoggedIn) {
    app.member_logged_in("bob@example.com").await
}

async fn take(app: &TestApp, tokens: &LoggedIn, username: &str) {
    let body = json!({ "username": username });
    let _ = change(app, &tokens.access, &body).await.expect(200);
}

async fn expect_taken(app: &TestApp, tokens: &LoggedIn, username: &str) {
    let taken = change(app, &tokens.access, &json!({ "username": username })).await;
    taken.expect_error(400, "invalid_fields");
    assert_eq!(
        taken.detail("username"),
        "A user with this username already exists.",
        "{username}"
    );
}

#[tokio::test]
async fn all_spellings_of_a_username_are_taken_and_free_together() {
    let app = TestApp::start().await;
    let (ann, tokens) = logged_in(&app).await;
    let (_, bob) = another(&app).await;
    for username in ["straße", "STRASSE", "Straße", "strasse", "STRAẞE"] {
        take(&app, &tokens, username).await;
        for spelling in ["straße", "STRASSE", "strasse"] {
            assert_eq!(owner(&app, spelling).await, Some(ann.id.to_string()));
            expect_taken(&app, &bob, spelling).await;
        }
    }

    take(&app, &tokens, "ann.m").await;

    for owner in ["USERNAME#straße", "USERNAME#strasse"] {
        assert_eq!(app.identity_item(owner, "OWNER").await, Value::Null);
    }
    take(&app, &bob, "ΝΙΚΟΣ.ΠΑΠΑΣ").await;
    expect_taken(&app, &tokens, "νικος.παπας").await;
    take(&app, &bob, "").await;
    take(&app, &tokens, "νικος.παπας").await;
}

#[tokio::test]
async fn of_two_names_of_before_that_are_one_today_each_can_be_changed() {
    let app = TestApp::start().await;
    let (ann, _) = logged_in(&app).await;
    let (bob, bobs) = another(&app).await;
    app.name_as_before(&ann, "strasse").await;
    app.name_as_before(&bob, "straße").await;

    // The same name in another case is nothing new; one that is somebody else's today is.
    take(&app, &bobs, "Straße").await;
    expect_taken(&app, &bobs, "STRASSE").await;
    assert_eq!(owner(&app, "straße").await, Some(bob.id.to_string()));
    assert_eq!(owner(&app, "strasse").await, Some(ann.id.to_string()));
    take(&app, &bobs, "bob").await;

    assert_eq!(owner(&app, "strasse").await, Some(ann.id.to_string()));
    assert_eq!(
        app.identity_item("USERNAME#straße", "OWNER").await,
        Value::Null
    );
}

#[tokio::test]
async fn a_name_of_before_is_given_the_spellings_that_nobody_has() {
    let app = TestApp::start().await;
    let (ann, tokens) = logged_in(&app).await;
    let (bob, bobs) = another(&app).await;
    let eve = app.member("eve@example.com").await;
    app.name_as_before(&ann, "νικος.παπας").await;
    app.name_as_before(&bob, "straße").await;
    app.name_as_before(&eve, "strasse").await;
    assert_eq!(owner(&app, "ΝΙΚΟΣ.ΠΑΠΑΣ").await, None);
    let users = Users(app.app().store());

    assert_eq!(users.take_spellings().await.unwrap(), 1);

    assert_eq!(owner(&app, "ΝΙΚΟΣ.ΠΑΠΑΣ").await, Some(ann.id.to_string()));
    assert_eq!(owner(&app, "straße").await, Some(bob.id.to_string()));
    assert_eq!(owner(&app, "STRASSE").await, Some(eve.id.to_string()));
    expect_taken(&app, &bobs, "νικοσ.παπασ").await;
    assert_eq!(users.take_spellings().await.unwrap(), 0);
    take(&app, &tokens, "ann.m").await;
    take(&app, &bobs, "νικοσ.παπασ").await;
}

#[tokio::test]
async fn a_spelling_that_another_takes_meanwhile_is_not_taken_from_them() {
    let app = TestApp::start_watched().await;
    let (ann, tokens) = logged_in(&app).await;
    let (bob, _) = another(&app).await;
    app.name_as_before(&ann, "straße").await;
    let users = Users(app.app().store());

    let take = app.own_username(&bob, "strasse");
    let taken = Box::pin(users.take_spellings());
    let taken = app.held_at("TransactWriteItems", taken, take);
    assert_eq!(taken.await.unwrap(), 0);
    assert_eq!(owner(&app, "STRASSE").await, Some(bob.id.to_string()));

    // Nor is it when the name is given up whose spelling it is.
    app.aws()
        .remove(&app.table("identity"), "USERNAME#strasse", "OWNER")
        .await;
    let give_up = change_call(&tokens.access, &json!({ "username": "ann.m" }));
    let take = app.own_username(&bob, "strasse");
    let answer = app.call_held_at("TransactWriteItems", give_up, take).await;
    let _ = answer.expect(200);
    assert_eq!(owner(&app, "STRASSE").await, Some(bob.id.to_string()));
}

#[tokio::test]
async fn a_name_that_is_given_up_meanwhile_is_given_no_spelling() {
    let app = TestApp::start_watched().await;
    let ann = app.member("ann@example.com").await;
    app.name_as_before(&ann, "straße").await;
    let users = Users(app.app().store());

    let give_up = app.edit_user(ann.id, "username", json!({"S": "ann.m"}));
    let taken = Box::pin(users.take_spellings());
    let taken = app.held_at("TransactWriteItems", taken, give_up);

    assert_eq!(taken.await.unwrap(), 0);
    assert_eq!(owner(&app, "STRASSE").await, None);
}

#[tokio::test]
async fn a_table_that_fails_gives_no_spelling() {
    let app = TestApp::start_watched().await;
    let ann = app.member("ann@example.com").await;
    app.name_as_before(&ann, "straße").await;
    let users = Users(app.app().store());
    app.dynamodb()
        .fail_next_of("Scan", 4, &accounts_testing::Fault::fail());

    assert!(users.take_spellings().await.is_err());

    assert_eq!(owner(&app, "STRASSE").await, None);
    assert_eq!(users.take_spellings().await.unwrap(), 1);
}
