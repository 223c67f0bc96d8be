//! What a list of products is asked, read from the query of its address.

use std::collections::{BTreeMap, BTreeSet};

use api::{Answer, ApiError, Fields};
use axum::extract::{FromRequestParts, Query as OfUri};
use axum::http::Uri;
use axum::http::request::Parts;
use catalog_index::{MOST_CHARACTERS, Order, Query, Search};
use form_urlencoded::Serializer;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::price;

/// The number of products of a page, unless the caller says otherwise, and at most.
const DEFAULT_SIZE: u32 = 20;
const MAX_SIZE: u32 = 100;

/// The values of attributes that one query names at most.
const MOST_VALUES: usize = 20;

/// What the names of attributes begin with in a query.
const ATTRIBUTE: &str = "attributes.";

/// What products are listed, and in which order. All parameters can be combined.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListProducts {
    /// Words that a product has, all of them: in its name, its SKUs, or its descriptions. A word is found by its beginning, too,
    /// and one of five letters and more with one letter wrong. Words in quotation marks stand one after another.
    #[param(example = "green tea", max_length = 200)]
    search: Option<String>,
    /// The slug of a category: what is in it, and in all below it.
    #[param(example = "tea")]
    category: Option<String>,
    /// The lowest price, whatever the currency.
    #[param(example = "5")]
    min_price: Option<String>,
    /// The highest price, likewise.
    #[param(example = "19.90")]
    max_price: Option<String>,
    /// The moment from which on a product was made (RFC 3339).
    #[param(example = "2026-01-01T00:00:00Z")]
    created_after: Option<String>,
    /// The moment until which a product was made.
    #[param(example = "2026-12-31T23:59:59Z")]
    created_before: Option<String>,
    /// Whether nothing has to be sent of it: `true` or `false`.
    #[param(example = "false")]
    is_digital: Option<String>,
    /// Whether a piece of it can be ordered: `true` or `false`.
    #[param(example = "true")]
    in_stock: Option<String>,
    /// `false` for those that are not shown: who manages the catalogue sees all of them, anybody else their own.
    #[param(example = "true")]
    is_active: Option<String>,
    /// The order: `price`, `created_at` or `name`, with `-` before it backwards, or `relevance`. The newest come first, or the most
    /// relevant where something is searched for. What is equal in it comes by its id.
    #[param(example = "-price")]
    ordering: Option<String>,
    /// `true` for how many there are by category, attribute and price.
    #[param(example = "true")]
    facets: Option<String>,
    /// The number of the page. One after the last is a 404.
    #[param(minimum = 1, default = 1, value_type = Option<u32>, example = 1)]
    page: Option<String>,
    /// The number of products of a page.
    #[param(minimum = 1, maximum = 100, default = 20, value_type = Option<u32>, example = 20)]
    page_size: Option<String>,
}

/// The names of its fields.
const KNOWN: [&str; 13] = [
    "search",
    "category",
    "min_price",
    "max_price",
    "created_after",
    "created_before",
    "is_digital",
    "in_stock",
    "is_active",
    "ordering",
    "facets",
    "page",
    "page_size",
];

/// A list of products that is asked for.
#[derive(Debug)]
pub struct Asked {
    /// All of it but what depends on who asks.
    pub(crate) query: Query,
    /// Whether those are asked for that are not shown.
    pub(crate) wants_hidden: bool,
    /// What was given besides the page.
    others: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        Self::read(&parts.uri)
    }
}

impl Asked {
    /// Reads the query of an address. What is not known in it, or is no value, is refused by its name, all at once. What is
    /// left empty is not given.
    fn read(uri: &Uri) -> Answer<Self> {
        let mut fields = Fields::default();
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let attributes = sort(&mut fields, &pairs);
        if !fields.is_empty() {
            return Err(fields.into_error());
        }
        // Each name is there once, and every value is a text: this cannot fail.
        let given = OfUri::<ListProducts>::try_from_uri(uri);
        let given = given.map_or_else(|_| ListProducts::default(), |OfUri(given)| given);
        let asked = given.check(&mut fields, attributes);
        if !fields.is_empty() {
            return Err(fields.into_error());
        }
        let is_page = |name: &str| ["page", "page_size"].contains(&name);
        let mut others = pairs;
        others.retain(|(name, _)| !is_page(name));
        Ok(Self { others, ..asked })
    }

    /// Path and query of another page of the list.
    pub(crate) fn address(&self, page: u32) -> String {
        let query = Serializer::new(String::new())
            .append_pair("page", &page.to_string())
            .append_pair("page_size", &self.query.page_size.to_string())
            .extend_pairs(&self.others)
            .finish();
        format!("/api/v1/products?{query}")
    }
}

/// Gathers the attributes of a query, and notes what is in it that there is not.
fn sort(fields: &mut Fields, pairs: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let (mut attributes, mut seen) = (BTreeMap::<_, BTreeSet<_>>::new(), BTreeSet::new());
    let mut values = 0;
    for (name, value) in pairs {
        let attribute = name.strip_prefix(ATTRIBUTE).filter(|path| !path.is_empty());
        if let Some(path) = attribute {
            if !value.is_empty() {
                values += 1;
                attributes
                    .entry(path.to_owned())
                    .or_default()
                    .insert(value.clone());
            }
            if values > MOST_VALUES {
                fields.reject(
                    name,
                    format!("Name {MOST_VALUES} values of attributes at most."),
                );
                break;
            }
        } else if !KNOWN.contains(&&**name) {
            fields.reject(name, "This parameter is not known.");
        } else if !seen.insert(name) {
            fields.reject(name, "Give this parameter once.");
        }
    }
    attributes
}

impl ListProducts {
    fn check(self, fields: &mut Fields, attributes: BTreeMap<String, BTreeSet<String>>) -> Asked {
        let search = given(self.search).and_then(|text| fields.check("search", search(&text)));
        let order = given(self.ordering).and_then(|text| fields.check("ordering", order(&text)));
        let by_default = if search.is_some() {
            Order::Relevance
        } else {
            Order::CreatedDescending
        };
        let mut truth = |name, value| truth(fields, name, value);
        let is_digital = truth("is_digital", self.is_digital);
        let in_stock = truth("in_stock", self.in_stock);
        let is_active = truth("is_active", self.is_active);
        let facets = truth("facets", self.facets);
        let query = Query {
            search,
            category: given(self.category),
            min_price: amount(fields, "min_price", self.min_price),
            max_price: amount(fields, "max_price", self.max_price),
            created_after: moment(fields, "created_after", self.created_after),
            created_before: moment(fields, "created_before", self.created_before),
            is_digital,
            in_stock,
            attributes,
            order: order.unwrap_or(by_default),
            page: given(self.page)
                .and_then(|text| fields.check("page", page(&text)))
                .unwrap_or(1),
            page_size: given(self.page_size)
                .and_then(|text| fields.check("page_size", size(&text)))
                .unwrap_or(DEFAULT_SIZE),
            facets: facets.unwrap_or(false),
            ..Query::default()
        };
        Asked {
            query,
            wants_hidden: is_active == Some(false),
            others: Vec::new(),
        }
    }
}

fn given(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

fn search(text: &str) -> Result<Search, String> {
    if text.chars().count() > MOST_CHARACTERS {
        return Err(format!("Enter {MOST_CHARACTERS} characters at most."));
    }
    Ok(Search::parse(text))
}

fn order(text: &str) -> Result<Order, &'static str> {
    Ok(match text {
        "price" => Order::PriceAscending,
        "-price" => Order::PriceDescending,
        "created_at" => Order::CreatedAscending,
        "-created_at" => Order::CreatedDescending,
        "name" => Order::NameAscending,
        "-name" => Order::NameDescending,
        "relevance" => Order::Relevance,
        _ => {
            return Err(
                "Enter price, created_at or name, with - before it backwards, or relevance.",
            );
        }
    })
}

fn truth(fields: &mut Fields, name: &str, value: Option<String>) -> Option<bool> {
    let truth = given(value)?.parse();
    fields.check(name, truth.map_err(|_| "Enter true or false."))
}

fn amount(fields: &mut Fields, name: &str, value: Option<String>) -> Option<i64> {
    let amount = price::parse(&given(value)?);
    fields.check(name, amount.ok_or("Enter an amount, such as 19.99."))
}

fn moment(fields: &mut Fields, name: &str, value: Option<String>) -> Option<i64> {
    let moment = given(value)?.parse::<Timestamp>();
    let moment = moment.map_err(|_| "Enter a moment such as 2026-11-21T12:00:00Z.");
    Some(fields.check(name, moment)?.as_millisecond())
}

/// The number of a page. One that no number is large enough for is behind the last as well.
fn page(text: &str) -> Result<u32, &'static str> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_plain.then(|| text.parse().unwrap_or(u32::MAX));
    number.ok_or("Enter a number from 1 on.")
}

fn size(text: &str) -> Result<u32, String> {
    let size = page(text).ok().filter(|size| *size <= MAX_SIZE);
    size.ok_or_else(|| format!("Enter a number from 1 to {MAX_SIZE}."))
}

#[cfg(test)]
mod tests {
    use utoipa::IntoParams as _;

    use super::*;

    fn read(query: &str) -> Answer<Asked> {
        let uri = format!("/api/v1/products/?{query}");
        Asked::read(&uri.parse().unwrap())
    }

    #[test]
    fn what_is_known_is_what_is_described() {
        let described = ListProducts::into_params(|| None);
        let names: Vec<String> = described.into_iter().map(|one| one.name).collect();
        assert_eq!(names, KNOWN);
    }

    #[test]
    fn what_is_asked_is_read() {
        let asked = read(
            "search=tea&category=teas&min_price=5&max_price=19.9&is_digital=false&in_stock=true&page=3\
             &attributes.color=red&attributes.color=blue&attributes.spec.size=1&page_size=7&ordering=&is_active=false",
        );

        let Asked {
            query,
            wants_hidden,
            ..
        } = asked.unwrap();
        assert_eq!(
            (query.min_price, query.max_price),
            (Some(50_000), Some(199_000))
        );
        assert_eq!(
            (query.is_digital, query.in_stock, wants_hidden),
            (Some(false), Some(true), true)
        );
        assert_eq!(
            (query.page, query.page_size, query.order),
            (3, 7, Order::Relevance)
        );
        let values: Vec<&str> = query.attributes["color"]
            .iter()
            .map(|value| &**value)
            .collect();
        assert_eq!((values, query.attributes.len()), (vec!["blue", "red"], 2));
        assert_eq!(read("").unwrap().query.order, Order::CreatedDescending);
        assert_eq!(read("page=99999999999").unwrap().query.page, u32::MAX);
    }

    #[test]
    fn the_other_pages_keep_what_else_was_asked() {
        let asked = read("page=2&search=a%26b&attributes.color=red&page_size=5").unwrap();

        let address = "/api/v1/products?page=3&page_size=5&search=a%26b&attributes.color=red";
        assert_eq!(asked.address(3), address);
    }
}
