//! Which entries of a list are wanted, where not all are.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::item::{Item, from_item};

/// The entries of a list that are wanted, and the attributes that say so: who counts or skips entries reads no others.
pub struct Wanted<'a> {
    attributes: &'static [&'static str],
    test: Option<Box<Test<'a>>>,
}

type Test<'a> = dyn Fn(Item) -> Result<bool, StoreError> + Send + Sync + 'a;

impl<'a> Wanted<'a> {
    /// All entries.
    pub fn all() -> Self {
        Self {
            attributes: &[],
            test: None,
        }
    }

    /// The entries whose facts fit. The facts are made of these attributes and have nothing else. `attempt` completes the
    /// sentence 'an item could not be read to …'.
    pub fn by<F: DeserializeOwned>(
        attributes: &'static [&'static str],
        attempt: &'static str,
        fits: impl Fn(F) -> bool + Send + Sync + 'a,
    ) -> Self {
        let test = move |facts| Ok(fits(from_item(facts, attempt)?));
        Self {
            attributes,
            test: Some(Box::new(test)),
        }
    }

    /// Whether nothing is sorted out.
    pub fn is_all(&self) -> bool {
        self.test.is_none()
    }

    /// Whether an entry is wanted.
    pub fn takes(&self, item: &Item) -> Result<bool, StoreError> {
        let Some(test) = &self.test else {
            return Ok(true);
        };
        let fact = |name: &&str| item.get_key_value(*name);
        let facts = self.attributes.iter().filter_map(fact);
        test(
            facts
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    /// The same query, which reads of each entry what says whether it is wanted, its sort key if one is named, and no more.
    pub fn narrow(
        &self,
        mut query: QueryFluentBuilder,
        sort_key: Option<&str>,
    ) -> QueryFluentBuilder {
        let mut projection = Vec::new();
        if let Some(name) = sort_key {
            query = query.expression_attribute_names("#sk", name);
            projection.push("#sk".to_owned());
        }
        for (place, name) in self.attributes.iter().enumerate() {
            let placeholder = format!("#fact{place}");
            query = query.expression_attribute_names(&placeholder, *name);
            projection.push(placeholder);
        }
        query.projection_expression(projection.join(", "))
    }
}
