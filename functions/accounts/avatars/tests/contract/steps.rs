//! What the tests do, in one word each.

use std::io::Cursor;

use accounts_testing::{Answer, Call, LoggedIn, Person, TestApp};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/api/v1/users/me/avatar";

/// A member and a log-in.
pub(crate) async fn member(app: &TestApp, email: &str) -> (Person, LoggedIn) {
    let person = app.member(email).await;
    let session = app.log_in(&person).await;
    (person, session)
}

/// A picture of one colour.
pub(crate) fn png(grey: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(20, 10, Rgb([grey; 3]))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

pub(crate) fn form_call(token: &str) -> Call {
    Call::post(PATH, &json!({"content_type": "image/png"})).with_token(token)
}

/// Asks for a form.
pub(crate) async fn form(app: &TestApp, token: &str) -> Value {
    app.call(form_call(token)).await.expect(201).json
}

/// Sends a file with a new form. Gives the picture's id; the worker has not seen it.
pub(crate) async fn send(app: &TestApp, token: &str, file: &[u8]) -> String {
    let form = form(app, token).await;
    let (status, said) = app.upload(&form, file).await;
    assert_eq!(status, 204, "{said}");
    // The next picture is of another moment, as two of one person are.
    app.advance(jiff::SignedDuration::from_millis(1));
    form["avatar_id"].as_str().unwrap().to_owned()
}

/// Has the worker look at an upload; whether it is done with it.
pub(crate) async fn process(app: &TestApp, person: &Person, id: &str) -> bool {
    let event = app.new_file_event(&upload_key(person, id), 1000);
    is_done(app, event).await
}

/// Has the worker go through an event of one message; whether it is done with it.
pub(crate) async fn is_done(app: &TestApp, event: aws_lambda_events::event::sqs::SqsEvent) -> bool {
    is_done_by(app.app().clone(), event).await
}

/// The same by another process.
pub(crate) async fn is_done_by(
    process: api::App,
    event: aws_lambda_events::event::sqs::SqsEvent,
) -> bool {
    // On the heap: it is large, and whoever waits for it would hold it.
    let worked = Box::pin(avatars::process_avatar::process_avatar(process, event));
    let Ok(answer) = worked.await;
    answer.batch_item_failures.is_empty()
}

/// Sends a file and has the worker look at it.
pub(crate) async fn upload(
    app: &TestApp,
    person: &Person,
    session: &LoggedIn,
    file: &[u8],
) -> String {
    let id = send(app, &session.access, file).await;
    assert!(process(app, person, &id).await);
    id
}

pub(crate) async fn delete(app: &TestApp, token: &str) -> Answer {
    app.call(Call::new("DELETE", PATH).with_token(token)).await
}

/// The id of the picture that is shown, and why the newest upload is not.
pub(crate) async fn shown(app: &TestApp, person: &Person) -> (Value, Value) {
    let user = app
        .identity_item(&format!("USER#{}", person.id), "USER")
        .await;
    (user["avatar"].clone(), user["avatar_refusal"].clone())
}

pub(crate) fn upload_key(person: &Person, id: &str) -> String {
    format!("uploads/{}/{id}", person.id)
}

/// The keys of a picture's files, sorted.
pub(crate) fn file_keys(person: &Person, id: &str) -> [String; 2] {
    [128, 512].map(|side| format!("avatars/{}/{id}/{side}.webp", person.id))
}

/// The tasks that delete a picture's files, by the id of the picture.
pub(crate) async fn deletions(app: &TestApp) -> Vec<Value> {
    let tasks = app.tasks().await;
    tasks
        .into_iter()
        .filter(|task| task["kind"] == "delete_avatar")
        .map(|task| task["input"]["avatar_id"].clone())
        .collect()
}
