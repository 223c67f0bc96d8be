//! A product, and what may be said of it.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::id::UserId;
use kernel::money::{Currency, InvalidAmount, Money};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::attributes::Attributes;
use crate::category::CategoryId;
use crate::image::ImageId;
use crate::sku::Sku;
use crate::slug::Slug;

/// The categories that a product is in at most.
pub const MOST_CATEGORIES: usize = 10;

kernel::id!(
    /// The id of a product.
    ProductId
);

impl From<kernel::id::Uuid> for ProductId {
    fn from(id: kernel::id::Uuid) -> Self {
        Self(id)
    }
}

/// A product, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// What it is called.
    pub name: String,
    /// Its name in addresses, which no other product has.
    pub slug: Slug,
    /// Its seller's own name of it, which neither another product nor a variant has.
    pub sku: Sku,
    /// What it is, in words of any number of lines.
    pub description: String,
    /// The same in a line, for lists.
    pub short_description: String,
    /// What it costs.
    pub price: Price,
    /// The categories that it is in, one at least.
    pub categories: Vec<CategoryId>,
    /// What else there is to say of it.
    pub attributes: Attributes,
    /// False hides it from all but its creator and administrators.
    pub is_active: bool,
    /// Whether nothing has to be sent of it.
    pub is_digital: bool,
    /// What it weighs, in grams.
    pub weight: Option<u32>,
    /// How large it is.
    pub dimensions: Option<Dimensions>,
    /// The rate of tax that it is sold under.
    pub tax_class: TaxClass,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub updated_at: Timestamp,
    /// The number of its changes, with the first; those of its variants and images count as its own.
    pub version: u64,
    /// Its images, in the order in which they are shown.
    #[serde(default)]
    pub images: Vec<ImageId>,
}

/// The kind of rate at which something is taxed. Which rate that is depends on the country.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    /// The rate of most things.
    #[default]
    Standard,
    /// A lower rate, such as that of food and books.
    Reduced,
    /// No tax.
    Zero,
}

/// A text names no kind of rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter standard, reduced or zero.")]
pub struct UnknownTaxClass;

impl TaxClass {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Reduced, Self::Zero];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Zero => "zero",
        }
    }
}

impl FromStr for TaxClass {
    type Err = UnknownTaxClass;

    fn from_str(text: &str) -> Result<Self, UnknownTaxClass> {
        let mut all = Self::ALL.into_iter();
        all.find(|class| class.as_str() == text)
            .ok_or(UnknownTaxClass)
    }
}

/// What a product costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// What it costs now.
    pub now: Money,
    /// What it cost before, in the same currency: more than now.
    pub before: Option<Money>,
}

/// The size of what is sent, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimensions {
    /// The longest side.
    pub length: u32,
    /// The next.
    pub width: u32,
    /// The shortest.
    pub height: u32,
}

/// The reason why something is no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPrice {
    /// It is no amount of its currency.
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    /// What it cost before is not more than what it costs now.
    #[error("Enter a price that is higher than the price of now, or none.")]
    NotHigher,
}

impl Price {
    /// A price in a currency.
    pub fn parse(now: &str, currency: Currency) -> Result<Self, InvalidPrice> {
        let now = Money::parse(now, currency)?;
        Ok(Self { now, before: None })
    }

    /// The same, and what it was before.
    ///
    /// # Errors
    /// It was not more.
    pub fn lowered_from(self, before: &str) -> Result<Self, InvalidPrice> {
        let before = Money::parse(before, self.now.currency())?;
        if before.minor() > self.now.minor() {
            let before = Some(before);
            Ok(Self { before, ..self })
        } else {
            Err(InvalidPrice::NotHigher)
        }
    }
}

impl Product {
    /// Whether somebody may change it: who made it, and who manages the catalogue.
    pub fn may_be_changed_by(&self, user_id: UserId, manages: bool) -> bool {
        manages || self.created_by == user_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_was_higher_or_says_nothing_of_before() {
        let price = Price::parse("19.90", Currency::EUR).unwrap();
        assert_eq!(price.now.to_string(), "19.90 EUR");
        assert_eq!(price.before, None);

        let before = price.lowered_from("24.9").unwrap().before;
        assert_eq!(before.map(Money::minor), Some(2_490));
        for same_or_less in ["19.90", "19.9", "0"] {
            assert_eq!(
                price.lowered_from(same_or_less),
                Err(InvalidPrice::NotHigher)
            );
        }
        let refused = price.lowered_from("24.999");
        assert_eq!(
            refused,
            Err(InvalidPrice::Amount(InvalidAmount::TooPrecise(2)))
        );
    }
}
