//! Taking one's data along, and going.

use end_to_end::{Member, Stack, Visitor, eventually};
use serde_json::{Value, json};
use test_support::{Http, machine_time};

/// Whether any item names a member, by id or address.
fn tells_of(items: &[Value], member: &Member) -> bool {
    items.iter().any(|item| {
        let text = item.to_string();
        text.contains(&member.id) || text.contains(&member.email)
    })
}

#[tokio::test]
async fn a_copy_of_all_own_data_is_mailed_as_a_link_and_holds_no_secret() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let visitor = &member.visitor;

    let asked = visitor
        .post_as(&tokens.access, "/api/v1/users/me/export", &json!({}))
        .await
        .expect(202);
    let id = asked.text("export_id");
    let mail = stack.mail_to(&member.email, "copy of your").await;
    let page = format!("{}/exports/{id}", stack.output("FrontendUrl"));
    assert!(mail.text.contains(&page), "{}", mail.text);

    let target = format!("/api/v1/users/me/exports/{id}");
    let ready = visitor.get_as(&tokens.access, &target).await.expect(200);
    assert_eq!(ready.json["expires_in"], 300);
    let url = ready.text("url");
    let (status, headers, body) = Http::default().get(url).await;
    assert_eq!(status, 200);
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let text = String::from_utf8(body.to_vec()).unwrap();
    let copy: Value = serde_json::from_str(&text).unwrap();
    assert!(copy.is_object() && text.contains(&member.email));
    for secret in [
        &member.password,
        "$argon2id$",
        &tokens.access,
        &member.token,
    ] {
        assert!(!text.contains(secret), "{secret} is in the copy");
    }
    let (unsigned, _) = url.split_once('?').unwrap();
    let (status, _, _) = Http::default().get(unsigned).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn an_account_that_is_to_be_deleted_is_closed_until_its_owner_keeps_it() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let visitor = &member.visitor;
    let target = "/api/v1/users/me/deletion";

    let wrong = json!({"password": "not it"});
    let answer = visitor.post_as(&tokens.access, target, &wrong).await;
    answer.expect_error(403, "wrong_password");
    let right = json!({"password": member.password});
    let asked = visitor.post_as(&tokens.access, target, &right).await;
    assert!((200..300).contains(&asked.status), "{}", asked.json);

    let me = visitor.me(&tokens.access).await;
    me.expect_error(401, "not_authenticated");
    stack.mail_to(&member.email, "will be deleted").await;
    let mailed = stack.token_for(&member.email, "cancel-deletion").await;
    let closed = visitor.log_in(&member.email, &member.password).await;
    closed.expect_error_with(403, "deletion_pending", &["deletion"]);
    // The newest link alone is good: the one that the door gave.
    let token = closed.json["deletion"]["cancel_token"].as_str().unwrap();
    assert_ne!(token, mailed);
    let cancel = "/api/v1/users/me/deletion/cancel";
    let request = end_to_end::Request::post(cancel, &json!({ "token": token }));
    let _ = visitor.send(request).await.expect(200);

    let tokens = member.sign_in().await;
    let _ = visitor.me(&tokens.access).await.expect(200);
}

#[tokio::test]
async fn abuse_045_an_account_whose_time_is_over_goes_once_and_leaves_an_id() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let _ = member.show_picture(&tokens).await;
    let asked = member
        .visitor
        .post_as(&tokens.access, "/api/v1/users/me/export", &json!({}))
        .await;
    let _ = asked.expect(202);
    stack.mail_to(&member.email, "copy of your").await;
    let folders =
        ["uploads", "avatars", "exports"].map(|folder| format!("{folder}/{}/", member.id));
    for folder in &folders[1..] {
        assert!(!stack.files(folder).await.is_empty(), "{folder} is empty");
    }
    eventually("the account in the people table", async || {
        let entries = stack.scan("PeopleTable").await;
        tells_of(&entries, &member).then_some(())
    })
    .await;

    let right = json!({"password": member.password});
    let calls = (0..5).map(async |_| {
        let target = "/api/v1/users/me/deletion";
        let visitor = &member.visitor;
        visitor.post_as(&tokens.access, target, &right).await.status
    });
    let statuses = futures_util::future::join_all(calls).await;
    let deletions = statuses
        .iter()
        .filter(|status| (200..300).contains(*status));
    assert_eq!(deletions.count(), 1, "{statuses:?}");
    stack.mail_to(&member.email, "will be deleted").await;

    let yesterday = machine_time().as_millisecond() - 86_400_000;
    let past = json!({"N": yesterday.to_string()});
    stack
        .edit_account(&member.id, "deletion_due_at", past)
        .await;
    let due = json!({"S": format!("{yesterday:013}#{}", member.id)});
    stack.edit_account(&member.id, "due_sk", due).await;
    for _ in 0..2 {
        stack.fire_schedule_of("purge_accounts").await;
    }

    eventually("the account to be gone", async || {
        member.stored().await.is_null().then_some(())
    })
    .await;
    let tasks = stack.tasks_about("delete_account", &member.id).await;
    assert_eq!(tasks.len(), 1);
    eventually("the work to be recorded", async || {
        let tasks = stack.tasks_about("delete_account", &member.id).await;
        (tasks[0]["state"]["S"] == "SUCCESS").then_some(())
    })
    .await;
    assert!(!tells_of(&stack.scan("IdentityTable").await, &member));
    eventually("the people table to follow", async || {
        let entries = stack.scan("PeopleTable").await;
        (!tells_of(&entries, &member)).then_some(())
    })
    .await;
    for folder in &folders {
        assert_eq!(stack.files(folder).await, [""; 0], "{folder}");
    }
    let entries = stack.scan("AuditTable").await;
    let own = entries
        .iter()
        .filter(|entry| entry["actor"]["S"] == member.id.as_str());
    let mut count = 0;
    for entry in own {
        count += 1;
        for attribute in ["client", "agent"] {
            let left = entry[attribute]["S"].as_str().unwrap_or_default();
            assert_eq!(left, "", "{entry}");
        }
    }
    assert!(count > 0);

    // The address is anybody's again.
    let _ = Visitor::new(&stack)
        .register(&member.email, &member.password)
        .await
        .expect(201);
}
