use api::{
    Answer, App, Endpoint, Errors, Fields, FreshlyPermitted, Json, PUBLIC_KEYS,
    REAUTHENTICATION_REQUIRED, RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::email::EmailAddress;
use operations::actions::TEST_MAIL_SENT;
use operations::jobs::SendTestMail;
use operations::permissions::ManageMail;
use serde::{Deserialize, Serialize};
use store::Tasks;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(send_test_email)
    .reading(&[PUBLIC_KEYS])
    .refusing(&[REAUTHENTICATION_REQUIRED]);

/// The longest name of a language that is read (RFC 5646, section 4.4.1: 35 hold every one in use).
const MAX_LOCALE: usize = 35;

/// Who gets a test mail.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TestEmail {
    /// The address that it goes to.
    #[schema(required, example = "ann@example.com", max_length = 254)]
    #[serde(default)]
    to: String,
    /// The language that it is written in, as BCP 47 writes it; English where that is none of ours.
    #[schema(example = "de", max_length = 35)]
    locale: Option<String>,
}

/// A test mail that will be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestEmailAsked {
    /// The task that sends it.
    task_id: Uuid,
}

/// Send a test mail.
///
/// It takes the way of every mail: its task, the queue, the pace, the list of who gets none. Takes a proof of the last 15
/// minutes, else `reauthentication_required`.
#[utoipa::path(
    post, path = "/api/v1/admin/test-emails", tag = "operations",
    security(("bearer" = ["mail:manage"])),
    request_body = TestEmail,
    responses((status = 202, description = "Recorded", body = TestEmailAsked), Errors)
)]
pub async fn send_test_email(
    caller: FreshlyPermitted<ManageMail>,
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<TestEmail>,
) -> Answer<(StatusCode, axum::Json<TestEmailAsked>)> {
    let to = EmailAddress::parse(&body.to).map_err(|error| Fields::error("to", error))?;
    let locale = body.locale.filter(|locale| locale.len() <= MAX_LOCALE);

    let task = app.task(&SendTestMail { to, locale });
    let audit = info.audit(&app, TEST_MAIL_SENT).by(caller.user_id);
    let audit = audit.on(task.id);
    let attempt = "ask for a test mail";
    Tasks(app.store()).request(attempt, &task, &audit).await?;

    let task_id = task.id.uuid();
    Ok((StatusCode::ACCEPTED, axum::Json(TestEmailAsked { task_id })))
}
