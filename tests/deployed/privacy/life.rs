//! All that can happen to an account, with every secret of it.

use end_to_end::{Authenticator, Member, Stack, Tokens, unique_password};
use serde_json::json;

use super::results;

/// Does all that an account can do and suffer; gives its address and every secret of it.
pub(super) async fn live_a_life(stack: &Stack) -> (String, Vec<String>) {
    let member = Member::join(stack).await;
    let visitor = &member.visitor;
    let mut secrets = vec![member.password.clone(), member.token.clone()];

    let _ = visitor
        .register(&member.email, &member.password)
        .await
        .expect(400);
    let _ = visitor.resend_verification(&member.email).await.expect(200);
    results(stack, "send_verification", &member.email).await;
    let code = member.fresh_code().await;
    let mistyped = format!("{}x", &code[..5]);
    let _ = visitor
        .verify_code(&member.email, &mistyped)
        .await
        .expect(400);
    let logged_in = visitor.verify_code(&member.email, &code).await.expect(200);
    let _ = visitor.verify_code(&member.email, &code).await.expect(400);
    let first = Tokens::of(&logged_in);
    let second = Tokens::of(&visitor.refresh(&first.refresh).await.expect(200));
    let third = Tokens::of(&visitor.refresh(&second.refresh).await.expect(200));
    let _ = visitor.me(&third.access).await.expect(200);
    let _ = visitor.refresh(&first.refresh).await.expect(401);
    let _ = visitor.me(&third.access).await.expect(401);
    stack.mail_to(&member.email, "Welcome").await;
    stack.mail_to(&member.email, "session was ended").await;
    results(stack, "send_security_notice", &member.id).await;
    let last = go_on(stack, &member, &mut secrets).await;

    secrets.push(code);
    for tokens in [first, second, third, last] {
        for token in [tokens.access, tokens.refresh] {
            // A token without its signature is worth nothing, but it has no business there either.
            let signature = token.rsplit('.').next().unwrap_or_default().to_owned();
            secrets.extend([signature, token]);
        }
    }
    (member.email, secrets)
}

/// The same with passwords, a second factor and a copy of all data; gives the tokens it ended up with.
async fn go_on(stack: &Stack, member: &Member, secrets: &mut Vec<String>) -> Tokens {
    let visitor = &member.visitor;
    let mistyped = unique_password();
    let _ = visitor.log_in(&member.email, &mistyped).await.expect(401);
    let chosen = unique_password();
    let _ = visitor.forget_password(&member.email).await.expect(200);
    let reset = stack.token_for(&member.email, "reset-password").await;
    let _ = visitor.reset_password(&reset, &chosen).await.expect(200);
    let denial = stack.token_for(&member.email, "not-me").await;
    let tokens = Tokens::of(&visitor.log_in(&member.email, &chosen).await.expect(200));

    let mut owner = member.clone();
    owner.password.clone_from(&chosen);
    let (mut app, codes) = Authenticator::set_up(stack, &owner, &tokens).await;
    let asked = visitor.log_in(&member.email, &chosen).await.expect(200);
    let challenge = asked.text("challenge").to_owned();
    let proof = app.code().await;
    let answer = visitor.answer_challenge(&challenge, ("code", &proof)).await;
    let tokens = Tokens::of(&answer.expect(200));
    let asked = visitor
        .post_as(&tokens.access, "/api/v1/users/me/export/", &json!({}))
        .await;
    let _ = asked.expect(202);
    stack.mail_to(&member.email, "copy of your").await;

    secrets.extend([mistyped, chosen, reset, denial, challenge, proof]);
    secrets.push(app.secret().to_owned());
    secrets.extend(codes);
    tokens
}
