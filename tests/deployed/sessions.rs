//! Refresh tokens, and what ends a session, on functions that run apart from each other.

use end_to_end::{Member, Stack, Tokens, Visitor};
use futures_util::future::join_all;
use serde_json::{Value, json};
use test_support::machine_time;

async fn session(stack: &Stack, member: &Member, tokens: &Tokens) -> Value {
    let sk = format!("SESSION#{}", tokens.session_id());
    stack
        .identity_item(&format!("USER#{}", member.id), &sk)
        .await
}

/// Puts the moment of the last refresh back, beyond the time in which a lost answer may be asked for again.
async fn pass_the_grace(stack: &Stack, member: &Member, tokens: &Tokens) {
    let long_ago = (machine_time().as_millisecond() - 61_000).to_string();
    let sk = format!("SESSION#{}", tokens.session_id());
    stack
        .edit_identity(
            &format!("USER#{}", member.id),
            &sk,
            "rotated_at",
            json!({ "N": long_ago }),
        )
        .await;
}

#[tokio::test]
async fn abuse_015_parallel_refreshes_make_one_successor() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let mut tokens = member.log_in().await;

    for (generation, calls) in [(2, 2), (3, 20)] {
        let answers = join_all((0..calls).map(async |_| {
            // Each from elsewhere, as a thief and an owner would be.
            Visitor::new(&stack).refresh(&tokens.refresh).await
        }))
        .await;

        let successors: Vec<Tokens> = answers
            .into_iter()
            .map(|answer| Tokens::of(&answer.expect(200)))
            .collect();
        assert!(
            successors.iter().all(|one| one.say_as(&successors[0])),
            "{successors:?}"
        );
        tokens = successors[0].clone();
        let stored = session(&stack, &member, &tokens).await;
        assert_eq!(stored["generation"]["N"], generation.to_string());
        assert_eq!(stored["revoked_at"], Value::Null);
    }
    let _ = member.visitor.me(&tokens.access).await.expect(200);
}

#[tokio::test]
async fn abuse_016_a_replayed_token_ends_the_session_and_its_owner_is_told_once() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let first = member.log_in().await;
    let second = Tokens::of(&member.visitor.refresh(&first.refresh).await.expect(200));
    let other_device = member.log_in().await;
    pass_the_grace(&stack, &member, &second).await;

    let thief = Visitor::at(&stack, "198.51.100.23");
    let answers = join_all((0..5).map(async |_| thief.refresh(&first.refresh).await)).await;

    for answer in answers {
        answer.expect_error(401, "invalid_refresh_token");
    }
    let newest = member.visitor.refresh(&second.refresh).await;
    newest.expect_error(401, "invalid_refresh_token");
    for access in [&first.access, &second.access] {
        let me = member.visitor.me(access).await;
        me.expect_error(401, "not_authenticated");
    }
    let _ = member.visitor.me(&other_device.access).await.expect(200);

    let notice = stack.mail_to(&member.email, "session was ended").await;
    assert!(notice.text.contains("198.51.100.23"), "{}", notice.text);
    let tasks = stack
        .tasks_about("send_security_notice", &second.session_id())
        .await;
    assert_eq!(tasks.len(), 1);
    let entries = stack.audit_of("TOKEN_REUSE", &member.id).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["success"]["BOOL"], false);
    assert_eq!(entries[0]["client"]["S"], "198.51.100.23");
}

#[tokio::test]
async fn abuse_019_021_what_ends_an_account_ends_its_tokens_with_the_next_call() {
    let stack = Stack::deployed();

    for end in ["disabled", "unverified", "password changed", "deleted"] {
        let member = Member::join(&stack).await;
        let tokens = member.log_in().await;
        let _ = member.visitor.me(&tokens.access).await.expect(200);
        match end {
            "disabled" => {
                let value = json!({"BOOL": true});
                stack.edit_account(&member.id, "disabled", value).await;
            }
            "unverified" => {
                let value = json!({"BOOL": false});
                stack
                    .edit_account(&member.id, "email_verified", value)
                    .await;
            }
            "password changed" => {
                let value = json!({"N": machine_time().as_millisecond().to_string()});
                stack
                    .edit_account(&member.id, "sessions_valid_from", value)
                    .await;
            }
            _ => {
                stack
                    .remove_identity(&format!("USER#{}", member.id), "USER")
                    .await;
            }
        }

        let me = member.visitor.me(&tokens.access).await;
        me.expect_error(401, "not_authenticated");
        let refreshed = member.visitor.refresh(&tokens.refresh).await;
        refreshed.expect_error(401, "invalid_refresh_token");
    }
}

#[tokio::test]
async fn abuse_021_a_changed_role_shows_with_the_next_call() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.log_in().await;
    let before = member.visitor.me(&tokens.access).await.expect(200);
    assert_eq!(before.text("role"), "user");

    stack
        .edit_account(&member.id, "role", json!({"S": "admin"}))
        .await;

    let after = member.visitor.me(&tokens.access).await.expect(200);
    assert_eq!(after.text("role"), "admin");
}

#[tokio::test]
async fn abuse_023_no_token_stands_for_another() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.log_in().await;

    for wrong in [&tokens.refresh, &member.token] {
        let me = member.visitor.me(wrong).await;
        me.expect_error(401, "not_authenticated");
    }
    for wrong in [&tokens.access, &member.token] {
        let refreshed = member.visitor.refresh(wrong).await;
        refreshed.expect_error(401, "invalid_refresh_token");
    }
    let verified = member.visitor.verify_email(&tokens.access).await;
    verified.expect_error(400, "invalid_token");
}
