//! What becomes of a refusal before it is told: a body that is none is counted, and a limit that is used up goes into the audit
//! log.

use axum::response::{IntoResponse as _, Response};
use kernel::audit::{self, Object};
use kernel::limit::Counted;
use store::Limits;

use crate::envelope::Sender;
use crate::error::ApiError;
use crate::limiter::REFUSED_BODIES;
use crate::request::RequestInfo;

/// The answer, or what stands in its place: 429 to a client whose bodies are refused all the time.
///
/// Where the counters cannot be reached, the answer stays as it is: it has no effect, and the caller needs to hear it.
pub(crate) async fn settle(sender: &Sender, info: &RequestInfo, answered: Response) -> Response {
    let Some(error) = answered.extensions().get::<ApiError>() else {
        return answered;
    };
    let flood = if sender.function.counts_refusals && error.is_about_form() {
        flood(sender, info).await
    } else {
        None
    };
    if let Some(reached) = flood.as_ref().unwrap_or(error).reached().cloned() {
        report(sender, info, &reached).await;
    }
    flood.map_or(answered, ApiError::into_response)
}

/// Counts a body that was refused for its form. The answer in its place, if the client has sent too many of them.
async fn flood(sender: &Sender, info: &RequestInfo) -> Option<ApiError> {
    let (app, client) = (&sender.app, info.client.as_str());
    let limits = Limits(app.store());
    let hit = limits.hit(&REFUSED_BODIES, client, app.now()).await.ok()?;
    let counted = Counted {
        limit: REFUSED_BODIES,
        subject: client.to_owned(),
    };
    (!hit.passed).then(|| ApiError::limit_reached(counted, hit.resets_in, hit.is_first_refusal))
}

/// Writes into the audit log that a limit is used up.
async fn report(sender: &Sender, info: &RequestInfo, reached: &Counted) {
    let entry = sender
        .app
        .audit(audit::RATE_LIMIT_EXCEEDED)
        .requested_from(info.origin())
        .on(Object::of("limit", reached.limit.name))
        .failed();
    if let Err(error) = Limits(sender.app.store()).report(reached, &entry).await {
        let chain = kernel::error_chain(&error);
        tracing::error!(error.chain = chain, "a used-up limit could not be recorded");
    }
}
