//! What happens to an account between the look at its picture and the write: the write must not overlook it.

use std::cell::RefCell;

use accounts_testing::{Call, Person, TestApp};
use jiff::SignedDuration;
use serde_json::Value;

use crate::steps::{
    PATH, deletions, is_done_by, member, png, process, send, shown, upload, upload_key,
};

/// The write by which a picture is shown, refused or taken away.
const WRITE: &str = "TransactWriteItems";

/// A file that is refused.
const NO_PICTURE: &[u8] = b"no picture";

fn delete_call(token: &str) -> Call {
    Call::new("DELETE", PATH).with_token(token)
}

/// Has another worker look at an upload.
async fn process_by_another(app: &TestApp, person: &Person, id: &str) {
    let event = app.new_file_event(&upload_key(person, id), 1000);
    assert!(is_done_by(app.another_process(), event).await);
}

#[tokio::test]
async fn an_upload_is_not_decided_on_once_its_picture_is_taken_away() {
    let app = TestApp::start_watched().await;
    for (number, file) in [&png(100), NO_PICTURE].into_iter().enumerate() {
        let (ann, session) = member(&app, &format!("ann{number}@example.com")).await;
        let late = send(&app, &session.access, file).await;
        let other = app.another_process();

        let take_away = async {
            let call = delete_call(&session.access);
            let _ = app.call_another(&other, call).await.expect(204);
        };
        let done = app.held_at(WRITE, process(&app, &ann, &late), take_away);

        assert!(done.await);
        assert_eq!(shown(&app, &ann).await, (Value::Null, Value::Null));
        assert!(app.file_keys().await.is_empty());
    }
}

#[tokio::test]
async fn an_upload_is_not_shown_once_a_newer_one_is_refused() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let _ = upload(&app, &ann, &session, &png(100)).await;
    let late = send(&app, &session.access, &png(200)).await;
    let newer = send(&app, &session.access, NO_PICTURE).await;

    let decided = RefCell::default();
    let refuse = async {
        process_by_another(&app, &ann, &newer).await;
        decided.replace(shown(&app, &ann).await);
    };
    let done = app.held_at(WRITE, process(&app, &ann, &late), refuse);

    assert!(done.await);
    assert_eq!(shown(&app, &ann).await, decided.take());
    assert!(deletions(&app).await.is_empty());
}

#[tokio::test]
async fn a_picture_that_comes_while_the_one_before_is_taken_away_goes_with_its_files() {
    let app = TestApp::start_watched().await;
    for has_old in [false, true] {
        let (ann, session) = member(&app, &format!("{has_old}@example.com")).await;
        if has_old {
            let _ = upload(&app, &ann, &session, &png(100)).await;
        }
        let new = send(&app, &session.access, &png(200)).await;

        let come = process_by_another(&app, &ann, &new);
        let call = delete_call(&session.access);
        let answer = app.call_held_at(WRITE, call, come).await;

        let _ = answer.expect(204);
        assert_eq!(shown(&app, &ann).await.0, Value::Null);
        assert!(deletions(&app).await.contains(&new.into()));
        app.deliver().await;
        assert!(app.file_keys().await.is_empty());
    }
}

/// The second time is an entry of the log no more, and written in another way.
#[tokio::test]
async fn a_picture_that_comes_while_none_is_taken_away_again_goes_too() {
    let app = TestApp::start_watched().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let _ = app.call(delete_call(&session.access)).await.expect(204);
    let new = send(&app, &session.access, &png(100)).await;

    let come = async {
        process_by_another(&app, &ann, &new).await;
        // What is tried then is no repetition any more.
        app.advance(SignedDuration::from_mins(1));
    };
    let call = delete_call(&session.access);
    let answer = app.call_held_as_repetition(call, come).await;

    let _ = answer.expect(204);
    assert_eq!(shown(&app, &ann).await.0, Value::Null);
    assert_eq!(deletions(&app).await, [Value::from(new)]);
    app.deliver().await;
    assert!(app.file_keys().await.is_empty());
}

/// Not even as an item with its key and a picture alone.
#[tokio::test]
async fn an_account_that_goes_meanwhile_does_not_come_back_by_its_picture() {
    let app = TestApp::start_watched().await;
    for (number, file) in [&png(100), NO_PICTURE].into_iter().enumerate() {
        let (ann, session) = member(&app, &format!("ann{number}@example.com")).await;
        let late = send(&app, &session.access, file).await;

        let go = app.delete_account(&ann);
        let done = app.held_at(WRITE, process(&app, &ann, &late), go);

        assert!(done.await);
        assert_eq!(app.stored(&ann).await, Value::Null);
        assert!(app.file_keys().await.is_empty());
    }
    let (ann, session) = member(&app, "ann@example.com").await;

    let go = app.delete_account(&ann);
    let call = delete_call(&session.access);
    let answer = app.call_held_at(WRITE, call, go).await;

    answer.expect_error(401, "not_authenticated");
    assert_eq!(app.stored(&ann).await, Value::Null);
}
