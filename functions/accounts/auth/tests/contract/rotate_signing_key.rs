use std::sync::{Arc, Mutex};

use accounts_testing::{Answer, Fault, TestApp};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use jiff::SignedDuration;
use serde_json::{Value, json};

use auth::rotate_signing_key::{Event, rotate_signing_key};

type Received = Arc<Mutex<Vec<(Method, HeaderMap, Value)>>>;

fn schedule() -> Event {
    serde_json::from_value(json!({"source": "schedule"})).unwrap()
}

fn deploy(kind: &str, url: &str) -> Event {
    let event = json!({
        "RequestType": kind, "RequestId": "r-1", "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:eu-west-1:1:stack/kinwise/1", "LogicalResourceId": "SigningKey",
        "PhysicalResourceId": "signing-key", "ResourceType": "Custom::SigningKey", "ServiceToken": "arn",
        "ResourceProperties": {"ServiceToken": "arn"}, "OldResourceProperties": {"ServiceToken": "arn"},
    });
    serde_json::from_value(event).unwrap()
}

/// A presigned URL of S3, as far as one PUT goes.
async fn bucket() -> (String, Received) {
    let received = Received::default();
    let keep = async |State(received): State<Received>,
                      method: Method,
                      headers: HeaderMap,
                      body: Bytes| {
        let body = serde_json::from_slice(&body).unwrap();
        received.lock().unwrap().push((method, headers, body));
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/answer?X-Amz-Signature=abc",
        listener.local_addr().unwrap()
    );
    let router = Router::new()
        .fallback(keep)
        .with_state(Arc::clone(&received));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, received)
}

fn kids(answer: &Answer) -> Vec<String> {
    let keys = answer.json["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_schedule_makes_a_new_key_and_old_tokens_stay_good() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.advance(SignedDuration::from_hours(25));
    let old = app.log_in(&person).await;

    rotate_signing_key(app.another_process(), schedule())
        .await
        .unwrap();

    // A process that starts now signs with the new key, and knows both.
    let started = app.another_process();
    let answer = app
        .call_another(&started, TestApp::refresh_call(&old.refresh))
        .await
        .expect(200);
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid;
    assert_ne!(kid(answer.text("access")), kid(&old.access));
    let _ = app
        .call_another(&started, TestApp::me_call(&old.access))
        .await
        .expect(200);
    let _ = app
        .call_another(&started, TestApp::me_call(answer.text("access")))
        .await
        .expect(200);
    assert_eq!(app.audit_of("SIGNING_KEY_ROTATED").await.len(), 2);
}

#[tokio::test]
async fn a_process_that_has_cached_the_keys_looks_again_on_an_unknown_one() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.advance(SignedDuration::from_hours(25));
    let old = app.log_in(&person).await;
    let _ = app.me(&old.access).await.expect(200);
    identity::rotate_signing_key(&app.another_process(), false)
        .await
        .unwrap();
    let answer = app
        .call_another(&app.another_process(), TestApp::refresh_call(&old.refresh))
        .await
        .expect(200);

    let _ = app.me(answer.text("access")).await.expect(200);
}

#[tokio::test]
async fn a_schedule_that_fires_twice_makes_one_key() {
    let app = TestApp::start().await;
    app.advance(SignedDuration::from_hours(25));

    for _ in 0..3 {
        rotate_signing_key(app.another_process(), schedule())
            .await
            .unwrap();
    }

    assert_eq!(kids(&app.jwks().await).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn abuse_087_rotations_at_once_make_one_key_and_it_stays() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.advance(SignedDuration::from_hours(25));

    // A slot has one run; those of several slots may meet, and what an operator wants.
    let runs: Vec<_> = (1..=8)
        .map(|month| {
            let slot = json!({"slot": format!("2025-0{month}-01T02:00:00Z")});
            let event = serde_json::from_value(slot).unwrap();
            tokio::spawn(rotate_signing_key(app.another_process(), event))
        })
        .collect();
    for run in runs {
        run.await.unwrap().unwrap();
    }

    assert_eq!(kids(&app.jwks().await).len(), 2);
    // Long after the last token of the old key is over, the new one is the one that is left.
    app.advance(SignedDuration::from_hours(9 * 24));
    let login = app.log_in(&person).await;
    let _ = app.me(&login.access).await.expect(200);
    let kid = jsonwebtoken::decode_header(&login.access).unwrap().kid;
    assert_eq!(kid.as_slice(), kids(&app.jwks().await));
}

#[tokio::test]
async fn a_deploy_keeps_the_key_and_answers() {
    let app = TestApp::start().await;
    let before = kids(&app.jwks().await);
    app.advance(SignedDuration::from_hours(24 * 60));
    let (url, received) = bucket().await;

    for kind in ["Create", "Update", "Delete"] {
        rotate_signing_key(app.another_process(), deploy(kind, &url))
            .await
            .unwrap();
    }

    assert_eq!(kids(&app.jwks().await), before);
    let received = received.lock().unwrap();
    assert_eq!(received.len(), 3);
    for (method, headers, body) in received.iter() {
        assert_eq!(method, Method::PUT);
        // S3 takes no chunked upload, and the signature covers an empty content type.
        assert!(
            headers.contains_key("content-length") && !headers.contains_key("transfer-encoding")
        );
        assert_eq!(
            headers
                .get("content-type")
                .map_or("", |value| value.to_str().unwrap()),
            ""
        );
        assert_eq!(body["Status"], "SUCCESS");
        assert_eq!(body["PhysicalResourceId"], "signing-key");
        assert_eq!(
            (&body["RequestId"], &body["LogicalResourceId"]),
            (&json!("r-1"), &json!("SigningKey"))
        );
    }
}

#[tokio::test]
async fn a_first_deploy_goes_on_when_iam_is_late() {
    let app = TestApp::start_watched().await;
    let (url, received) = bucket().await;
    let not_yet = Fault::Refuse(400, "AccessDeniedException", "not authorized to perform");
    app.dynamodb().forget();
    app.dynamodb().fail_next_of("Query", 1, &not_yet);

    rotate_signing_key(app.app().clone(), deploy("Create", &url))
        .await
        .unwrap();

    assert_eq!(received.lock().unwrap()[0].2["Status"], "SUCCESS");
    let seen = app.dynamodb().seen();
    assert_eq!(seen.iter().filter(|seen| *seen == "Query").count(), 2);
}

#[tokio::test]
async fn a_deploy_that_cannot_make_a_key_says_so() {
    let app = TestApp::start_watched().await;
    let (url, received) = bucket().await;
    app.dynamodb().fail_always(Fault::fail());

    rotate_signing_key(app.app().clone(), deploy("Create", &url))
        .await
        .unwrap();

    let received = received.lock().unwrap();
    assert_eq!(received[0].2["Status"], "FAILED");
    assert!(received[0].2["Reason"].as_str().unwrap().contains("log"));
    app.dynamodb().heal();
}

#[tokio::test]
async fn a_crash_between_any_two_steps_leaves_every_token_good() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    app.advance(SignedDuration::from_hours(25));
    let tokens = app.log_in(&person).await;
    // The new key is published and signs; the old one is not retired yet.
    app.dynamodb().fail_next_of("UpdateItem", 4, &Fault::fail());
    assert!(
        identity::rotate_signing_key(app.app(), false)
            .await
            .is_err()
    );

    let started = app.another_process();
    let _ = app
        .call_another(&started, TestApp::me_call(&tokens.access))
        .await
        .expect(200);
    let refreshed = app
        .call_another(&started, TestApp::refresh_call(&tokens.refresh))
        .await
        .expect(200);
    let _ = app
        .call_another(&started, TestApp::me_call(refreshed.text("access")))
        .await
        .expect(200);

    // The next run, whatever calls it, finishes the work.
    identity::rotate_signing_key(&app.another_process(), true)
        .await
        .unwrap();
    app.advance(SignedDuration::from_hours(7 * 24 + 1));
    assert_eq!(kids(&app.jwks().await).len(), 1);
}

/// By another run, whose clock is ahead. A part of a key would be there, and no process could read the others any more.
#[tokio::test]
async fn an_old_key_that_has_its_day_or_is_gone_by_then_is_left_as_it_is() {
    for is_gone in [false, true] {
        let app = TestApp::start_watched().await;
        let old = kids(&app.jwks().await).pop().unwrap();
        app.advance(SignedDuration::from_hours(25));
        let (table, sk) = (app.table("identity"), format!("KEY#{old}"));
        let aws = app.aws();
        let day = app.now().as_millisecond() + 86_400_000;

        let change = async {
            if is_gone {
                aws.remove(&table, "SIGNING_KEYS", &sk).await;
            } else {
                let day = json!({ "N": day.to_string() });
                aws.edit(&table, "SIGNING_KEYS", &sk, "retires_at", &day)
                    .await;
            }
        };
        // The first update takes the lease.
        let run = Box::pin(identity::rotate_signing_key(app.app(), false));
        let rotated = app.held_after(1, "UpdateItem", run, change).await;

        assert!(rotated.is_ok());
        let key = app.identity_item("SIGNING_KEYS", &sk).await;
        let expected = if is_gone {
            Value::Null
        } else {
            json!(day.to_string())
        };
        assert_eq!(key["retires_at"], expected);
        assert_eq!(key.is_null(), is_gone, "{key}");
    }
}
