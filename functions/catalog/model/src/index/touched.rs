//! What a record of the table's stream is about, as far as the index depends on it.

use serde::Deserialize;
use serde::de::Error as _;

use super::keys::INDEX;
use crate::category;
use crate::product::{ProductId, keys as product_keys};

/// What a record of the stream is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// A product, or what is part of it.
    Product(ProductId),
    /// The tree of categories.
    Tree,
    /// Somebody asks for the index, which is missing or damaged.
    Wish,
}

#[derive(Deserialize)]
struct Keys {
    pk: String,
}

impl Touched {
    /// What the item with these keys is part of; `None` for what the index does not depend on.
    ///
    /// # Errors
    /// They are no keys of the table.
    pub fn of(keys: serde_dynamo::Item) -> Result<Option<Self>, serde_dynamo::Error> {
        let Keys { pk } = serde_dynamo::from_item(keys)?;
        if pk == category::ALL {
            return Ok(Some(Self::Tree));
        }
        if pk == INDEX {
            return Ok(Some(Self::Wish));
        }
        let Some(id) = pk.strip_prefix(product_keys::PARTITION) else {
            return Ok(None);
        };
        let id = id.parse().map_err(serde_dynamo::Error::custom)?;
        Ok(Some(Self::Product(id)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn touched(pk: &serde_json::Value) -> Result<Option<Touched>, serde_dynamo::Error> {
        Touched::of(serde_dynamo::to_item(json!({"pk": pk, "sk": "X"})).unwrap())
    }

    #[test]
    fn what_the_index_depends_on_is_told_by_the_key() {
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33";
        let product = touched(&json!(format!("PRODUCT#{id}"))).unwrap();
        assert_eq!(product, Some(Touched::Product(id.parse().unwrap())));
        assert_eq!(touched(&json!("CATEGORIES")).unwrap(), Some(Touched::Tree));
        assert_eq!(touched(&json!("INDEX")).unwrap(), Some(Touched::Wish));
        for other in ["PRODUCT_SLUG#tea", "SKU#T-1", "CREATOR#1", "CATEGORY#1"] {
            assert_eq!(touched(&json!(other)).unwrap(), None, "{other}");
        }
        for broken in [json!("PRODUCT#tea"), json!("PRODUCT#"), json!(7)] {
            assert!(touched(&broken).is_err(), "{broken}");
        }
    }
}
