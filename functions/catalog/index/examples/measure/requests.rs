//! Kinds of requests.

use catalog_index::{Activity, Order, Query, Search};

use crate::products::Products;

/// A kind: what it is called, and how the query of a number is made.
pub(crate) type Kind = (&'static str, fn(&mut Products, usize) -> Query);

/// All of them.
pub(crate) const KINDS: [Kind; 11] = [
    ("list", |_, _| page(1)),
    ("list, with facets", |_, _| Query {
        facets: true,
        ..page(1)
    }),
    ("list by name", |_, _| Query {
        order: Order::NameAscending,
        ..page(1)
    }),
    ("filter and order", |products, _| filtered(products)),
    ("search", |products, _| searched(products)),
    ("search by two letters", |products, _| Query {
        search: Some(Search::parse(&products.word()[..2])),
        ..page(1)
    }),
    ("search by ten words", |products, _| Query {
        search: Some(Search::parse(&products.words(10))),
        ..page(1)
    }),
    ("filter, with facets", |products, _| Query {
        facets: true,
        ..filtered(products)
    }),
    ("search and filter, with facets", |products, _| Query {
        min_price: Some(20_000),
        in_stock: Some(true),
        facets: true,
        ..searched(products)
    }),
    ("page 50 of 100", |_, number| Query {
        order: [
            Order::PriceAscending,
            Order::NameDescending,
            Order::CreatedDescending,
        ][number % 3],
        page: 50,
        page_size: 100,
        ..page(1)
    }),
    ("search of inactive, overlay of 100", |products, _| Query {
        activity: Activity::Inactive { creator: None },
        overlay: (0..100).map(|_| products.change()).collect(),
        ..searched(products)
    }),
];

fn page(page: u32) -> Query {
    Query {
        page,
        page_size: 20,
        ..Query::default()
    }
}

fn filtered(products: &mut Products) -> Query {
    let fact = products.fact();
    Query {
        category: Some(products.slug()),
        max_price: Some(1_000_000),
        in_stock: Some(true),
        attributes: [(fact.0, [fact.1].into())].into(),
        order: Order::PriceAscending,
        ..page(1)
    }
}

fn searched(products: &mut Products) -> Query {
    Query {
        search: Some(Search::parse(&products.typed())),
        order: Order::Relevance,
        ..page(1)
    }
}
