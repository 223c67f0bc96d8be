//! What refused pictures cost: nothing, up to a point.

use accounts_testing::{LoggedIn, Person, TestApp};
use jiff::SignedDuration;

use crate::steps::{form_call, member, png, process, send, upload};

const NO_PICTURE: &[u8] = b"no picture";

/// Sends so many files that are no pictures, and has the worker look at them.
async fn send_no_pictures(app: &TestApp, person: &Person, session: &LoggedIn, count: usize) {
    for _ in 0..count {
        let _ = upload(app, person, session, NO_PICTURE).await;
    }
}

/// The uploads that are left to an account in its hour after one more.
async fn left(app: &TestApp, session: &LoggedIn) -> String {
    let answer = app.call(form_call(&session.access)).await.expect(201);
    let state = answer.header("ratelimit").to_owned();
    let (_, left) = state.split_once("\"avatar-upload\";").unwrap();
    left.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_refused_picture_costs_no_upload() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;

    send_no_pictures(&app, &ann, &session, 3).await;
    assert_eq!(left(&app, &session).await, "r=19");

    // One that is shown does.
    let _ = upload(&app, &ann, &session, &png(100)).await;
    assert_eq!(left(&app, &session).await, "r=17");
}

#[tokio::test]
async fn a_refusal_that_is_told_twice_gives_back_one_upload() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    assert_eq!(left(&app, &session).await, "r=19");
    let id = upload(&app, &ann, &session, NO_PICTURE).await;

    assert!(process(&app, &ann, &id).await);

    assert_eq!(left(&app, &session).await, "r=18");
}

#[tokio::test]
async fn what_is_refused_after_its_hour_takes_nothing_from_the_next() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = send(&app, &session.access, NO_PICTURE).await;
    app.advance(SignedDuration::from_mins(61));
    let session = app.log_in(&ann).await;
    assert_eq!(left(&app, &session).await, "r=19");

    assert!(process(&app, &ann, &id).await);

    assert_eq!(left(&app, &session).await, "r=18");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_095_a_flood_of_what_is_no_picture_ends() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;

    send_no_pictures(&app, &ann, &session, 60).await;

    let refused = app.call(form_call(&session.access)).await;
    refused.expect_error(429, "rate_limited");
}
