use std::collections::BTreeMap;

use catalog_index::{Attribute, Facets, PriceBand, Tree};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::price::units;

/// How many products there are on all pages of a list, by what it can be narrowed by.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductFacets {
    /// By category, the largest first: what is in one or below it.
    categories: Vec<CategoryFacet>,
    /// By attribute, the most frequent first; fifty at most.
    attributes: Vec<AttributeFacet>,
    /// By price, the cheapest first, whatever the currency; without bands that nothing is in.
    prices: Vec<PriceFacet>,
}

/// How many products there are in a category.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryFacet {
    /// Its id.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    id: Uuid,
    /// Its name in addresses, which `category` takes.
    #[schema(example = "tea")]
    slug: String,
    /// The number of products.
    #[schema(example = 12)]
    count: u64,
}

/// How many products have an attribute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttributeFacet {
    /// Its name; of one within others the path, with points: what stands behind `attributes.` in a query.
    #[schema(example = "color")]
    name: String,
    /// The number of products that have it.
    #[schema(example = 9)]
    count: u64,
    /// Its values, the most frequent first; fifty at most.
    values: Vec<ValueFacet>,
}

/// How many products have a value of an attribute.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ValueFacet {
    /// The value, as text.
    #[schema(example = "green")]
    value: String,
    /// The number of products.
    #[schema(example = 5)]
    count: u64,
}

/// How many products there are in a band of prices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceFacet {
    /// The lowest price in it.
    #[schema(example = "5")]
    from: String,
    /// The price that it goes up to, itself not included; null for the last.
    #[schema(example = "10")]
    to: Option<String>,
    /// The number of products.
    #[schema(example = 7)]
    count: u64,
}

impl ProductFacets {
    /// Counts, with the categories as the tree names them.
    pub(crate) fn of(facets: Facets, tree: &Tree) -> Self {
        let slugs: BTreeMap<Uuid, &str> = tree
            .categories()
            .iter()
            .map(|category| (category.id, &*category.slug))
            .collect();
        let category = |(id, count): (Uuid, u64)| {
            let slug = (*slugs.get(&id)?).to_owned();
            Some(CategoryFacet { id, slug, count })
        };
        Self {
            categories: facets.categories.into_iter().filter_map(category).collect(),
            attributes: facets
                .attributes
                .into_iter()
                .map(AttributeFacet::from)
                .collect(),
            prices: facets.prices.into_iter().map(PriceFacet::from).collect(),
        }
    }
}

impl From<Attribute> for AttributeFacet {
    fn from(attribute: Attribute) -> Self {
        let values = attribute.values.into_iter();
        Self {
            name: attribute.path,
            count: attribute.count,
            values: values
                .map(|(value, count)| ValueFacet { value, count })
                .collect(),
        }
    }
}

impl From<PriceBand> for PriceFacet {
    fn from(band: PriceBand) -> Self {
        Self {
            from: units(band.from),
            to: band.to.map(units),
            count: band.count,
        }
    }
}
