//! Callers who have no business here.

use std::time::Duration;

use end_to_end::{Member, Request, Stack, Visitor};
use serde_json::{Map, Value, json};
use test_support::Mail;

/// What everybody may call. Anything that is not here asks who is calling; the list grows by decision alone.
const PUBLIC: [&str; 33] = [
    "answer_challenge",
    "cancel_account_deletion",
    "check_health",
    "confirm_email_change",
    "confirm_pre_registration",
    "create_pre_registration",
    "get_category",
    "get_product",
    "list_categories",
    "list_images",
    "list_products",
    "list_variants",
    "obtain_token",
    "publish_jwks",
    "refresh_token",
    "register_user",
    "report_activity",
    "request_otp",
    "request_password_reset",
    "resend_verification",
    "reset_password",
    "serve_asset",
    "serve_docs",
    "serve_redoc",
    "serve_schema",
    "show_avatar",
    "show_image",
    "show_root",
    "unsubscribe",
    "unsubscribe_by_get",
    "verify_email",
    "verify_email_by_post",
    "verify_otp",
];

/// Whether an operation is for those alone who say who they are. Where nobody has to, one of its requirements is empty.
fn is_secured(operation: &Value) -> bool {
    let requirements = operation["security"].as_array();
    let is_empty = |one: &Value| one.as_object().is_none_or(Map::is_empty);
    requirements.is_some_and(|all| !all.iter().any(is_empty))
}

#[tokio::test]
async fn abuse_090_every_operation_that_is_not_public_refuses_who_is_nobody() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;
    let document = visitor.send(Request::get("/api/schema")).await.expect(200);

    let mut public = Vec::new();
    for (path, operations) in document.json["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if !is_secured(operation) {
                public.push(operation["operationId"].as_str().unwrap().to_owned());
                continue;
            }
            let path = path.replace(['{', '}'], "");
            let call = || Request::new(&method.to_uppercase(), &path);
            for request in [
                call(),
                call().with_header("authorization", ""),
                call().with_header("authorization", "Bearer"),
                call().with_header("authorization", "Bearer null"),
                call().with_header("authorization", "Basic YWRtaW46YWRtaW4="),
                call().with_header("cookie", "access=1; sessionid=1"),
                call().with_header("x-user-id", "1"),
            ] {
                let answer = visitor.send(request).await;
                answer.expect_error(401, "not_authenticated");
                assert_eq!(answer.header("www-authenticate"), "Bearer");
            }
        }
    }
    public.sort_unstable();
    assert_eq!(public, PUBLIC);
}

#[tokio::test]
async fn abuse_090_what_runs_the_product_is_not_on_the_web() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for path in [
        "/admin/",
        "/api/v1/admin",
        "/api/v1/queues",
        "/rotate_signing_key/",
        "/send_email/",
        "/2015-03-31/functions/",
        "/.env",
        "/_ministack/ses/messages",
    ] {
        for method in ["GET", "POST"] {
            let answer = visitor.send(Request::new(method, path)).await;
            answer.expect_error(404, "not_found");
        }
    }
}

/// A notification of SNS that an address bounced, as a forger would write it.
fn forged_bounce(email: &str, subscribe_url: &str) -> Request {
    let bounce = json!({
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": email}]},
        "mail": {"destination": [email]},
    });
    let notification = json!({
        "Type": "SubscriptionConfirmation",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:us-east-1:000000000000:mail",
        "Message": bounce.to_string(),
        "SubscribeURL": subscribe_url,
        "SigningCertURL": subscribe_url,
        "Signature": "Zm9yZ2Vk",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
    });
    Request::post("/", &notification)
        .with_header("x-amz-sns-message-type", "SubscriptionConfirmation")
        .with_header(
            "x-amz-sns-topic-arn",
            "arn:aws:sns:us-east-1:000000000000:mail",
        )
}

#[tokio::test]
async fn abuse_094_a_forged_bounce_is_refused_and_changes_nothing() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    stack.mail_to(&member.email, "Welcome").await;
    let visitor = Visitor::through_the_gateway(&stack).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let trap = format!("http://{}/confirm", listener.local_addr().unwrap());
    let account = format!("USER#{}", member.id);
    let before = stack.identity_item(&account, "USER").await;

    for (path, status) in [
        ("/", 405),
        ("/sns/", 404),
        ("/webhooks/ses/", 404),
        ("/api/v1/mail/notifications", 404),
        ("/api/v1/events", 404),
        ("/health", 405),
        ("/api/v1/auth/verify-email", 400),
    ] {
        let request = forged_bounce(&member.email, &trap).to(path);
        let answer = visitor.send(request).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.json);
    }

    assert_eq!(stack.identity_item(&account, "USER").await, before);
    // Its mail still goes out: nothing was put on a list of addresses that bounced.
    member.log_in().await;
    let mails = stack.mails_to(&member.email).await;
    assert_eq!(mails.iter().filter_map(Mail::code).count(), 1);
    let fetched = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
    assert!(fetched.is_err(), "the forger's address was fetched");
}
