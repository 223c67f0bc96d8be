//! A product with all that is part of it, as one partition of the table has it.

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

/// What is left of a product that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The variants that are left.
    pub variants: Vec<Variant>,
    /// The images that are left, in no order.
    pub images: Vec<Image>,
}

/// What has become of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is there.
    There(Box<Whole>),
    /// It was deleted a while ago.
    Deleted {
        /// The number of its changes, with its deletion.
        version: u64,
    },
    /// There never was one, or it was deleted long ago.
    Gone,
}

/// What the items of a partition are.
#[derive(Default)]
struct Parts {
    /// The product, whether or not it was deleted.
    product: Option<(Product, bool)>,
    variants: Vec<Variant>,
    images: Vec<Image>,
}

impl Parts {
    fn of(items: Vec<Item>, attempt: &'static str) -> Result<Self, StoreError> {
        let mut parts = Self::default();
        for item in items {
            let sk = text(&item, "sk");
            if sk == PRODUCT {
                let is_deleted = is_deleted(&item);
                parts.product = Some((from_item(item, attempt)?, is_deleted));
            } else if sk.starts_with(variant::PREFIX) {
                parts.variants.push(from_item(item, attempt)?);
            } else if sk.starts_with(image::PREFIX) {
                parts.images.push(from_item(item, attempt)?);
            }
        }
        Ok(parts)
    }
}

/// Whether the item of a product says that it was deleted.
pub(super) fn is_deleted(item: &Item) -> bool {
    item.contains_key("deleted_at")
}

impl Left {
    pub(crate) fn of(items: Vec<Item>, attempt: &'static str) -> Result<Self, StoreError> {
        let Parts {
            variants, images, ..
        } = Parts::of(items, attempt)?;
        Ok(Self { variants, images })
    }
}

impl State {
    /// The product, if it is there.
    pub fn there(self) -> Option<Whole> {
        match self {
            Self::There(whole) => Some(*whole),
            Self::Deleted { .. } | Self::Gone => None,
        }
    }

    /// What the items of a partition say.
    pub(crate) fn of(items: Vec<Item>, attempt: &'static str) -> Result<Self, StoreError> {
        let Parts {
            product,
            variants,
            mut images,
        } = Parts::of(items, attempt)?;
        let Some((product, is_deleted)) = product else {
            return Ok(Self::Gone);
        };
        if is_deleted {
            let version = product.version;
            return Ok(Self::Deleted { version });
        }
        image::in_order(&mut images, &product.images);
        Ok(Self::There(Box::new(Whole {
            product,
            variants,
            images,
        })))
    }
}

impl Whole {
    /// Whether something of it can be had. What is digital never runs out.
    pub fn is_in_stock(&self) -> bool {
        let has_stock = |variant: &Variant| variant.is_active && variant.in_stock;
        self.product.is_digital || self.variants.iter().any(has_stock)
    }
}
