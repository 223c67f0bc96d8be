use answers::ProductRow;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::asked::Asked;
use crate::facets_body::ProductFacets;

/// A page of products.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductPage {
    /// The number of products of the whole list.
    #[schema(example = 1)]
    count: u64,
    /// The page after this one, if there is one: path and query.
    #[schema(example = "/api/v1/products?page=3&page_size=20")]
    next: Option<String>,
    /// The page before this one, if there is one: path and query.
    #[schema(example = "/api/v1/products?page=1&page_size=20")]
    previous: Option<String>,
    /// The products of the page.
    #[schema(value_type = Vec<ProductRow>)]
    results: Vec<Box<RawValue>>,
    /// How many there are on all pages; only where `facets=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<ProductFacets>,
}

impl ProductPage {
    /// The page that was asked for of so many products; `None` if it is behind the last. The first is there even if it is empty.
    pub(crate) fn of(
        asked: &Asked,
        count: u64,
        results: Vec<Box<RawValue>>,
        facets: Option<ProductFacets>,
    ) -> Option<Self> {
        let (page, size) = (asked.query.page, asked.query.page_size);
        let end = u64::from(page) * u64::from(size);
        if page > 1 && end - u64::from(size) >= count {
            return None;
        }
        Some(Self {
            count,
            next: (end < count).then(|| asked.address(page + 1)),
            previous: (page > 1).then(|| asked.address(page - 1)),
            results,
            facets,
        })
    }
}
