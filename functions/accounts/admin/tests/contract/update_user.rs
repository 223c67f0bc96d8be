mod meanwhile;

use accounts::account::{Administration, User, Users};
use accounts::actions;
use accounts_testing::{Answer, Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use kernel::role::Role;
use serde_json::{Value, json};

fn update_call(admin: &LoggedIn, person: &Person, body: &Value) -> Call {
    Call::new("PATCH", &format!("/api/v1/users/{}", person.id))
        .with_token(&admin.access)
        .with_header("content-type", "application/json")
        .with_body(body.to_string())
}

async fn update(app: &TestApp, admin: &LoggedIn, person: &Person, body: Value) -> Answer {
    app.call(update_call(admin, person, &body)).await
}

#[tokio::test]
async fn a_role_changes_and_the_log_says_from_what_to_what() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let (person, tokens) = app.member_logged_in("ann@example.com").await;

    let answer = update(&app, &admin, &person, json!({"role": "parent"}))
        .await
        .expect(200);

    assert_eq!(
        (
            answer.text("id"),
            answer.text("role"),
            &answer.json["is_active"]
        ),
        (person.id.to_string().as_str(), "parent", &json!(true))
    );
    assert_eq!(
        app.me(&tokens.access).await.expect(200).text("role"),
        "parent"
    );
    let entries = app.audit_of("ROLE_CHANGED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], me.id.to_string());
    assert_eq!(entries[0]["object"], format!("user/{}", person.id));
    assert_eq!(
        entries[0]["changes"],
        json!([{"field": "role", "before": "user", "after": "parent"}])
    );
    assert_eq!(app.audit_of("USER_CHANGED").await.len(), 0);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_021_a_locked_account_is_out_at_once_and_its_sessions_stay_over() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let (person, tokens) = app.member_logged_in("ann@example.com").await;

    let answer = update(&app, &admin, &person, json!({"is_active": false}))
        .await
        .expect(200);

    assert_eq!(answer.json["is_active"], false);
    app.me(&tokens.access)
        .await
        .expect_error(401, "not_authenticated");
    let entries = app.audit_of("USER_CHANGED").await;
    assert_eq!(
        entries[0]["changes"],
        json!([{"field": "is_active", "before": "true", "after": "false"}])
    );

    let answer = update(&app, &admin, &person, json!({"is_active": true}))
        .await
        .expect(200);
    assert_eq!(answer.json["is_active"], true);
    app.expect_over(&tokens).await;
    app.advance(SignedDuration::from_mins(11));
    let again = app.log_in(&person).await;
    let _ = app.me(&again.access).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn both_change_together_with_an_entry_each() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;

    let answer = update(
        &app,
        &admin,
        &person,
        json!({"role": "teen", "is_active": false}),
    )
    .await
    .expect(200);

    assert_eq!(
        (answer.text("role"), &answer.json["is_active"]),
        ("teen", &json!(false))
    );
    assert_eq!(app.audit_of("ROLE_CHANGED").await.len(), 1);
    assert_eq!(app.audit_of("USER_CHANGED").await.len(), 1);
    app.deliver().await;
}

#[tokio::test]
async fn what_stays_is_not_recorded() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let before = app.audit().await.len();

    for body in [
        json!({}),
        json!({"role": "user"}),
        json!({"role": null, "is_active": true}),
    ] {
        let answer = update(&app, &admin, &person, body).await.expect(200);
        assert_eq!(answer.text("role"), "user");
    }

    assert_eq!(app.audit().await.len(), before);
}

#[tokio::test]
async fn abuse_040_nothing_else_of_an_account_can_be_changed() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let before = app.stored(&person).await;
    let body = json!({
        "id": "019bc0f2-6d40-7c31-9a57-2f6b1c8e4d10", "email": "eve@example.com", "password": "eves own password",
        "email_verified": false, "disabled": true, "is_staff": true, "sessions_valid_from": 0, "factor_since": 1,
    });

    let _ = update(&app, &admin, &person, body).await.expect(200);

    assert_eq!(app.stored(&person).await, before);
}

#[tokio::test]
async fn wrong_values_are_a_400() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    for (body, field) in [
        (json!({"role": "root"}), "role"),
        (json!({"role": "Admin"}), "role"),
        (json!({"role": ""}), "role"),
        (json!({"role": 1}), "role"),
        (json!({"is_active": "false"}), "is_active"),
        (json!({"is_active": 0}), "is_active"),
    ] {
        let answer = update(&app, &admin, &person, body).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{}", answer.json);
    }
}

#[tokio::test]
async fn nobody_changes_their_own_account() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    for body in [
        json!({"role": "user"}),
        json!({"is_active": false}),
        json!({}),
    ] {
        update(&app, &admin, &me, body)
            .await
            .expect_error(409, "own_account");
    }
    assert_eq!(
        app.me(&admin.access).await.expect(200).text("role"),
        "admin"
    );
}

#[tokio::test]
async fn two_changes_at_once_are_both_made_or_one_is_told() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let roles = ["parent", "teen", "child", "flatmate", "observer", "admin"];

    let calls = roles.map(|role| update_call(&admin, &person, &json!({ "role": role })));
    let answers = app.call_all(calls).await;

    let made = answers.iter().filter(|answer| answer.status == 200).count();
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.expect_error(409, "changed_meanwhile");
    }
    // The log tells one story: each change begins where the one before it ended.
    let mut entries = app.audit_of("ROLE_CHANGED").await;
    assert_eq!(entries.len(), made);
    let mut role = "user".to_owned();
    while !entries.is_empty() {
        let next = entries
            .iter()
            .position(|entry| entry["changes"][0]["before"] == role.as_str());
        let entry = entries.swap_remove(next.expect("a change that begins here"));
        entry["changes"][0]["after"]
            .as_str()
            .unwrap()
            .clone_into(&mut role);
    }
    assert_eq!(app.stored(&person).await["role"], role);
    app.deliver().await;
}

/// Takes the role of administrators away, past the checks of the endpoint. False if that is not done.
async fn demote(app: &TestApp, by: &Person, before: &User) -> bool {
    let entry = app.app().audit(actions::ROLE_CHANGED);
    let change = Administration {
        by: by.id,
        before,
        role: Role::User,
        disabled: false,
        notices: &[],
        audits: &[entry.by(by.id).on(before.id)],
    };
    let users = Users(app.app().store());
    users
        .administer(&change, app.now())
        .await
        .unwrap()
        .is_some()
}

/// Its session must not come back when the account is unlocked, nor have the role of administrators.
#[tokio::test]
async fn abuse_021_a_log_in_while_its_account_is_locked_or_promoted_does_not_outlive_that() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    for (email, body) in [
        ("ann@example.com", json!({"is_active": false})),
        ("bob@example.com", json!({"role": "admin"})),
    ] {
        let person = app.member(email).await;
        let change = update_call(&admin, &person, &body);
        let log_in = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);

        let answer = app.call_with_another_meanwhile(change, log_in).await;

        let _ = answer.expect(200);
        let user = app.stored(&person).await;
        let [proof, valid] = ["last_proof_at", "sessions_valid_from"]
            .map(|name| user[name].as_str().unwrap().parse::<i64>().unwrap());
        assert!(proof < valid, "{user}");
    }
    app.deliver().await;
}

/// The accounts that may administer and log in.
async fn administrators(app: &TestApp, people: [&Person; 2]) -> usize {
    let mut count = 0;
    for person in people {
        let account = app.stored(person).await;
        let may = app.granted(person).await == "admin" && account["disabled"] != true;
        count += usize::from(may);
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_administrators_who_demote_or_lock_each_other_one_stays() {
    for body in [json!({"role": "user"}), json!({"is_active": false})] {
        for _ in 0..8 {
            let app = TestApp::start().await;
            let (ann, of_ann) = app.admin().await;
            let bob = app.member_with_role("bob@example.com", "admin").await;
            let of_bob = app.log_in(&bob).await;

            let calls = [
                update_call(&of_ann, &bob, &body),
                update_call(&of_bob, &ann, &body),
            ];
            let answers = app.call_all(calls).await;

            assert_eq!(administrators(&app, [&ann, &bob]).await, 1, "{answers:?}");
            let made = answers.iter().filter(|answer| answer.status == 200);
            assert_eq!(made.count(), 1, "{answers:?}");
            app.deliver().await;
        }
    }
}

/// Both have looked each other up before either writes: what is left between them is the condition alone.
#[tokio::test]
async fn an_administrator_who_is_none_any_more_changes_nothing() {
    let app = TestApp::start().await;
    let (ann, _) = app.admin().await;
    let bob = app.member_with_role("bob@example.com", "admin").await;
    let users = Users(app.app().store());
    let [as_ann, as_bob] = [
        users.lookup(ann.id).await.unwrap().unwrap(),
        users.lookup(bob.id).await.unwrap().unwrap(),
    ];

    assert!(demote(&app, &ann, &as_bob).await);
    assert!(!demote(&app, &bob, &as_ann).await);

    assert_eq!(app.granted(&ann).await, "admin");
    assert_eq!(app.granted(&bob).await, Value::Null);
    assert_eq!(app.stored(&bob).await["role"], "user");
}

#[tokio::test]
async fn a_grant_comes_and_goes_with_the_role_of_administrators() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;

    for (role, granted) in [
        ("parent", Value::Null),
        ("admin", json!("admin")),
        ("teen", Value::Null),
    ] {
        let answer = update(&app, &admin, &person, json!({ "role": role })).await;
        assert_eq!(answer.expect(200).text("role"), role);
        assert_eq!(app.granted(&person).await, granted, "{role}");
        let tokens = app.log_in_by_password(&person).await;
        let list = Call::get("/api/v1/users").with_token(&tokens.access);
        let answer = app.call(list).await;
        assert_eq!(answer.status == 403, granted.is_null(), "{}", answer.json);
    }
    app.deliver().await;

    // Within a minute, and none is taken for a repetition of another.
    let entries = app.audit_of("ROLE_CHANGED").await;
    let mut told: Vec<_> = entries
        .iter()
        .map(|entry| entry["changes"][0]["after"].as_str().unwrap())
        .collect();
    told.sort_unstable();
    assert_eq!(told, ["admin", "parent", "teen"]);
}

#[tokio::test]
async fn abuse_103_an_account_that_only_says_it_is_an_administrators_administers_nobody() {
    let app = TestApp::start().await;
    let (ann, admin) = app.admin().await;
    let eve = app.member("eve@example.com").await;
    app.say_role(&eve, "admin").await;
    let users = Users(app.app().store());

    let of_ann = users.lookup(ann.id).await.unwrap().unwrap();
    assert!(!demote(&app, &eve, &of_ann).await);
    assert_eq!(app.granted(&ann).await, "admin");

    // Nor does a change of something else make it one.
    for active in [false, true] {
        let body = json!({"role": "admin", "is_active": active});
        let _ = update(&app, &admin, &eve, body).await.expect(200);
        assert_eq!(app.granted(&eve).await, Value::Null);
    }
    app.deliver().await;
}
