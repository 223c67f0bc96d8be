use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use store::update::Update;
use store::{Key, LIMITS, Store, StoreError, query};

use super::families::Family;
use super::figures::Figures;

/// The partition of all figures. They are counters, and few: an item for each function, limit, kind and method.
const PARTITION: &str = "METRICS";

/// The storage of figures.
pub struct Metrics<'a>(pub &'a Store);

/// Figures of one label of a family, since they are counted.
#[derive(Debug)]
pub struct Sums {
    /// The family.
    pub family: &'static Family,
    /// The value of its label.
    pub label: String,
    counts: BTreeMap<String, u64>,
}

fn key(family: &str, label: &str) -> Key {
    Key::new(PARTITION.to_owned(), &format!("{family}#{label}"))
}

impl Metrics<'_> {
    /// Adds what was counted: a write for each label.
    pub async fn add(&self, figures: &Figures) -> Result<(), StoreError> {
        let writes = figures.iter().filter_map(|(family, label, counts)| {
            let mut counts = counts.iter();
            let (attribute, amount) = counts.next()?;
            let item = Update::of(self.0.table(LIMITS), key(family, label));
            let first = item.count_up(attribute, *amount);
            let all = counts.fold(first, |update, (attribute, amount)| {
                update.count_up(attribute, *amount)
            });
            Some(all.apply(self.0, "add figures"))
        });
        try_join_all(writes).await.map(drop)
    }

    /// All figures, in the order of their labels.
    pub async fn list(&self) -> Result<Vec<Sums>, StoreError> {
        let table = self.0.table(LIMITS);
        let items = query::partition(self.0, table, PARTITION, "read the figures").await?;
        let sums = items.into_iter().filter_map(|item| {
            let (family, label) = query::text(&item, "sk").split_once('#')?;
            let (family, label) = (Family::of_key(family)?, label.to_owned());
            let counts = item.into_iter().filter_map(|(attribute, value)| {
                Some((attribute, value.as_n().ok()?.parse().ok()?))
            });
            let counts = counts.collect();
            Some(Sums {
                family,
                label,
                counts,
            })
        });
        Ok(sums.collect())
    }
}

impl Sums {
    /// The count of an attribute.
    pub fn count(&self, attribute: &str) -> u64 {
        self.counts.get(attribute).copied().unwrap_or_default()
    }
}
