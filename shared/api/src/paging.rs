//! Lists, a page at a time.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use store::{Page, PageRequest, Position};
use utoipa::{IntoParams, ToSchema};

use crate::error::ApiError;
use crate::fields::Fields;
use crate::query::Query;

/// The number of entries of a page, unless the caller says otherwise.
const DEFAULT_SIZE: usize = 20;

/// The number of entries of a page at most: what a call costs is bounded.
const MAX_SIZE: usize = 100;

/// The page of a list that is wanted. Whatever else the query says is kept in the addresses of the other pages.
#[derive(Debug)]
pub struct Paging {
    /// The page as the store is asked for it.
    pub request: PageRequest,
    path: String,
    others: Vec<(String, String)>,
}

/// What a list takes besides its own filters. To be named in a handler's `params`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// The page that is wanted: leave it out for the first, then follow `next` and `previous` of the answers.
    #[param(example = "PjAxOWE5ZjBl")]
    page: Option<String>,
    /// The number of entries of a page.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>, example = 50)]
    page_size: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageBody<T> {
    /// The number of entries of the whole list, where it fits one page; otherwise null, because counting would read every
    /// one of them.
    #[schema(example = 1)]
    count: Option<usize>,
    /// The page after this one, if there is one: path and query.
    #[schema(example = "/api/v1/users?page=PjAxOWE5ZjBl&page_size=20")]
    next: Option<String>,
    /// The page before this one, if there is one: path and query.
    #[schema(example = "/api/v1/users?page=PDAxOWE5ZjBl&page_size=20")]
    previous: Option<String>,
    /// The entries of the page.
    results: Vec<T>,
}

impl Paging {
    /// The answer that shows a page.
    pub fn body<T>(&self, page: Page<T>) -> axum::Json<PageBody<T>> {
        axum::Json(PageBody {
            count: page.is_all().then_some(page.items.len()),
            next: page.next.map(|position| self.address(&position)),
            previous: page.previous.map(|position| self.address(&position)),
            results: page.items,
        })
    }

    /// Path and query of another page of the list.
    pub(crate) fn address(&self, position: &Position) -> String {
        let query = Serializer::new(String::new())
            .append_pair("page", &position.to_string())
            .append_pair("page_size", &self.request.size.to_string())
            .extend_pairs(&self.others)
            .finish();
        format!("{}?{query}", self.path)
    }

    fn read(params: &PageParams, path: &str, query: &str) -> Result<Self, ApiError> {
        let mut fields = Fields::default();
        let position = match params.page.as_deref() {
            // What the lists of the systems before this one called their first page.
            None | Some("" | "1") => None,
            Some(text) => fields.check("page", text.parse()),
        };
        let size = match params.page_size.as_deref() {
            None | Some("") => Some(DEFAULT_SIZE),
            Some(text) => fields.check("page_size", size(text)),
        };
        let Some(size) = size.filter(|_| fields.is_empty()) else {
            return Err(fields.into_error());
        };
        Ok(Self {
            request: PageRequest { size, position },
            path: path.strip_suffix('/').unwrap_or(path).to_owned(),
            others: form_urlencoded::parse(query.as_bytes())
                .filter(|(name, _)| name != "page" && name != "page_size")
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        })
    }
}

fn size(text: &str) -> Result<usize, String> {
    // `+5` and `005` are numbers to `parse`; nobody means them.
    let is_plain = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let size = text.parse().ok().filter(|_| is_plain);
    size.filter(|size| (1..=MAX_SIZE).contains(size))
        .ok_or_else(|| format!("Enter a number from 1 to {MAX_SIZE}."))
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Query(params) = Query::<PageParams>::from_request_parts(parts, state).await?;
        Self::read(
            &params,
            parts.uri.path(),
            parts.uri.query().unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn read(target: &str) -> Result<Paging, ApiError> {
        let (mut parts, ()) = Request::get(target).body(()).unwrap().into_parts();
        Paging::from_request_parts(&mut parts, &()).await
    }

    #[tokio::test]
    async fn a_call_that_says_nothing_gets_the_first_twenty() {
        for target in ["/x", "/x/", "/x?page=1", "/x/?page=&page_size="] {
            let paging = read(target).await.unwrap();

            assert_eq!((paging.request.size, paging.request.position), (20, None));
            assert_eq!(paging.path, "/x");
        }
    }

    #[tokio::test]
    async fn nonsense_is_a_400_that_names_the_field() {
        for (query, field) in [
            ("page=2", "page"),
            ("page=-1", "page"),
            ("page=%00", "page"),
            ("page=%F0%9F%92%A3", "page"),
            ("page=PjE&page_size=0", "page_size"),
            ("page_size=101", "page_size"),
            ("page_size=-1", "page_size"),
            ("page_size=%2B5", "page_size"),
            ("page_size=1e1", "page_size"),
            ("page_size=99999999999999999999999", "page_size"),
            ("page_size=twenty", "page_size"),
        ] {
            let error = read(&format!("/x/?{query}")).await.unwrap_err();

            assert_eq!(
                (error.status.as_u16(), error.code),
                (400, "invalid_fields"),
                "{query}"
            );
            assert_eq!(error.details.keys().collect::<Vec<_>>(), [field], "{query}");
        }
        let twice = read("/x/?page_size=5&page_size=6").await.unwrap_err();
        assert_eq!((twice.status.as_u16(), twice.code), (400, "invalid_query"));
    }

    #[tokio::test]
    async fn the_next_page_keeps_what_else_was_asked() {
        let paging = read("/x/?search=a%26b+c&page_size=5&role=admin")
            .await
            .unwrap();
        let page = Page {
            items: vec![1],
            next: Some("PmFiYw".parse().unwrap()),
            previous: None,
        };

        let axum::Json(body) = paging.body(page);

        assert_eq!(
            body.next.as_deref(),
            Some("/x?page=PmFiYw&page_size=5&search=a%26b+c&role=admin")
        );
        assert_eq!((body.previous, body.count), (None, None));
        let again = read(&body.next.unwrap()).await.unwrap();
        assert_eq!(again.request.position.unwrap().to_string(), "PmFiYw");
    }

    #[tokio::test]
    async fn a_list_of_one_page_is_counted() {
        let page = Page {
            items: vec![1, 2],
            next: None,
            previous: None,
        };

        let axum::Json(body) = read("/x/").await.unwrap().body(page);

        assert_eq!(body.count, Some(2));
    }
}
