//! The way of a new member through the product, over HTTP.

use accounts_testing::claims_of;
use end_to_end::{Member, Request, Stack, Tokens, Visitor, unique_address};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kernel::email::EmailAddress;
use serde_json::Value;

#[tokio::test]
async fn a_new_member_registers_verifies_logs_in_and_stays_logged_in() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;
    let email = unique_address("Grace");
    let stored = EmailAddress::parse(&email).unwrap();

    let registered = visitor.register(&email, "correct horse battery").await;
    let registered = registered.expect(201);
    assert_eq!(registered.text("email"), stored.as_str());

    let link = stack.mail_to(stored.as_str(), "Verify your e-mail").await;
    assert!(link.link().unwrap().starts_with(&format!(
        "{}/verify-email?token=",
        stack.output("FrontendUrl")
    )));
    let too_early = visitor.request_code(&email).await.expect(200);
    assert_eq!(too_early.json["expires_in"], 600);
    assert_eq!(
        stack.result_of(too_early.header("x-request-id")).await,
        "nothing to send: there is no account that may log in"
    );
    let verified = visitor.verify_email(&link.token().unwrap()).await;
    let verified = verified.expect(200);
    assert_eq!(verified.text("message"), "Email verified successfully");
    assert_eq!(verified.json["user"]["is_active"], true);
    let welcome = stack.mail_to(stored.as_str(), "Welcome to").await;
    assert!(welcome.text.contains("Ann") && welcome.html.contains("Ann"));

    let _ = visitor.request_code(&email).await.expect(200);
    let code = stack.code_to(stored.as_str(), 1).await;
    let logged_in = visitor.verify_code(&email, &code).await.expect(200);
    assert_eq!(logged_in.json["user"]["role"], "user");
    let first = Tokens::of(&logged_in);
    let me = visitor.me(&first.access).await.expect(200);
    assert_eq!(me.text("email"), stored.as_str());
    assert_eq!(me.text("id"), registered.text("user_id"));

    let second = Tokens::of(&visitor.refresh(&first.refresh).await.expect(200));
    assert_ne!(second.refresh, first.refresh);
    let repeated = Tokens::of(&visitor.refresh(&first.refresh).await.expect(200));
    assert!(repeated.say_as(&second), "{repeated:?} {second:?}");
    let _ = visitor.me(&second.access).await.expect(200);
    let again = visitor.verify_code(&email, &code).await;
    again.expect_error(400, "invalid_otp");
}

#[tokio::test]
async fn the_published_keys_verify_a_token_as_any_library_does() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let tokens = member.log_in().await;
    let visitor = Visitor::through_the_gateway(&stack).await;

    let published = visitor.send(Request::get("/.well-known/jwks.json")).await;
    let published = published.expect(200);
    assert!(published.header("cache-control").contains("max-age="));
    let keys: JwkSet = serde_json::from_value(published.json).unwrap();

    let kid = decode_header(&tokens.access).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).expect("the key is published")).unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[stack.output("TokenIssuer")]);
    validation.set_audience(&[stack.output("TokenIssuer")]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    let claims = decode::<Value>(&tokens.access, &key, &validation).unwrap();
    assert_eq!(claims.claims["sub"], member.id.as_str());
    assert_eq!(claims.claims, claims_of(&tokens.access));
}
