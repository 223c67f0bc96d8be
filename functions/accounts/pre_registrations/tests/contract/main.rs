//! The contract of the area `pre_registrations`, through its router and against the local stack.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod confirm_pre_registration;
mod create_pre_registration;
mod list_pre_registrations;

use accounts_testing::{Answer, Call, TestApp};
use serde_json::json;

pub(crate) const PATH: &str = "/api/v1/pre-registrations";

/// A call that leaves an address.
pub(crate) fn leave_call(email: &str) -> Call {
    Call::post(PATH, &json!({ "email": email }))
}

/// Leaves an address, has the link sent, and gives its token.
pub(crate) async fn leave(app: &TestApp, email: &str) -> String {
    let _ = app.call(leave_call(email)).await.expect(200);
    app.deliver().await;
    app.token_of(email).await
}

/// Follows a link.
pub(crate) async fn confirm(app: &TestApp, token: &str) -> Answer {
    app.call(confirm_call(token)).await
}

pub(crate) fn confirm_call(token: &str) -> Call {
    Call::post(&format!("{PATH}/confirm"), &json!({ "token": token }))
}
