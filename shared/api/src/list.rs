//! What a list is asked, read in one place: its own filters, the page, the form. What none of them knows is refused.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::fields::Fields;
use crate::page_or_file::{FormatParams, PageOrFile};
use crate::paging::{PageParams, Paging};
use crate::request::RequestInfo;
use crate::{names, query};

/// A list is asked for, a page at a time. `F` is what it can be narrowed by, and its order: a struct that is named in the
/// handler's `params`, before [`PageParams`].
#[derive(Debug)]
pub struct List<F> {
    /// What it is narrowed by, not looked at yet.
    pub filter: F,
    /// The page of it.
    pub paging: Paging,
}

/// A list is asked for, as a page or as a file. The handler's `params` name [`FormatParams`] as well.
#[derive(Debug)]
pub struct ListOrFile<F> {
    /// What it is narrowed by, not looked at yet.
    pub filter: F,
    /// The form in which it is wanted, not looked at yet.
    pub form: PageOrFile,
}

/// What a list is narrowed by that is always shown whole.
#[derive(Debug, Deserialize)]
pub struct NoFilters {}

impl<F: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for List<F> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let (filter, paging) = read(parts, &[names::of::<F>(), names::of::<PageParams>()])?;
        Ok(Self { filter, paging })
    }
}

impl<F: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ListOrFile<F> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let info: Result<_, Infallible> = RequestInfo::from_request_parts(parts, state).await;
        let Ok(info) = info;
        let known = [
            names::of::<F>(),
            names::of::<PageParams>(),
            names::of::<FormatParams>(),
        ];
        let (filter, paging) = read(parts, &known)?;
        let format = query::read(parts)?;
        let form = PageOrFile::new(paging, format, info.origin());
        Ok(Self { filter, form })
    }
}

/// Reads the filters and the page of a query that has no other names than these.
fn read<F: DeserializeOwned>(parts: &Parts, known: &[&[&str]]) -> Result<(F, Paging), ApiError> {
    let (filter, params) = (query::read(parts)?, query::read(parts)?);
    let mut fields = Fields::default();
    let text = parts.uri.query().unwrap_or_default();
    for (name, _) in form_urlencoded::parse(text.as_bytes()) {
        if !known.concat().contains(&&*name) {
            fields.reject(&name, "This parameter is not known.");
        }
    }
    let paging = Paging::read(&params, parts.uri.path(), text, &mut fields);
    match paging.filter(|_| fields.is_empty()) {
        Some(paging) => Ok((filter, paging)),
        None => Err(fields.into_error()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Colours {
        colour: Option<String>,
        #[serde(rename = "is-bright")]
        is_bright: Option<String>,
    }

    async fn read<T: FromRequestParts<()>>(target: &str) -> Result<T, T::Rejection> {
        let (mut parts, ()) = Request::get(target).body(()).unwrap().into_parts();
        let info = RequestInfo::of(&parts.extensions, &parts.headers, Uuid::nil);
        parts.extensions.insert(info);
        T::from_request_parts(&mut parts, &()).await
    }

    fn named(error: &ApiError) -> Vec<&str> {
        assert_eq!((error.status.as_u16(), error.code), (400, "invalid_fields"));
        error.details.keys().map(String::as_str).collect()
    }

    #[tokio::test]
    async fn what_a_list_knows_is_read() {
        let target = "/x?colour=red&is-bright=yes&page=2&page_size=5";

        let list: List<Colours> = read(target).await.unwrap();

        assert_eq!(list.filter.colour.as_deref(), Some("red"));
        assert_eq!(list.filter.is_bright.as_deref(), Some("yes"));
        assert_eq!(list.paging.request.size, 5);
        let file: ListOrFile<Colours> = read("/x?format=csv&colour=red").await.unwrap();
        assert!(file.form.check(&mut Fields::default()).is_some());
    }

    #[tokio::test]
    async fn what_a_list_does_not_know_is_named() {
        for (query, names) in [
            ("color=red", vec!["color"]),
            ("color=red&Page=1&page=0", vec!["Page", "color", "page"]),
            ("is_bright=yes", vec!["is_bright"]),
            ("format=csv", vec!["format"]),
            ("x=1&x=2", vec!["x"]),
            ("=", vec![""]),
            ("%F0%9F%92%A3", vec!["\u{1f4a3}"]),
        ] {
            let error = read::<List<Colours>>(&format!("/x?{query}")).await;
            assert_eq!(named(&error.unwrap_err()), names, "{query}");
        }
        let error = read::<ListOrFile<Colours>>("/x?format=csv&color=red").await;
        assert_eq!(named(&error.unwrap_err()), ["color"]);
        let error = read::<List<NoFilters>>("/x?colour=red").await;
        assert_eq!(named(&error.unwrap_err()), ["colour"]);
    }

    #[tokio::test]
    async fn a_name_that_is_there_twice_cannot_be_read() {
        for query in ["colour=red&colour=blue", "page_size=5&page_size=6"] {
            let error = read::<List<Colours>>(&format!("/x?{query}")).await;
            assert_eq!(error.unwrap_err().code, "invalid_query", "{query}");
        }
    }
}
