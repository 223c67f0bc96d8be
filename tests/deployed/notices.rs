//! What an owner hears of what is done in their name, and what they can do about it.

use end_to_end::{Member, Stack, Tokens, Visitor, unique_address};
use serde_json::json;

#[tokio::test]
async fn a_log_in_from_a_new_device_can_be_ended_by_its_notice_and_it_alone() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let own = member.sign_in().await;

    let stranger = Visitor::at(&stack, "198.51.100.77");
    let answer = stranger.log_in(&member.email, &member.password).await;
    let stolen = Tokens::of(&answer.expect(200));
    let notice = stack.mail_to(&member.email, "New login").await;
    assert!(notice.text.contains("198.51.100.77"), "{}", notice.text);
    let token = stack.token_for(&member.email, "not-me").await;
    let _ = member.visitor.deny(&token).await.expect(200);

    let me = stranger.me(&stolen.access).await;
    me.expect_error(401, "not_authenticated");
    let refreshed = stranger.refresh(&stolen.refresh).await;
    refreshed.expect_error(401, "invalid_refresh_token");
    let _ = member.visitor.me(&own.access).await.expect(200);
    let again = member.visitor.deny(&token).await;
    again.expect_error(400, "invalid_token");
    let entries = stack.audit_of("ACTIVITY_DENIED", &member.id).await;
    assert_eq!(entries.len(), 1);
}

#[tokio::test]
async fn an_address_that_a_thief_changed_comes_back_by_the_notice() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let (visitor, thief) = (&member.visitor, unique_address("thief"));
    let _ = visitor.forget_password(&member.email).await.expect(200);
    let old_link = stack.token_for(&member.email, "reset-password").await;

    let asked = json!({"email": thief, "password": member.password});
    let answer = visitor
        .post_as(&tokens.access, "/api/v1/users/me/email", &asked)
        .await;
    assert!((200..300).contains(&answer.status), "{}", answer.json);
    let me = visitor.me(&tokens.access).await.expect(200);
    assert_eq!(me.text("email"), member.email);
    let token = stack.token_for(&thief, "confirm-email").await;
    let confirm = json!({ "token": token });
    let request = end_to_end::Request::post("/api/v1/users/me/email/confirm", &confirm);
    let _ = visitor.send(request.clone()).await.expect(200);

    let stored = member.stored().await;
    assert_eq!(stored["email"]["S"], thief.as_str());
    let again = visitor.send(request).await;
    again.expect_error(400, "invalid_token");
    let dead = visitor
        .reset_password(&old_link, "some other password")
        .await;
    dead.expect_error(400, "invalid_token");
    let old_name = visitor.log_in(&member.email, &member.password).await;
    old_name.expect_error(401, "invalid_credentials");

    stack.mail_to(&member.email, "another e-mail address").await;
    let undo = stack.token_for(&member.email, "not-me").await;
    let _ = visitor.deny(&undo).await.expect(200);
    let stored = member.stored().await;
    assert_eq!(stored["email"]["S"], member.email.as_str());
    let me = visitor.me(&tokens.access).await;
    me.expect_error(401, "not_authenticated");
    let useless = visitor.log_in(&member.email, &member.password).await;
    useless.expect_error(401, "invalid_credentials");
    let fresh = end_to_end::eventually("a link for a new password", async || {
        let token = stack.token_for(&member.email, "reset-password").await;
        (token != old_link).then_some(token)
    })
    .await;
    let chosen = end_to_end::unique_password();
    let _ = visitor.reset_password(&fresh, &chosen).await.expect(200);
    let _ = visitor.log_in(&member.email, &chosen).await.expect(200);
}
