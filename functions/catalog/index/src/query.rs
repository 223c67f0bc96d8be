//! What is asked of the index, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::entry::Change;
use crate::facets::Facets;
use crate::search::Search;

/// What is asked: one page of the entries that have all of this.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The words to be found.
    pub search: Option<Search>,
    /// The slug of a category that visitors see: what is in it, or in one below it that they see.
    pub category: Option<String>,
    /// The lowest price, in ten-thousandths of the currency's unit, itself included.
    pub min_price: Option<i64>,
    /// The highest price, likewise.
    pub max_price: Option<i64>,
    /// The first moment that an entry was made in, in milliseconds since 1970, itself included.
    pub created_after: Option<i64>,
    /// The last moment, likewise.
    pub created_before: Option<i64>,
    /// Whether nothing has to be sent.
    pub is_digital: Option<bool>,
    /// Whether some of it is in stock.
    pub in_stock: Option<bool>,
    /// Whether what visitors see is listed, or what is hidden.
    pub activity: Activity,
    /// Paths of attributes, and values of which each path must have one.
    pub attributes: BTreeMap<String, BTreeSet<String>>,
    /// In which order.
    pub order: Order,
    /// The number of the page, from 1 on. A zero is taken for one.
    pub page: u32,
    /// The entries of a page.
    pub page_size: u32,
    /// Whether to count what there is by category, attribute and price.
    pub facets: bool,
    /// What the caller has changed a moment ago: the answer is as if it was applied. Up to a hundred changes cost little.
    pub overlay: Vec<Change>,
}

/// Whether what visitors see is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Activity {
    /// What is active, and in a category that visitors see.
    #[default]
    Active,
    /// What is not active, in whatever category.
    Inactive {
        /// The account that made it, unless it may be any.
        creator: Option<Uuid>,
    },
}

/// An order. Entries that are equal in it come by their ids, ascending, so that no page repeats one of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The cheapest first.
    PriceAscending,
    /// The dearest first.
    PriceDescending,
    /// The oldest first.
    CreatedAscending,
    /// The newest first.
    #[default]
    CreatedDescending,
    /// By their names, without case and accents.
    NameAscending,
    /// By their names, backwards.
    NameDescending,
    /// What fits the searched words best; the newest first where nothing is searched for.
    Relevance,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How many entries there are, on all pages: exactly.
    pub count: u64,
    /// Those of the page.
    pub rows: Vec<Hit>,
    /// What there is on all pages, if it was asked for.
    pub facets: Option<Facets>,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: u64,
    /// Whether there is a piece of it.
    pub in_stock: bool,
    /// Its row; `None` if rows are kept outside the index, and it is not of the overlay.
    pub row: Option<String>,
}

impl Query {
    /// The order that is asked for, by something that there is.
    pub(crate) fn effective_order(&self) -> Order {
        match self.order {
            Order::Relevance if self.words().is_none() => Order::CreatedDescending,
            order => order,
        }
    }

    /// The search, unless it lets everything through.
    pub(crate) fn words(&self) -> Option<&Search> {
        self.search.as_ref().filter(|search| !search.is_blank())
    }

    /// Whether it asks for all that visitors see, whatever the page and the order.
    pub(crate) fn is_unfiltered(&self) -> bool {
        self.words().is_none()
            && self.category.is_none()
            && self.min_price.is_none()
            && self.max_price.is_none()
            && self.created_after.is_none()
            && self.created_before.is_none()
            && self.is_digital.is_none()
            && self.in_stock.is_none()
            && self.activity == Activity::Active
            && self.attributes.is_empty()
            && self.overlay.is_empty()
    }

    /// The places of the page in the order, from the first to before the last.
    pub(crate) fn places(&self) -> std::ops::Range<usize> {
        let (page, size) = (self.page.max(1) as usize, self.page_size as usize);
        let first = (page - 1).saturating_mul(size);
        first..first.saturating_add(size)
    }
}
