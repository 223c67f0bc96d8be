//! What happens when something we need does not answer.

use accounts_testing::{Call, Fault, TestApp};

use crate::steps::{deletions, file_keys, form_call, member, png, process, send, shown, upload};

/// What the worker asks the tables for, in its order.
const STEPS: [&str; 2] = ["GetItem", "TransactWriteItems"];

#[tokio::test]
async fn an_upload_whose_tables_fail_is_shown_when_it_comes_again() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let old = upload(&app, &ann, &session, &png(100)).await;
    for step in STEPS {
        let id = send(&app, &session.access, &png(200)).await;
        let before = shown(&app, &ann).await.0;

        // As often as the SDK tries.
        app.dynamodb().fail_next_of(step, 4, &Fault::fail());
        assert!(!process(&app, &ann, &id).await, "{step}");
        app.dynamodb().heal();

        assert_eq!(shown(&app, &ann).await.0, before, "{step}");
        assert!(process(&app, &ann, &id).await, "{step}");
        assert_eq!(shown(&app, &ann).await.0, id.as_str(), "{step}");
    }
    assert_eq!(deletions(&app).await[0], old.as_str());
    app.deliver().await;
}

#[tokio::test]
async fn an_upload_whose_files_fail_is_shown_when_it_comes_again() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = send(&app, &session.access, &png(100)).await;

    // The upload is read, two pictures are written, and the upload is deleted.
    for (step, before) in [("GET", 0), ("PUT", 0), ("PUT", 1), ("DELETE", 0)] {
        app.s3().pass_next_of(step, before);
        // As often as the SDK tries.
        app.s3().fail_next_of(step, 3, &Fault::fail());
        assert!(!process(&app, &ann, &id).await, "{step}");
        app.s3().heal();
    }

    assert!(process(&app, &ann, &id).await);
    assert_eq!(shown(&app, &ann).await.0, id.as_str());
    assert_eq!(app.file_keys().await, file_keys(&ann, &id));
    assert_eq!(app.audit_of("AVATAR_CHANGED").await.len(), 1);
}

#[tokio::test]
async fn a_storage_that_does_not_answer_is_a_503() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;
    let path = format!("/api/v1/avatars/{}/{id}/128", ann.id);

    app.s3().fail_always(Fault::fail());
    let answer = app.call(Call::get(&path)).await;
    answer.expect_error(503, "unavailable");
    // Nothing is asked for a form: it is only signed.
    let _ = app.call(form_call(&session.access)).await.expect(201);
    app.s3().heal();

    let _ = app.call(Call::get(&path)).await.expect(200);
}

/// Nobody may list the bucket, and S3 tells of a file that is not there only those who may.
#[tokio::test]
async fn a_file_that_may_not_be_read_is_not_there() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;
    let path = format!("/api/v1/avatars/{}/{id}/128", ann.id);

    app.s3().fail_always(Fault::HiddenFile);
    let answer = app.call(Call::get(&path)).await;
    answer.expect_error(404, "not_found");
    app.s3().heal();
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_done_once() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = send(&app, &session.access, &png(100)).await;

    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);
    assert!(process(&app, &ann, &id).await);

    assert_eq!(shown(&app, &ann).await.0, id.as_str());
    assert_eq!(app.file_keys().await, file_keys(&ann, &id));
    assert_eq!(app.audit_of("AVATAR_CHANGED").await.len(), 1);
}
