//! The second factor, asked for at every door.

use accounts_testing::recovery_codes;
use end_to_end::{Authenticator, Member, Stack, Tokens, unique_password};
use futures_util::future::join_all;
use serde_json::{Value, json};
use test_support::Answer;

/// The challenge of a door that asks for the second factor, and gives nothing else.
#[track_caller]
fn challenge(answer: Answer) -> String {
    let answer = answer.expect(200);
    assert_eq!(answer.json["mfa_required"], true);
    assert_eq!(answer.json["expires_in"], 300);
    assert_eq!(answer.json["methods"], json!(["totp", "recovery_code"]));
    for token in ["access", "refresh", "user"] {
        assert_eq!(answer.json[token], Value::Null);
    }
    assert_eq!(answer.header("set-cookie"), "");
    answer.text("challenge").to_owned()
}

#[tokio::test]
async fn abuse_009_028_every_door_asks_for_the_second_factor_and_gives_no_token_before() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let (mut app, codes) = Authenticator::set_up(&stack, &member, &tokens).await;
    let visitor = &member.visitor;

    let by_password = challenge(visitor.log_in(&member.email, &member.password).await);
    let me = visitor.me(&by_password).await;
    me.expect_error(401, "not_authenticated");
    let code = app.code().await;
    let answer = visitor
        .answer_challenge(&by_password, ("code", &code))
        .await;
    let in_by_password = Tokens::of(&answer.expect(200));
    let _ = visitor.me(&in_by_password.access).await.expect(200);

    let mailed = member.fresh_code().await;
    let by_code = challenge(visitor.verify_code(&member.email, &mailed).await);
    let answer = visitor
        .answer_challenge(&by_code, ("recovery_code", &codes[0]))
        .await;
    let _ = Tokens::of(&answer.expect(200));

    let _ = visitor.forget_password(&member.email).await.expect(200);
    let token = stack.token_for(&member.email, "reset-password").await;
    let chosen = unique_password();
    let _ = visitor.reset_password(&token, &chosen).await.expect(200);
    let after_reset = challenge(visitor.log_in(&member.email, &chosen).await);
    let answer = visitor
        .answer_challenge(&after_reset, ("recovery_code", &codes[1]))
        .await;
    let last = Tokens::of(&answer.expect(200));
    let me = visitor.me(&last.access).await.expect(200);
    assert_eq!(me.text("email"), member.email);
}

#[tokio::test]
async fn abuse_010_011_014_a_proof_lets_in_once() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let (mut app, codes) = Authenticator::set_up(&stack, &member, &tokens).await;
    let visitor = &member.visitor;
    let ask = async || challenge(visitor.log_in(&member.email, &member.password).await);

    // The code that set it up is spent.
    let first = ask().await;
    let replayed = visitor
        .answer_challenge(&first, ("code", &app.last_code()))
        .await;
    replayed.expect_error(400, "code_used");

    // One challenge, answered twice at once.
    let code = app.code().await;
    let answers =
        join_all((0..2).map(async |_| visitor.answer_challenge(&first, ("code", &code)).await))
            .await;
    let succeeded = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(succeeded.count(), 1);

    // One recovery code for two challenges at once.
    let challenges = [ask().await, ask().await];
    let answers = join_all(challenges.iter().map(async |challenge| {
        let proof = ("recovery_code", codes[0].as_str());
        visitor.answer_challenge(challenge, proof).await
    }))
    .await;
    let succeeded = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(succeeded.count(), 1);
}

#[tokio::test]
async fn a_factor_that_an_administrator_took_away_is_not_asked_for_and_its_sessions_are_over() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    Authenticator::set_up(&stack, &member, &tokens).await;
    let admin = Member::join(&stack).await;
    let admins = admin.sign_in_as_admin().await;

    let target = format!("/api/v1/users/{}/mfa", member.id);
    let request = end_to_end::Request::new("DELETE", &target).with_token(&admins.access);
    let answer = admin.visitor.send(request).await;
    assert!((200..300).contains(&answer.status), "{}", answer.json);

    let me = member.visitor.me(&tokens.access).await;
    me.expect_error(401, "not_authenticated");
    let _ = member.sign_in().await;
    stack.mail_to(&member.email, "no second factor").await;
}

#[tokio::test]
async fn an_owner_hears_of_a_used_recovery_code_gets_new_ones_and_takes_the_factor_away() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let (mut app, codes) = Authenticator::set_up(&stack, &member, &tokens).await;
    let visitor = &member.visitor;
    let asked = challenge(visitor.log_in(&member.email, &member.password).await);

    let answer = visitor
        .answer_challenge(&asked, ("recovery_code", &codes[0]))
        .await;
    let tokens = Tokens::of(&answer.expect(200));
    let told = stack.mail_to(&member.email, "recovery code").await;
    assert!(told.text.contains("9 recovery codes are left"));

    let fresh = json!({ "code": app.code().await });
    let renewed = visitor
        .post_as(&tokens.access, "/api/v1/auth/mfa/recovery-codes", &fresh)
        .await;
    let codes = recovery_codes(&renewed.expect(200));
    let proof = json!({ "recovery_code": codes[0] });
    let disabled = visitor
        .post_as(&tokens.access, "/api/v1/auth/mfa/totp/disable", &proof)
        .await;
    let _ = disabled.expect(204);
    stack.mail_to(&member.email, "no second factor").await;
}
