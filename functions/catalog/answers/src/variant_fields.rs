//! A variant as a request says it.

use std::fmt::Display;

use api::Fields;
use catalog::product::Attributes;
use catalog::sku::Sku;
use catalog::text::line;
use kernel::money::{Currency, Money};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The longest name, in characters.
const MAX_NAME: usize = 200;

/// A variant, whole.
#[derive(Debug, Deserialize, ToSchema)]
pub struct VariantFields {
    /// What tells it apart from the others, in 1 to 200 characters.
    #[schema(required, example = "250 g", max_length = 200)]
    #[serde(default)]
    name: String,
    /// Its stock keeping unit, which neither a product nor another variant may have, in whatever case.
    #[schema(required, example = "TEA-GREEN-250", max_length = 64)]
    #[serde(default)]
    sku: String,
    /// What it costs, in the currency of the product. It costs what the product does where this is left out.
    #[schema(example = "17.90")]
    price: Option<String>,
    /// What else there is to say of it: any JSON object, of at most 8 kB and three levels.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>, example = json!({"weight": "250 g"}))]
    attributes: Option<Map<String, Value>>,
    /// The number of pieces at which those who manage the catalogue are told that there are few left.
    #[schema(example = 5)]
    low_stock_threshold: Option<u32>,
    /// False hides it. True if it is left out.
    #[schema(example = true)]
    is_active: Option<bool>,
}

/// A variant as it is wanted: what was read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What tells it apart from the others.
    pub name: String,
    /// Its stock keeping unit.
    pub sku: Sku,
    /// What it costs, as it was given: what that is depends on the currency of the product.
    pub price: Option<String>,
    /// What else there is to say of it.
    pub attributes: Attributes,
    /// The number of pieces at which there are few left.
    pub low_stock_threshold: Option<u32>,
    /// False hides it.
    pub is_active: bool,
}

impl VariantFields {
    /// Reads them, or notes what is wrong.
    pub fn read(self, fields: &mut Fields) -> Option<Wanted> {
        let name = fields.check("name", name(&self.name));
        let sku = fields.check("sku", self.sku.parse::<Sku>());
        let attributes = self.attributes.unwrap_or_default();
        let attributes = fields.check("attributes", Attributes::check(attributes));
        Some(Wanted {
            name: name?,
            sku: sku?,
            price: self.price.filter(|price| !price.trim().is_empty()),
            attributes: attributes?,
            low_stock_threshold: self.low_stock_threshold,
            is_active: self.is_active.unwrap_or(true),
        })
    }
}

/// Checks a name.
///
/// # Errors
/// The reason why it is none.
pub fn name(text: &str) -> Result<String, impl Display + use<>> {
    line(text, MAX_NAME)
}

/// Reads the price of a variant in the currency of its product, or notes what is wrong.
pub fn price(fields: &mut Fields, text: &str, currency: Currency) -> Option<Money> {
    fields.check("price", Money::parse(text.trim(), currency))
}
