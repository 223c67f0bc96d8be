//! A product with all that is part of it, as one partition of the table has it.

use serde::Deserialize;
use store::query::text;
use store::{Item, StoreError, from_item};

use super::keys::PRODUCT;
use super::rules::Product;
use crate::image::{self, Image};
use crate::variant::{self, Variant};

/// A product with all that is part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The product itself.
    pub product: Product,
    /// Its variants, the oldest first.
    pub variants: Vec<Variant>,
    /// Its images, in the order in which they are shown.
    pub images: Vec<Image>,
}

#[derive(Deserialize)]
struct Kept {
    #[serde(flatten)]
    product: Product,
    deleted_at: Option<i64>,
}

impl Whole {
    /// The product that the items of a partition are; `None` where there is none, or it was deleted.
    pub(crate) fn of(items: Vec<Item>, attempt: &'static str) -> Result<Option<Self>, StoreError> {
        let (mut product, mut variants, mut images) = (None, Vec::new(), Vec::new());
        for item in items {
            let sk = text(&item, "sk");
            if sk == PRODUCT {
                let kept: Kept = from_item(item, attempt)?;
                product = kept.deleted_at.is_none().then_some(kept.product);
            } else if sk.starts_with(variant::PREFIX) {
                variants.push(from_item(item, attempt)?);
            } else if sk.starts_with(image::PREFIX) {
                images.push(from_item(item, attempt)?);
            }
        }
        image::in_order(&mut images);
        Ok(product.map(|product| Self {
            product,
            variants,
            images,
        }))
    }

    /// Whether something of it can be had. What is digital never runs out.
    pub fn is_in_stock(&self) -> bool {
        let has_stock = |variant: &Variant| variant.is_active && variant.in_stock;
        self.product.is_digital || self.variants.iter().any(has_stock)
    }
}
