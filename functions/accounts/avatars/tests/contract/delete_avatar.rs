use accounts_testing::{Call, TestApp};
use serde_json::Value;

use crate::steps::{PATH, delete, deletions, member, png, shown, upload};

#[tokio::test]
async fn a_picture_is_taken_away_with_its_files() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    let _ = delete(&app, &session.access).await.expect(204);

    assert_eq!(shown(&app, &ann).await, (Value::Null, Value::Null));
    assert_eq!(deletions(&app).await, [Value::from(id)]);
    assert_eq!(app.audit_of("AVATAR_CHANGED").await.len(), 2);
    app.deliver().await;
    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn where_there_is_no_picture_nothing_is_deleted() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let _ = upload(&app, &ann, &session, b"no picture").await;

    let _ = delete(&app, &session.access).await.expect(204);
    let _ = delete(&app, &session.access).await.expect(204);

    assert_eq!(shown(&app, &ann).await, (Value::Null, Value::Null));
    assert!(deletions(&app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_at_once_delete_it_once() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    let call = || Call::new("DELETE", PATH).with_token(&session.access);
    let answers = app.call_all((0..8).map(|_| call())).await;

    assert!(answers.iter().all(|answer| answer.status == 204));
    assert_eq!(deletions(&app).await, [Value::from(id)]);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_058_nobody_elses_picture_goes() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let (_, other) = member(&app, "bob@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    let _ = delete(&app, &other.access).await.expect(204);
    app.call(Call::new("DELETE", PATH))
        .await
        .expect_error(401, "not_authenticated");

    assert_eq!(shown(&app, &ann).await.0, id.as_str());
    assert!(deletions(&app).await.is_empty());
}

#[tokio::test]
async fn an_account_takes_its_picture_away_twenty_times_an_hour() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    for _ in 0..20 {
        let _ = delete(&app, &session.access).await.expect(204);
    }
    delete(&app, &session.access)
        .await
        .expect_error(429, "rate_limited");
}
