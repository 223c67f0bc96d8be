use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cloud::App;
use kernel::audit::{Action, Entry, Origin};
use kernel::id::UserId;
use kernel::limit::{Client, Counted};
use lambda_http::request::RequestContext;
use uuid::Uuid;

use crate::limiter::WRITES;

/// The longest `User-Agent` that is kept, in characters.
const MAX_AGENT: usize = 200;

/// The client that asks, and the id of its request.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    /// The id of the request.
    pub id: String,
    /// The caller, from the gateway's own record of the connection: never from a header, which anybody can write.
    pub client: Client,
    /// The `User-Agent` of the client, cut to a sane length.
    pub agent: String,
    /// The account that calls, once that is known.
    caller: Arc<OnceLock<UserId>>,
}

impl RequestInfo {
    /// Reads it from a request as the gateway hands it over.
    pub(crate) fn of(
        parts: &axum::http::Extensions,
        headers: &HeaderMap,
        fallback_id: impl FnOnce() -> Uuid,
    ) -> Self {
        let (id, source_ip) = match parts.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                (context.request_id.clone(), context.http.source_ip.clone())
            }
            _ => (None, None),
        };
        let agent = headers
            .get(header::USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()));
        let agent: String = agent
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_AGENT)
            .collect();
        Self {
            id: id.unwrap_or_else(|| fallback_id().to_string()),
            client: Client::from_source_ip(source_ip.as_deref()),
            agent,
            caller: Arc::default(),
        }
    }

    /// Notes who calls.
    pub(crate) fn called_by(&self, caller: UserId) {
        // A request has one token, so one caller, however many extractors ask for it.
        let _ = self.caller.set(caller);
    }

    /// A new entry for the audit log, of something that this request asked for and that worked. Who did it, and to what, is
    /// said by [`Entry`]'s methods. What a caller does is counted as one of [`WRITES`].
    pub fn audit(&self, app: &App, action: Action) -> Entry {
        let entry = app.audit(action).requested_from(self.origin());
        match self.caller.get() {
            Some(caller) => entry.counted(Counted {
                limit: WRITES,
                subject: caller.to_string(),
            }),
            None => entry,
        }
    }

    /// The origin of the request, for the audit log.
    pub fn origin(&self) -> Origin {
        Origin {
            client: self.client.to_string(),
            agent: self.agent.clone(),
            request_id: self.id.clone(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .expect("the envelope is around every route"))
    }
}
