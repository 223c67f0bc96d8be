//! What is indexed of a product, and how it changes.

use std::collections::BTreeSet;
use std::hash::Hash;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// All that is indexed of a product.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// The product's id.
    pub id: Uuid,
    /// A number that every change of what is indexed makes larger, also one of its stock: the larger one is taken.
    pub version: u64,
    /// What the product is called.
    pub name: String,
    /// The stock keeping units of the product and of its variants, as their seller spells them.
    pub skus: Vec<String>,
    /// Its short description and its description. A phrase is found within one of them.
    pub texts: Vec<String>,
    /// What it costs, in ten-thousandths of its currency's unit, so that amounts of several currencies are ordered as numbers.
    pub price: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// The categories that it is in itself.
    pub categories: Vec<Uuid>,
    /// Its attributes, as paths and values.
    pub facts: BTreeSet<(String, String)>,
    /// Whether nothing has to be sent of it.
    pub is_digital: bool,
    /// Whether some of it is in stock.
    pub in_stock: bool,
    /// False hides it from visitors.
    pub is_active: bool,
    /// The account that made it.
    pub created_by: Uuid,
    /// The row of a list as JSON, which the index keeps and does not read.
    pub row: String,
}

impl Entry {
    /// A number of its content. A record that comes twice has the same, and is not written twice.
    ///
    /// How Rust feeds a hash may change with its release: then a repeated record is written once more, and answers stay.
    pub(crate) fn digest(&self) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        self.hash(&mut hasher);
        hasher.finalize()
    }
}

/// A change of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The product is this now.
    Put(Box<Entry>),
    /// The product is no more.
    Remove {
        /// The product's id.
        id: Uuid,
        /// The version that its removal has: not less than that of what was removed.
        version: u64,
    },
}

/// What is known of a product before a change comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// It is indexed.
    Indexed {
        /// Its version.
        version: u64,
        /// The number of its content.
        digest: u32,
    },
    /// It was removed, at this version.
    Removed(u64),
}

impl Change {
    /// The product that changes.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Put(entry) => entry.id,
            Self::Remove { id, .. } => *id,
        }
    }

    /// Its version after the change.
    pub fn version(&self) -> u64 {
        match self {
            Self::Put(entry) => entry.version,
            Self::Remove { version, .. } => *version,
        }
    }

    /// What is known once this change is made.
    pub(crate) fn known(&self) -> Known {
        match self {
            Self::Put(entry) => Known::Indexed {
                version: entry.version,
                digest: entry.digest(),
            },
            Self::Remove { version, .. } => Known::Removed(*version),
        }
    }

    /// Whether the change is to be made: records come twice, and an older one after a newer. Of one version a removal is the
    /// last word; another content of it is taken, as who puts it has read it later.
    pub(crate) fn is_news(&self, before: Option<Known>) -> bool {
        match (self, before) {
            (_, None) => true,
            (Self::Put(entry), Some(Known::Indexed { version, digest })) => {
                entry.version > version || (entry.version == version && entry.digest() != digest)
            }
            (Self::Put(entry), Some(Known::Removed(version))) => entry.version > version,
            (Self::Remove { version: new, .. }, Some(Known::Indexed { version, .. })) => {
                *new >= version
            }
            (Self::Remove { version: new, .. }, Some(Known::Removed(version))) => *new > version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(version: u64, name: &str) -> Change {
        Change::Put(Box::new(Entry {
            id: Uuid::nil(),
            version,
            name: name.to_owned(),
            skus: Vec::new(),
            texts: Vec::new(),
            price: 0,
            created_at: 0,
            categories: Vec::new(),
            facts: BTreeSet::new(),
            is_digital: false,
            in_stock: false,
            is_active: true,
            created_by: Uuid::nil(),
            row: String::new(),
        }))
    }

    fn remove(version: u64) -> Change {
        Change::Remove {
            id: Uuid::nil(),
            version,
        }
    }

    #[test]
    fn the_larger_version_is_taken_whatever_comes_first() {
        let known = put(5, "tea").known();
        for (change, is_news) in [
            (put(4, "old"), false),
            (put(5, "tea"), false),
            (put(5, "restocked"), true),
            (put(6, "new"), true),
            (remove(4), false),
            (remove(5), true),
        ] {
            assert_eq!(change.is_news(Some(known)), is_news, "{change:?}");
            assert!(change.is_news(None));
        }
    }

    #[test]
    fn what_was_removed_comes_back_by_a_larger_version_alone() {
        let known = remove(5).known();
        for (change, is_news) in [
            (put(5, "tea"), false),
            (put(6, "tea"), true),
            (remove(5), false),
            (remove(6), true),
        ] {
            assert_eq!(change.is_news(Some(known)), is_news, "{change:?}");
        }
    }
}
