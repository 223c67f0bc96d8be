//! The index of people follows the accounts, whatever the stream does.

use accounts_testing::{Call, Fault, TestApp};
use serde_json::{Value, json};

const TABLE: fn(&TestApp) -> String = |app| app.table("people");

/// The entries of the index, in their order.
pub(crate) async fn entries(app: &TestApp) -> Vec<Value> {
    let mut entries = app.scan(&TABLE(app)).await;
    entries.sort_by_key(|entry| format!("{} {}", entry["pk"], entry["sk"]));
    entries
}

#[tokio::test]
async fn an_account_is_listed_once_it_is_made_changed_and_gone() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app
        .member_called("ann@example.com", "", "Ann", "Miller")
        .await;
    let search = async |text: &str| {
        let call = Call::get(&format!("/api/v1/users?search={text}")).with_token(&admin.access);
        app.call(call).await.expect(200).json["results"].take()
    };
    assert_eq!(search("ann").await, json!([]));

    app.index().await;
    assert_eq!(search("ann").await[0]["role"], "user");
    let made = entries(&app).await.len();

    app.change_role(&person, "teen").await;
    app.index().await;
    assert_eq!(search("ann").await[0]["role"], "teen");
    assert_eq!(
        entries(&app).await.len(),
        made,
        "what was left behind would be listed twice"
    );

    app.delete_account(&person).await;
    app.index().await;
    assert_eq!(search("ann").await, json!([]));
    assert!(
        !entries(&app)
            .await
            .iter()
            .any(|entry| entry.to_string().contains(&person.id.to_string()))
    );
}

#[tokio::test]
async fn changes_that_come_twice_or_together_leave_the_same() {
    let app = TestApp::start().await;
    let person = app
        .member_called("ann@example.com", "", "Ann", "Miller")
        .await;
    let made = app.account_changes().await;
    app.change_role(&person, "teen").await;
    let changed = app.account_changes().await;
    app.disable(&person).await;
    let locked = app.account_changes().await;
    let all = [made.clone(), changed.clone(), locked.clone()].concat();
    for records in [&made, &changed, &locked] {
        app.index_records(records).await;
    }
    let expected = entries(&app).await;

    app.index_records(&all).await;
    assert_eq!(entries(&app).await, expected);
    app.index_records(&locked).await;
    assert_eq!(entries(&app).await, expected);
    // A batch that broke off, and comes again from its beginning.
    for records in [&made, &changed, &made, &changed, &locked] {
        app.index_records(records).await;
    }
    assert_eq!(entries(&app).await, expected);
}

#[tokio::test]
async fn no_secret_of_an_account_is_in_the_index() {
    let app = TestApp::start().await;
    let person = app
        .member_called("ann@example.com", "ann.m", "Ann", "Miller")
        .await;
    let _ = app.log_in(&person).await;
    app.index().await;

    let mut known: Vec<String> = entries(&app)
        .await
        .iter()
        .flat_map(|entry| {
            entry
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        })
        .collect();
    known.sort_unstable();
    known.dedup();

    let expected = [
        "created_at",
        "email",
        "email_verified",
        "first_name",
        "id",
        "is_active",
        "last_name",
        "pk",
        "role",
        "sk",
        "term",
        "username",
    ];
    assert_eq!(known, expected);
}

#[tokio::test]
async fn what_lists_do_not_show_is_not_written() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    app.index().await;
    let _ = app.log_in(&person).await;
    let records = app.account_changes().await;
    assert_eq!(records.len(), 1, "a log-in changes the account");
    app.dynamodb().forget();

    app.index_records(&records).await;

    assert_eq!(app.dynamodb().seen(), Vec::<String>::new());
}

#[tokio::test]
async fn other_items_of_the_table_are_passed_over() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let mut records = app.account_changes().await;
    for sk in [
        "SESSION#019bc0f2-6d40-7c31-9a57-2f6b1c8e4d10",
        "TOTP",
        "OWNER",
    ] {
        let mut other = records[0].clone();
        other["dynamodb"]["Keys"]["sk"]["S"] = json!(sk);
        other["dynamodb"]["NewImage"] =
            json!({"pk": {"S": format!("USER#{}", person.id)}, "sk": {"S": sk}});
        records.insert(0, other);
    }

    app.index_records(&records).await;

    assert!(!entries(&app).await.is_empty());
}

#[tokio::test]
async fn a_table_that_fails_gives_the_batch_back() {
    let app = TestApp::start_watched().await;
    app.member("ann@example.com").await;
    let records = app.account_changes().await;
    app.dynamodb().fail_always(Fault::fail());
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    let outcome = admin::index_people::index_people(app.app().clone(), event).await;
    assert!(outcome.is_err());

    app.dynamodb().heal();
    app.index_records(&records).await;
    assert!(!entries(&app).await.is_empty());
}

#[tokio::test]
async fn an_account_that_cannot_be_read_goes_to_the_dead_letters_and_holds_nobody_up() {
    let app = TestApp::start().await;
    let mut changes = Vec::new();
    for email in ["ann@example.com", "eve@example.com", "bob@example.com"] {
        let _ = app.member(email).await;
        changes.extend(app.account_changes().await);
    }
    let image = &mut changes[1]["dynamodb"]["NewImage"];
    image["created_at"] = json!({"S": "yesterday"});

    app.index_records(&changes).await;

    let listed = entries(&app).await;
    let is_listed = |email: &str| listed.iter().any(|entry| entry.to_string().contains(email));
    assert!(is_listed("ann@example.com") && is_listed("bob@example.com"));
    assert!(!is_listed("eve@example.com"));
    let dead = app.receive("index-failures", 0).await;
    assert_eq!(dead.len(), 1);
    let body = dead[0].body().unwrap();
    assert!(body.contains("USER#"), "{body}");
    assert!(!body.contains("example.com"), "{body}");
    app.leave_work_undone();
}

#[tokio::test]
async fn what_lists_show_is_marked_when_it_changes_and_a_log_in_is_not() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let path = format!("/api/v1/users/{}", person.id);
    let change = |path: &str, body: Value, token: &str| {
        Call::new("PATCH", path)
            .with_header("content-type", "application/json")
            .with_body(body.to_string())
            .with_token(token)
    };

    let session = app.log_in(&person).await;
    assert!(!app.is_to_be_listed_anew(&person).await, "logged in");
    let named = change(
        "/api/v1/users/me",
        json!({"first_name": "Anna"}),
        &session.access,
    );
    let _ = app.call(named).await.expect(200);
    assert!(app.is_to_be_listed_anew(&person).await, "named");
    for body in [json!({"role": "teen"}), json!({"is_active": false})] {
        let _ = app.log_in(&person).await;
        assert!(!app.is_to_be_listed_anew(&person).await, "before {body}");
        let _ = app
            .call(change(&path, body.clone(), &admin.access))
            .await
            .expect(200);
        assert!(app.is_to_be_listed_anew(&person).await, "{body}");
    }
    app.deliver().await;
}
