//! Lists, a page at a time.

use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};
use store::{Count, Page, PageRequest, Position, Start};
use utoipa::{IntoParams, ToSchema};

use crate::fields::Fields;

/// The number of entries of a page, unless the caller says otherwise.
const DEFAULT_SIZE: usize = 20;

/// The number of entries of a page at most: what a call costs is bounded.
const MAX_SIZE: usize = 100;

/// The number of entries up to which a list is counted, and up to which its pages have numbers: what is counted and what is
/// passed over is read and paid for.
const DEPTH: usize = 10_000;

/// The page of a list that is wanted. Whatever else the query says is kept in the addresses of the other pages.
#[derive(Debug)]
pub struct Paging {
    /// The page as the store is asked for it.
    pub request: PageRequest,
    path: String,
    others: Vec<(String, String)>,
    /// The list, as its positions know it.
    list: String,
}

/// What a list takes besides its own filters. To be named in a handler's `params`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// The page that is wanted: what `next` and `previous` of an answer have, or a number. 1, or nothing, is the first. Numbers
    /// go to the 10,000th entry; a page after the last is a 404.
    #[param(example = "3")]
    page: Option<String>,
    /// The number of entries of a page.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>, example = 50)]
    page_size: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageBody<T> {
    /// The number of entries of the whole list, with all filters; null where it has more than 10,000.
    #[schema(example = 1)]
    count: Option<usize>,
    /// The number of entries that were counted before the count ended; only where `count` is null. 10,000, unless filters had
    /// to look at more entries than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 10000)]
    count_at_least: Option<usize>,
    /// The page after this one, if there is one: path and query.
    #[schema(example = "/api/v1/users?page=3q2-7wABPjAxOWE5ZjBl&page_size=20")]
    next: Option<String>,
    /// The page before this one, if there is one: path and query.
    #[schema(example = "/api/v1/users?page=3q2-7wABPDAxOWE5ZjBl&page_size=20")]
    previous: Option<String>,
    /// The entries of the page.
    results: Vec<T>,
}

impl Paging {
    /// The answer that shows a page.
    pub fn body<T>(&self, page: Page<T>) -> axum::Json<PageBody<T>> {
        let (count, count_at_least) = match page.total() {
            Some(Count::Exactly(count)) => (Some(count), None),
            Some(Count::AtLeast(count)) => (None, Some(count)),
            None => (None, None),
        };
        axum::Json(PageBody {
            count,
            count_at_least,
            next: page.next.map(|position| self.address(&position)),
            previous: page.previous.map(|position| self.address(&position)),
            results: page.items,
        })
    }

    /// Path and query of another page of the list.
    pub(crate) fn address(&self, position: &Position) -> String {
        let query = Serializer::new(String::new())
            .append_pair("page", &position.to_text(&self.list))
            .append_pair("page_size", &self.request.size.to_string())
            .extend_pairs(&self.others)
            .finish();
        format!("{}?{query}", self.path)
    }

    /// Reads which page it is, or notes what is wrong.
    pub(crate) fn read(
        params: &PageParams,
        path: &str,
        query: &str,
        fields: &mut Fields,
    ) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let others: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| name != "page" && name != "page_size")
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let list = list(path, &others);
        let size = match params.page_size.as_deref() {
            None | Some("") => Some(DEFAULT_SIZE),
            Some(text) => fields.check("page_size", size(text)),
        };
        let start = match params.page.as_deref() {
            None | Some("") => Some(Start::After(0)),
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                fields.check("page", numbered(text, size.unwrap_or(DEFAULT_SIZE)))
            }
            Some(text) => fields
                .check("page", Position::parse(text, &list))
                .map(Start::At),
        };
        let request = PageRequest {
            size: size?,
            start: start?,
            count_to: DEPTH,
        };
        Some(Self {
            request,
            path: path.to_owned(),
            others,
            list,
        })
    }
}

/// The name of a list with all that it is narrowed to, in whatever order. Its form is no part of it, nor what is left empty.
fn list(path: &str, others: &[(String, String)]) -> String {
    let mut filters: Vec<_> = others
        .iter()
        .filter(|(name, value)| name != "format" && !value.is_empty())
        .collect();
    filters.sort_unstable();
    let filters = Serializer::new(String::new())
        .extend_pairs(filters)
        .finish();
    format!("{path}?{filters}")
}

/// The place at which a page begins that is asked for by its number.
fn numbered(text: &str, size: usize) -> Result<Start, String> {
    let number = plain(text).filter(|number| (1..=DEPTH / size).contains(number));
    let number = number.ok_or_else(|| {
        let last = DEPTH / size;
        format!("Enter a number from 1 to {last}, or take `next` or `previous` of an answer.")
    })?;
    Ok(Start::After((number - 1) * size))
}

fn size(text: &str) -> Result<usize, String> {
    plain(text)
        .filter(|size| (1..=MAX_SIZE).contains(size))
        .ok_or_else(|| format!("Enter a number from 1 to {MAX_SIZE}."))
}

/// A number as people write it: `+5` and `005` are numbers to `parse`, and nobody means them.
fn plain(text: &str) -> Option<usize> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
impl Paging {
    /// The page that an address asks for.
    pub(crate) fn of(target: &str) -> Result<Self, crate::error::ApiError> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let pair = pairs.find(|(name, _)| name == wanted);
            pair.map(|(_, value)| value.into_owned())
        };
        let params = PageParams {
            page: value("page"),
            page_size: value("page_size"),
        };
        let mut fields = Fields::default();
        let paging = Self::read(&params, path, query, &mut fields);
        paging.ok_or_else(|| fields.into_error())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use store::Way;

    use super::*;
    use crate::error::ApiError;

    fn at(key: &str) -> Position {
        Position {
            way: Way::On,
            key: key.to_owned(),
        }
    }

    /// The address of the page after one of this list.
    fn next(target: &str) -> String {
        Paging::of(target).unwrap().address(&at("abc"))
    }

    /// The same page, asked of another address.
    fn moved(next: &str, target: &str) -> Result<Paging, ApiError> {
        let (_, query) = next.split_once('?').unwrap();
        let page = query.split('&').next().unwrap();
        let separator = if target.contains('?') { '&' } else { '?' };
        Paging::of(&format!("{target}{separator}{page}"))
    }

    #[test]
    fn a_call_that_says_nothing_gets_the_first_twenty() {
        for target in ["/x", "/x/", "/x?page=1", "/x/?page=&page_size="] {
            let Paging { request, path, .. } = Paging::of(target).unwrap();

            assert_eq!((request.size, request.start), (20, Start::After(0)));
            assert_eq!((request.count_to, path.as_str()), (10_000, "/x"));
        }
    }

    #[test]
    fn a_page_has_a_number_down_to_the_ten_thousandth_entry() {
        for (query, before) in [
            ("page=3", 40),
            ("page=500", 9_980),
            ("page=100&page_size=100", 9_900),
            ("page=10000&page_size=1", 9_999),
            ("page=3&page_size=30", 60),
            ("page=333&page_size=30", 9_960),
        ] {
            let paging = Paging::of(&format!("/x?{query}")).unwrap();
            assert_eq!(paging.request.start, Start::After(before), "{query}");
        }
    }

    #[test]
    fn nonsense_is_a_400_that_names_the_field() {
        for (query, field) in [
            ("page=0", "page"),
            ("page=03", "page"),
            ("page=-1", "page"),
            ("page=%2B2", "page"),
            ("page=last", "page"),
            ("page=501", "page"),
            ("page=101&page_size=100", "page"),
            ("page=99999999999999999999999", "page"),
            ("page=%00", "page"),
            ("page=%F0%9F%92%A3", "page"),
            ("page=PmFiYw", "page"),
            ("page_size=0", "page_size"),
            ("page_size=101", "page_size"),
            ("page_size=-1", "page_size"),
            ("page_size=%2B5", "page_size"),
            ("page_size=1e1", "page_size"),
            ("page_size=99999999999999999999999", "page_size"),
            ("page_size=twenty", "page_size"),
        ] {
            let error = Paging::of(&format!("/x/?{query}")).unwrap_err();

            assert_eq!(error.code, "invalid_fields", "{query}");
            assert_eq!(error.details.keys().collect::<Vec<_>>(), [field], "{query}");
        }
        let error = Paging::of("/x?page=0&page_size=0").unwrap_err();
        assert_eq!(error.details.len(), 2);
    }

    #[test]
    fn the_next_page_keeps_what_else_was_asked() {
        let target = "/x/?search=a%26b+c&page_size=5&role=admin&page=7";

        let next = next(target);

        assert!(next.starts_with("/x?page="));
        assert!(next.ends_with("&page_size=5&search=a%26b+c&role=admin"));
        assert_eq!(
            Paging::of(&next).unwrap().request.start,
            Start::At(at("abc"))
        );
    }

    #[test]
    fn a_position_is_of_its_own_list_alone() {
        let next = next("/x?role=admin&sort=up");
        for same in [
            "/x?role=admin&sort=up",
            "/x/?sort=up&role=admin&page_size=7",
            "/x?sort=up&role=admin&search=&format=csv",
        ] {
            assert!(moved(&next, same).is_ok(), "{same}");
        }
        for other in [
            "/x",
            "/y?role=admin&sort=up",
            "/x?role=admin",
            "/x?role=admin&sort=down",
            "/x?role=admin&sort=up&search=a",
            "/x?role=admin&sort=up&sort=up",
        ] {
            let error = moved(&next, other).unwrap_err();
            assert_eq!(
                error.details.keys().collect::<Vec<_>>(),
                ["page"],
                "{other}"
            );
        }
    }

    fn body(next: Option<Position>, count: Option<Count>) -> serde_json::Value {
        let page = Page {
            items: vec![1, 2],
            next,
            previous: None,
            count,
        };
        let axum::Json(body) = Paging::of("/x").unwrap().body(page);
        serde_json::to_value(body).unwrap()
    }

    #[test]
    fn a_list_says_how_many_entries_it_has() {
        let all = body(None, None);
        assert_eq!(
            (&all["count"], all.get("count_at_least")),
            (&2.into(), None)
        );
        let part = body(Some(at("abc")), Some(Count::Exactly(7)));
        assert_eq!(
            (&part["count"], part.get("count_at_least")),
            (&7.into(), None)
        );
        let long = body(Some(at("abc")), Some(Count::AtLeast(10_000)));
        assert_eq!(long["count"], serde_json::Value::Null);
        assert_eq!(long["count_at_least"], 10_000);
    }

    proptest! {
        #[test]
        fn no_page_makes_it_panic(page in "\\PC{0,40}", size in "[0-9]{0,4}") {
            let params = PageParams { page: Some(page), page_size: Some(size) };
            let mut fields = Fields::default();

            let paging = Paging::read(&params, "/x", "", &mut fields);

            prop_assert_eq!(paging.is_some(), fields.is_empty());
        }
    }
}
