//! What administrators see and change, over all the functions it takes.

use end_to_end::{Member, Request, Stack, Visitor, eventually, unique_address};
use serde_json::{Value, json};

/// The part of an address before the @, which no other account has.
fn local_part(email: &str) -> &str {
    email.split('@').next().unwrap_or_default()
}

fn patch(target: &str, body: &Value, token: &str) -> Request {
    Request::new("PATCH", target)
        .with_body(&body.to_string())
        .with_token(token)
}

#[tokio::test]
async fn a_new_member_is_found_and_locked_and_the_log_says_by_whom() {
    let stack = Stack::deployed();
    let admin = Member::join(&stack).await;
    let admins = admin.sign_in_as_admin().await;
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let visitor = &admin.visitor;

    let search = format!("/api/v1/users?search={}", local_part(&member.email));
    let found = eventually("the member in the list", async || {
        let list = visitor.get_as(&admins.access, &search).await.expect(200);
        let first = list.json["results"][0].clone();
        (first["email_verified"] == true).then_some(list.json)
    })
    .await;
    assert_eq!(
        found["results"].as_array().map(Vec::len),
        Some(1),
        "{found}"
    );
    assert_eq!(found["results"][0]["id"], member.id.as_str());

    let target = format!("/api/v1/users/{}", member.id);
    let lock = patch(&target, &json!({"is_active": false}), &admins.access);
    let _ = visitor.send(lock).await.expect(200);
    let me = member.visitor.me(&tokens.access).await;
    me.expect_error(401, "not_authenticated");
    let closed = member.visitor.log_in(&member.email, &member.password).await;
    closed.expect_error(401, "invalid_credentials");
    let filter = format!("{search}&is_active=false");
    eventually("the lock in the list", async || {
        let list = visitor.get_as(&admins.access, &filter).await.expect(200);
        (list.json["results"][0]["id"] == member.id.as_str()).then_some(())
    })
    .await;

    let log = format!("/api/v1/admin/audit-log?object=user/{}", member.id);
    let log = visitor.get_as(&admins.access, &log).await.expect(200);
    let entries = log.json["results"].as_array().unwrap();
    let change = entries
        .iter()
        .find(|entry| entry["action"] == "USER_CHANGED");
    let change = change.unwrap_or_else(|| panic!("{}", log.json));
    assert_eq!(change["changes"][0]["before"], "true", "{change}");
    assert_eq!(change["changes"][0]["after"], "false", "{change}");
    assert!(change.to_string().contains(&admin.id), "{change}");

    let own = format!("/api/v1/users/{}", admin.id);
    let own = patch(&own, &json!({"role": "user"}), &admins.access);
    visitor.send(own).await.expect_error(409, "own_account");
}

#[tokio::test]
async fn an_administrator_sees_the_state_of_codes_and_links_and_never_what_is_in_them() {
    let stack = Stack::deployed();
    let admin = Member::join(&stack).await;
    let admins = admin.sign_in_as_admin().await;
    let member = Member::join(&stack).await;
    let code = member.fresh_code().await;
    let _ = member
        .visitor
        .forget_password(&member.email)
        .await
        .expect(200);
    let token = stack.token_for(&member.email, "reset-password").await;

    for (list, secret) in [
        ("otps", &code),
        ("password-resets", &token),
        ("verifications", &member.token),
    ] {
        let target = format!("/api/v1/admin/{list}?email={}", member.email);
        let shown = eventually(list, async || {
            let list = admin
                .visitor
                .get_as(&admins.access, &target)
                .await
                .expect(200);
            let is_there = list.json["results"][0].is_object();
            is_there.then_some(list.json)
        })
        .await;
        let text = shown.to_string();
        assert!(!text.contains(secret.as_str()), "{list}: {text}");
        assert!(
            !text.contains("hash") && !text.contains("digest"),
            "{list}: {text}"
        );
        assert!(shown["results"][0]["state"].is_string(), "{list}: {text}");
    }
}

#[tokio::test]
async fn the_log_is_given_out_as_a_file_that_no_spreadsheet_runs() {
    let stack = Stack::deployed();
    let admin = Member::join(&stack).await;
    let admins = admin.sign_in_as_admin().await;
    let hostile = Request::post(
        "/api/v1/auth/token",
        &json!({"login": admin.email, "password": admin.password}),
    );
    let hostile = hostile.with_header("user-agent", "=HYPERLINK(\"https://evil.example\")");
    let _ = admin.visitor.send(hostile).await.expect(200);

    let target = format!("/api/v1/admin/audit-log?user={}&format=csv", admin.id);
    let file = admin
        .visitor
        .get_as(&admins.access, &target)
        .await
        .expect(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").starts_with("attachment"));
    let text = String::from_utf8(file.body.to_vec()).unwrap();
    assert!(text.contains("HYPERLINK"), "{text}");
    for line in text.lines() {
        for cell in line.split(',') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '@', '-']), "{cell}");
        }
    }
}

#[tokio::test]
async fn an_address_left_before_the_opening_is_confirmed_by_mail_and_listed() {
    let stack = Stack::deployed();
    let visitor = Visitor::new(&stack);
    let email = unique_address("early");
    let body = json!({ "email": email });
    let ask = async || {
        let request = Request::post("/api/v1/pre-registrations", &body);
        visitor.send(request).await
    };
    let first = ask().await;
    assert!((200..300).contains(&first.status), "{}", first.json);
    let token = stack.token_for(&email, "pre-registration").await;
    let confirm = json!({ "token": token });
    let request = Request::post("/api/v1/pre-registrations/confirm", &confirm);
    let _ = visitor.send(request).await.expect(200);
    let second = ask().await;
    assert_eq!((second.status, second.json), (first.status, first.json));

    let admin = Member::join(&stack).await;
    let admins = admin.sign_in_as_admin().await;
    let list = "/api/v1/pre-registrations?page_size=100";
    eventually("the address in the list", async || {
        let list = admin.visitor.get_as(&admins.access, list).await.expect(200);
        list.json.to_string().contains(&email).then_some(())
    })
    .await;
}

#[tokio::test]
async fn abuse_102_a_stale_session_promotes_nobody_and_of_a_promotion_every_administrator_hears() {
    let stack = Stack::deployed();
    let [admin, other, eve] = [
        Member::join(&stack).await,
        Member::join(&stack).await,
        Member::join(&stack).await,
    ];
    let admins = admin.sign_in_as_admin().await;
    let _ = other.sign_in_as_admin().await;
    let stolen = eve.sign_in().await;
    let visitor = &admin.visitor;
    for one in [&admin, &other] {
        let search = format!("/api/v1/users?role=admin&search={}", local_part(&one.email));
        eventually("the administrator in the list", async || {
            let list = visitor.get_as(&admins.access, &search).await.expect(200);
            (list.json["results"][0]["id"] == one.id.as_str()).then_some(())
        })
        .await;
    }
    let target = format!("/api/v1/users/{}", eve.id);
    let promote = || patch(&target, &json!({"role": "admin"}), &admins.access);

    stack.age_session(&admin.id, &admins.session_id()).await;
    let refused = visitor.send(promote()).await;
    refused.expect_error(403, "reauthentication_required");
    let file = "/api/v1/admin/audit-log?format=csv";
    let refused = visitor.get_as(&admins.access, file).await;
    refused.expect_error(403, "reauthentication_required");

    let proof = json!({ "password": admin.password });
    let prove = visitor.post_as(&admins.access, "/api/v1/auth/reauthenticate", &proof);
    let _ = prove.await.expect(204);
    let _ = visitor.send(promote()).await.expect(200);

    let me = eve.visitor.me(&stolen.access).await;
    me.expect_error(401, "not_authenticated");
    stack.mail_to(&eve.email, "You are an administrator").await;
    for one in [&admin, &other] {
        let told = eventually("the notice of the promotion", async || {
            let mails = stack.mails_to(&one.email).await.into_iter();
            mails
                .filter(|mail| mail.subject.contains("has a new administrator"))
                .find(|mail| mail.text.contains(&eve.email))
        })
        .await;
        assert!(told.text.contains(&admin.email), "{}", told.text);
    }
}
