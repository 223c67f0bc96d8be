//! JSON bodies.

mod fault;
mod object;
mod tree;

pub use object::JsonObject;

use axum::body::Bytes;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::error_code::{MALFORMED_JSON, UNREADABLE_BODY};
use crate::fields::Fields;
use crate::idempotency::BodyDigest;
use crate::json::tree::Tree;

/// A JSON body of a request. Whatever is wrong with it is a 4xx in the one error shape.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            return Err(ApiError::unsupported_media_type());
        }
        parse(&read(request, state).await?).map(Self)
    }
}

/// A body may be left out where an endpoint takes an `Option` of it.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Self::Rejection> {
        let is_json = is_json(request.headers());
        let bytes = read(request, state).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if !is_json {
            return Err(ApiError::unsupported_media_type());
        }
        parse(&bytes).map(Self).map(Some)
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    let digest = request.extensions().get::<BodyDigest>().cloned();
    let bytes = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large(),
            _ => UNREADABLE_BODY.into(),
        })?;
    if let Some(digest) = digest {
        digest.note(&bytes);
    }
    Ok(bytes)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    read_tree(parse_tree(bytes)?)
}

fn parse_tree(bytes: &[u8]) -> Result<Tree, ApiError> {
    let malformed = || ApiError::from(MALFORMED_JSON);
    // The whole text: in fields that are passed over, serde does not look whether it is UTF-8.
    let text = std::str::from_utf8(bytes).map_err(|_| malformed())?;
    let tree: Tree = serde_json::from_str(text).map_err(|_| malformed())?;
    if !matches!(tree, Tree::Object(_)) {
        return Err(malformed());
    }
    if let Some(place) = tree.duplicate() {
        return Err(Fields::error(&place, "This field is there twice."));
    }
    Ok(tree)
}

fn read_tree<T: DeserializeOwned>(tree: Tree) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let (path, fault) = (error.path().to_string(), error.inner());
        let place = match (path.as_str(), &fault.field) {
            (".", Some(field)) => field.clone(),
            // An unknown field is the end of its path already.
            (path, Some(field)) if path.ends_with(field.as_str()) => path.to_owned(),
            (path, Some(field)) => format!("{path}.{field}"),
            (path, None) => path.to_owned(),
        };
        Fields::error(&place, fault)
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only whether it parses is asked")]
        email: String,
    }

    #[test]
    fn every_wrong_body_is_a_400() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for (body, code) in [
            (&b"{\"email\": \"a\""[..], "malformed_json"),
            (b"", "malformed_json"),
            (b"null", "malformed_json"),
            (b"[1]", "malformed_json"),
            (b"7", "malformed_json"),
            (b"{\"email\": \"a\"} x", "malformed_json"),
            (b"{\"email\": \"\xff\"}", "malformed_json"),
            (b"{\"unknown\": \"\xff\"}", "malformed_json"),
            (deep.as_bytes(), "malformed_json"),
            (b"{\"email\": 5}", "invalid_fields"),
            (b"{\"email\": null}", "invalid_fields"),
            (b"{\"email\": {\"$ne\": null}}", "invalid_fields"),
        ] {
            let error = parse::<Body>(body).unwrap_err();
            assert_eq!(
                (error.status, error.code),
                (StatusCode::BAD_REQUEST, code),
                "{:?}",
                &body[..body.len().min(40)]
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_its_place() {
        #[derive(Debug, Deserialize)]
        struct Outer {
            #[serde(default)]
            #[expect(dead_code, reason = "only whether it parses is asked")]
            name: Option<String>,
            #[serde(default)]
            #[expect(dead_code, reason = "only whether it parses is asked")]
            inner: Option<Inner>,
            #[serde(default)]
            #[expect(dead_code, reason = "only whether it parses is asked")]
            list: Vec<Inner>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Inner {
            #[expect(dead_code, reason = "only whether it parses is asked")]
            flag: bool,
            #[serde(default)]
            #[expect(dead_code, reason = "only whether it parses is asked")]
            size: u32,
        }

        for (body, place, reason) in [
            (
                r#"{"name": 5}"#,
                "name",
                "This must be a string, not a number.",
            ),
            (
                r#"{"name": ["a"]}"#,
                "name",
                "This must be a string, not a list.",
            ),
            (
                r#"{"name": "A", "name": "B"}"#,
                "name",
                "This field is there twice.",
            ),
            (
                r#"{"other": {"a": 1, "a": 2}}"#,
                "other.a",
                "This field is there twice.",
            ),
            (
                r#"{"inner": [true]}"#,
                "inner",
                "This must be an object, not a list.",
            ),
            (r#"{"inner": {}}"#, "inner.flag", "This field is required."),
            (
                r#"{"inner": {"flag": "yes"}}"#,
                "inner.flag",
                "This must be true or false, not a string.",
            ),
            (
                r#"{"inner": {"flag": true, "colour": 1}}"#,
                "inner.colour",
                "This field is not known.",
            ),
            (
                r#"{"inner": {"flag": true, "size": -1}}"#,
                "inner.size",
                "This must be a whole number.",
            ),
            (
                r#"{"inner": {"flag": true, "size": 1.5}}"#,
                "inner.size",
                "This must be a whole number, not a fraction.",
            ),
            (
                r#"{"list": [{"flag": true}, [true]]}"#,
                "list[1]",
                "This must be an object, not a list.",
            ),
            (
                r#"{"list": [{"flag": true, "flag": true}]}"#,
                "list[0].flag",
                "This field is there twice.",
            ),
        ] {
            let error = parse::<Outer>(body.as_bytes()).unwrap_err();
            assert_eq!(
                error.details[place],
                [reason],
                "{body}: {:?}",
                error.details
            );
        }
        assert!(parse::<Outer>(br#"{"unknown": [1, {"a": []}], "inner": null}"#).is_ok());
    }

    #[test]
    fn an_error_never_repeats_the_value() {
        let error = parse::<Body>(b"{\"email\": [\"s3cret\"]}").unwrap_err();

        assert!(!format!("{:?}{}", error.details, error.message).contains("s3cret"));
    }
}
