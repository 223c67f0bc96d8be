use accounts_testing::TestApp;
use futures_util::future::join_all;
use serde_json::Value;

use crate::steps::{
    delete, deletions, file_keys, is_done, member, png, process, send, shown, upload, upload_key,
};

#[tokio::test]
async fn an_upload_is_shown_in_two_sizes_and_then_forgotten() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;

    let id = upload(&app, &ann, &session, &png(100)).await;

    assert_eq!(shown(&app, &ann).await, (id.as_str().into(), Value::Null));
    assert_eq!(app.file_keys().await, file_keys(&ann, &id));
    let entries = app.audit_of("AVATAR_CHANGED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["object"], format!("user/{}", ann.id));
    assert_eq!(entries[0]["success"], true);
}

#[tokio::test]
async fn a_notice_that_comes_twice_is_looked_at_once() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    assert!(process(&app, &ann, &id).await);

    assert_eq!(shown(&app, &ann).await.0, id.as_str());
    assert_eq!(app.file_keys().await, file_keys(&ann, &id));
    assert_eq!(app.audit_of("AVATAR_CHANGED").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_workers_with_one_notice_show_it_once() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = send(&app, &session.access, &png(100)).await;

    let done = join_all((0..8).map(|_| process(&app, &ann, &id))).await;

    assert!(done.into_iter().all(|is_done| is_done));
    assert_eq!(shown(&app, &ann).await.0, id.as_str());
    assert_eq!(app.file_keys().await, file_keys(&ann, &id));
    assert_eq!(app.audit_of("AVATAR_CHANGED").await.len(), 1);
}

#[tokio::test]
async fn a_new_picture_takes_the_place_of_the_old_one() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let old = upload(&app, &ann, &session, &png(100)).await;

    let new = upload(&app, &ann, &session, &png(200)).await;

    assert_eq!(shown(&app, &ann).await.0, new.as_str());
    assert_eq!(deletions(&app).await, [Value::from(old)]);
    app.deliver().await;
    assert_eq!(app.file_keys().await, file_keys(&ann, &new));
}

#[tokio::test]
async fn an_upload_that_was_overtaken_is_not_shown() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let late = send(&app, &session.access, &png(100)).await;
    let new = upload(&app, &ann, &session, &png(200)).await;

    assert!(process(&app, &ann, &late).await);

    assert_eq!(shown(&app, &ann).await.0, new.as_str());
    assert_eq!(app.file_keys().await, file_keys(&ann, &new));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_uploads_at_once_the_newest_is_shown_and_nothing_else_is_left() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let mut ids = Vec::new();
    for grey in 0..5 {
        ids.push(send(&app, &session.access, &png(grey)).await);
    }

    let done = join_all(ids.iter().map(|id| process(&app, &ann, id))).await;

    // One that met the others too often comes again.
    for (id, is_done) in ids.iter().zip(done) {
        assert!(is_done || process(&app, &ann, id).await);
    }
    app.deliver().await;
    let newest = ids.last().unwrap();
    assert_eq!(shown(&app, &ann).await.0, newest.as_str());
    assert_eq!(app.file_keys().await, file_keys(&ann, newest));
}

#[tokio::test]
async fn a_picture_that_was_taken_away_does_not_come_back_by_an_upload_from_before() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let late = send(&app, &session.access, &png(100)).await;
    let _ = delete(&app, &session.access).await.expect(204);

    assert!(process(&app, &ann, &late).await);

    assert_eq!(shown(&app, &ann).await.0, Value::Null);
    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn abuse_095_what_is_no_picture_is_refused_and_the_old_one_stays() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let old = upload(&app, &ann, &session, &png(100)).await;

    // It was sent as image/png, and the form's bounds were kept.
    for (file, code) in [
        (
            &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..],
            "unknown_format",
        ),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "unreadable"),
    ] {
        let _ = upload(&app, &ann, &session, file).await;
        assert_eq!(shown(&app, &ann).await, (old.as_str().into(), code.into()));
    }
    assert_eq!(app.file_keys().await, file_keys(&ann, &old));
    let entries = app.audit_of("AVATAR_CHANGED").await;
    let refused = entries.iter().filter(|entry| entry["success"] == false);
    assert_eq!(refused.count(), 2);

    let new = upload(&app, &ann, &session, &png(200)).await;
    assert_eq!(shown(&app, &ann).await, (new.as_str().into(), Value::Null));
    app.deliver().await;
}

#[tokio::test]
async fn abuse_095_a_file_that_came_past_the_form_and_is_too_long_is_not_read() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = send(&app, &session.access, &png(100)).await;

    let event = app.new_file_event(&upload_key(&ann, &id), 16_000_000);
    assert!(is_done(&app, event).await);

    assert_eq!(
        shown(&app, &ann).await,
        (Value::Null, "file_too_large".into())
    );
    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn an_upload_for_an_account_that_has_gone_leaves_nothing() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = send(&app, &session.access, &png(100)).await;
    app.delete_account(&ann).await;

    assert!(process(&app, &ann, &id).await);

    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn the_greeting_of_the_storage_is_done_with() {
    let app = TestApp::start().await;
    let greeting = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-01T12:00:00.000Z","Bucket":"files"}"#;
    assert!(is_done(&app, app.upload_queue_event(greeting)).await);
}

#[tokio::test]
async fn a_message_of_somebody_else_goes_to_the_dead_letters() {
    let app = TestApp::start().await;
    for body in [
        "",
        "null",
        "[]",
        "not JSON",
        "{}",
        r#"{"Event":"x"}"#,
        r#"{"Records":[{"s3":{}}]}"#,
    ] {
        assert!(!is_done(&app, app.upload_queue_event(body)).await, "{body}");
    }
}

#[tokio::test]
async fn abuse_095_a_key_of_no_upload_is_left_alone() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    for key in [
        format!("uploads/{}/../../x", ann.id),
        file_keys(&ann, &id)[0].clone(),
        "x".to_owned(),
    ] {
        assert!(is_done(&app, app.new_file_event(&key, 1)).await, "{key}");
    }

    assert_eq!(app.file_keys().await, file_keys(&ann, &id));
}
