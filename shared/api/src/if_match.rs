//! `If-Match`: a change is made only to the state that the caller has seen (RFC 9110, section 13.1.1).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponseParts, ResponseParts};
use headers::{ETag, HeaderMapExt as _, IfMatch as Header};

use crate::Answer;
use crate::error_code::CHANGED_SINCE;

/// What a change is to be made to: any state, where the caller does not say.
#[derive(Debug, Clone)]
pub struct IfMatch(Option<Wanted>);

#[derive(Debug, Clone)]
enum Wanted {
    /// A state that has one of these tags.
    Tagged(Header),
    /// The header cannot be read: no state is known to be the one.
    Nothing,
}

/// The entity tag of a state by the number of its changes, for the head of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub u64);

impl Version {
    fn tag(self) -> ETag {
        let tag = format!("\"{}\"", self.0);
        tag.parse().expect("digits in quotes are an entity tag")
    }
}

impl IfMatch {
    /// Refuses a change of a state that is not the one.
    pub fn check(&self, version: Version) -> Answer<()> {
        match &self.0 {
            None => Ok(()),
            Some(Wanted::Tagged(wanted)) if wanted.precondition_passes(&version.tag()) => Ok(()),
            Some(_) => Err(CHANGED_SINCE.into()),
        }
    }

    /// Whether the caller says which state it is to be made to. Then it is not made to another that came in between.
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(match parts.headers.typed_try_get() {
            Ok(header) => header.map(Wanted::Tagged),
            Err(_) => Some(Wanted::Nothing),
        }))
    }
}

impl IntoResponseParts for Version {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().typed_insert(self.tag());
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    async fn passes(header: Option<&str>, version: u64) -> bool {
        let mut request = Request::get("/");
        if let Some(header) = header {
            request = request.header("if-match", HeaderValue::from_str(header).unwrap());
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let Ok(wanted) = IfMatch::from_request_parts(&mut parts, &()).await;
        assert_eq!(wanted.is_given(), header.is_some());
        wanted.check(Version(version)).is_ok()
    }

    #[tokio::test]
    async fn a_change_is_made_to_the_state_that_was_seen() {
        assert!(passes(None, 7).await);
        for right in ["\"7\"", "*", "\"6\", \"7\""] {
            assert!(passes(Some(right), 7).await, "{right}");
        }
        // A weak tag is none to change by.
        for wrong in ["\"6\"", "W/\"7\"", "7", "", "\"\"", "\"7", "\"77\""] {
            assert!(!passes(Some(wrong), 7).await, "{wrong}");
        }
    }
}
