//! All that can happen to an account, with every secret of it.

use end_to_end::{
    Authenticator, Member, Request, Stack, Tokens, Visitor, unique_address, unique_password,
};
use serde_json::json;

use super::results;

/// Does all that an account can do and suffer; gives its addresses and every secret of it.
pub(super) async fn live_a_life(stack: &Stack) -> ([String; 2], Vec<String>) {
    let member = Member::join(stack).await;
    let visitor = &member.visitor;
    let mut secrets = vec![member.password.clone(), member.token.clone()];

    let _ = visitor
        .register(&member.email, &member.password)
        .await
        .expect(400);
    let resent = visitor.resend_verification(&member.email).await.expect(200);
    stack.result_of(resent.header("x-request-id")).await;
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
    let (middle, owner, recovery_code) = go_on(stack, &member, &mut secrets).await;
    let (last, address) = move_about(stack, owner, &recovery_code, &mut secrets).await;

    secrets.push(code);
    for tokens in [first, second, third, middle, last] {
        for token in [tokens.access, tokens.refresh] {
            // A token without its signature is worth nothing, but it has no business there either.
            let signature = token.rsplit('.').next().unwrap_or_default().to_owned();
            secrets.extend([signature, token]);
        }
    }
    ([member.email, address], secrets)
}

/// The same with passwords, a second factor and a copy of all data. Gives the tokens it ended up with, the member with the
/// password of now, and a recovery code.
async fn go_on(
    stack: &Stack,
    member: &Member,
    secrets: &mut Vec<String>,
) -> (Tokens, Member, String) {
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
        .post_as(&tokens.access, "/api/v1/users/me/export", &json!({}))
        .await;
    let _ = asked.expect(202);
    stack.mail_to(&member.email, "copy of your").await;

    secrets.extend([mistyped, chosen, reset, denial, challenge, proof]);
    secrets.push(app.secret().to_owned());
    let recovery_code = codes[0].clone();
    secrets.extend(codes);
    (tokens, owner, recovery_code)
}

/// The same with a recovery code, a picture, another address, a wish to be deleted that is taken back, and a place on the
/// list of before the opening. Gives the tokens and the address it ended up with.
async fn move_about(
    stack: &Stack,
    mut member: Member,
    recovery_code: &str,
    secrets: &mut Vec<String>,
) -> (Tokens, String) {
    member.visitor = Visitor::new(stack);
    let (visitor, address) = (&member.visitor, unique_address("moved"));
    let asked = visitor.log_in(&member.email, &member.password).await;
    let challenge = asked.expect(200).text("challenge").to_owned();
    let proof = ("recovery_code", recovery_code);
    let answer = visitor.answer_challenge(&challenge, proof).await;
    let tokens = Tokens::of(&answer.expect(200));
    let _ = member.show_picture(&tokens).await;

    let waiting = json!({ "email": member.email });
    let asked = visitor.send(Request::post("/api/v1/pre-registrations", &waiting));
    let _ = asked.await.expect(200);
    let waiting = stack.token_for(&member.email, "pre-registration").await;
    confirm(visitor, "/api/v1/pre-registrations/confirm", &waiting).await;

    let change = json!({"email": address, "password": member.password});
    let asked = visitor.post_as(&tokens.access, "/api/v1/users/me/email", &change);
    let _ = asked.await.expect(200);
    let moved = stack.token_for(&address, "confirm-email").await;
    confirm(visitor, "/api/v1/users/me/email/confirm", &moved).await;
    stack.mail_to(&member.email, "another e-mail address").await;
    let undo = stack.token_for(&member.email, "not-me").await;

    let password = json!({"password": member.password});
    let asked = visitor.post_as(&tokens.access, "/api/v1/users/me/deletion", &password);
    let _ = asked.await.expect(202);
    let kept = stack.token_for(&address, "cancel-deletion").await;
    confirm(visitor, "/api/v1/users/me/deletion/cancel", &kept).await;

    secrets.extend([challenge, waiting, moved, undo, kept]);
    (tokens, address)
}

/// Follows a mailed link.
async fn confirm(visitor: &Visitor, target: &str, token: &str) {
    let request = Request::post(target, &json!({ "token": token }));
    let _ = visitor.send(request).await.expect(200);
}
