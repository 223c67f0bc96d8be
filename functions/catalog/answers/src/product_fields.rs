//! A product as a request says it.

use std::fmt::Display;

use api::Fields;
use catalog::category::{CategoryId, Tree};
use catalog::product::{
    Attributes, Dimensions, MOST_CATEGORIES, Price, Product, ProductId, TaxClass, Whole,
};
use catalog::sku::Sku;
use catalog::slug::Slug;
use catalog::text::{line, prose};
use catalog::variant::Variant;
use jiff::Timestamp;
use kernel::id::UserId;
use kernel::money::{Currency, Money};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::SizeBody;

/// The longest name, description and short description, in characters.
const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 10_000;
const MAX_SHORT: usize = 300;

/// The heaviest and the largest thing that is sold: a thousand tonnes in grams, a kilometre in millimetres.
const MAX_WEIGHT: u32 = 1_000_000_000;
const MAX_SIDE: u32 = 1_000_000;

/// A product, whole.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ProductFields {
    /// What it is called, in 1 to 200 characters.
    #[schema(required, example = "Green tea", max_length = 200)]
    #[serde(default)]
    name: String,
    /// Its name in addresses, which no other product may have. Made from the name if it is left out.
    #[schema(example = "green-tea", max_length = 100)]
    slug: Option<String>,
    /// Its stock keeping unit, which neither another product nor a variant may have, in whatever case.
    #[schema(required, example = "TEA-GREEN", max_length = 64)]
    #[serde(default)]
    sku: String,
    /// What it is, in words.
    #[schema(
        example = "Steamed, rolled and dried on the day of the harvest.",
        max_length = 10000
    )]
    description: Option<String>,
    /// What it is, in a line, for lists.
    #[schema(example = "Sencha of the first harvest.", max_length = 300)]
    short_description: Option<String>,
    /// What it costs: a decimal number, as text.
    #[schema(required, example = "8.90")]
    #[serde(default)]
    price: String,
    /// What it cost before, if that was more.
    #[schema(example = "9.90")]
    compare_price: Option<String>,
    /// The currency of both (ISO 4217).
    #[schema(required, example = "EUR")]
    #[serde(default)]
    currency: String,
    /// Its categories, by their ids or slugs: 1 to 10.
    #[schema(required, example = json!(["tea"]))]
    #[serde(default)]
    categories: Vec<String>,
    /// What else there is to say of it: any JSON object, of at most 8 kB and three levels.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>, example = json!({"origin": "Uji"}))]
    attributes: Option<Map<String, Value>>,
    /// False hides it from visitors. True if it is left out.
    #[schema(example = true)]
    is_active: Option<bool>,
    /// Whether nothing has to be sent of it. False if it is left out.
    #[schema(example = false)]
    is_digital: Option<bool>,
    /// What it weighs, in grams.
    #[schema(example = 120, maximum = 1_000_000_000)]
    weight: Option<u32>,
    /// How large it is.
    dimensions: Option<SizeBody>,
    /// The rate of tax that it is sold under: `standard`, `reduced` or `zero`. `standard` if it is left out.
    #[schema(example = "reduced")]
    tax_class: Option<String>,
}

/// A product as it is wanted: what was read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it is called.
    pub name: String,
    /// Its name in addresses, where one is given.
    pub slug: Option<Slug>,
    /// Its stock keeping unit.
    pub sku: Sku,
    description: String,
    short_description: String,
    price: Price,
    /// Its categories, as they were given: whether there are such is seen by the tree.
    pub categories: Vec<String>,
    attributes: Attributes,
    is_active: bool,
    is_digital: bool,
    weight: Option<u32>,
    dimensions: Option<Dimensions>,
    tax_class: TaxClass,
}

impl Wanted {
    /// The name in addresses of a new product: what is given, or what its name makes. Notes that there is none.
    pub fn slug_of_new(&self, fields: &mut Fields) -> Option<Slug> {
        let slug = self.slug.clone().or_else(|| Slug::of(&self.name));
        if slug.is_none() {
            fields.reject("slug", "Enter one: this name has no letter to make it of.");
        }
        slug
    }

    /// A new product, made by somebody.
    pub fn into_new(
        self,
        (id, slug): (ProductId, Slug),
        categories: Vec<CategoryId>,
        created_by: UserId,
        now: Timestamp,
    ) -> Product {
        Product {
            id,
            name: self.name,
            slug,
            sku: self.sku,
            description: self.description,
            short_description: self.short_description,
            price: self.price,
            categories,
            attributes: self.attributes,
            is_active: self.is_active,
            is_digital: self.is_digital,
            weight: self.weight,
            dimensions: self.dimensions,
            tax_class: self.tax_class,
            created_by,
            created_at: now,
            updated_at: now,
            version: 1,
            images: Vec::new(),
        }
    }

    /// A product as it is wanted, in these categories; what cannot be wanted stays as it is in another one, and so does a slug
    /// that is not.
    pub fn over(self, before: Product, categories: Vec<CategoryId>) -> Product {
        Product {
            name: self.name,
            slug: self.slug.unwrap_or(before.slug),
            sku: self.sku,
            description: self.description,
            short_description: self.short_description,
            price: self.price,
            categories,
            attributes: self.attributes,
            is_active: self.is_active,
            is_digital: self.is_digital,
            weight: self.weight,
            dimensions: self.dimensions,
            tax_class: self.tax_class,
            ..before
        }
    }
}

impl ProductFields {
    /// Reads them, or notes what is wrong.
    pub fn read(self, fields: &mut Fields) -> Option<Wanted> {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let name = fields.check("name", name(&self.name));
        let slug = given(self.slug).map(|slug| fields.check("slug", slug.parse::<Slug>()));
        let sku = fields.check("sku", self.sku.parse::<Sku>());
        let text = self.description.unwrap_or_default();
        let description = fields.check("description", description(&text));
        let text = self.short_description.unwrap_or_default();
        let short_description = fields.check("short_description", short_description(&text));
        let before = given(self.compare_price);
        let price = price(fields, &self.currency, &self.price, before.as_deref());
        let attributes = self.attributes.unwrap_or_default();
        let attributes = fields.check("attributes", Attributes::check(attributes));
        let weight = self
            .weight
            .map(|grams| fields.check("weight", weight(grams)));
        let dimensions = self.dimensions;
        let dimensions = dimensions.map(|size| fields.check("dimensions", size_of(size)));
        let tax_class = given(self.tax_class);
        let tax_class = tax_class.map(|text| fields.check("tax_class", text.parse::<TaxClass>()));
        if !fields.is_empty() {
            return None;
        }
        Some(Wanted {
            name: name?,
            slug: slug.flatten(),
            sku: sku?,
            description: description?,
            short_description: short_description?,
            price: price?,
            categories: self.categories,
            attributes: attributes?,
            is_active: self.is_active.unwrap_or(true),
            is_digital: self.is_digital.unwrap_or(false),
            weight: weight.flatten(),
            dimensions: dimensions.flatten(),
            tax_class: tax_class.flatten().unwrap_or_default(),
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

/// Checks a description.
///
/// # Errors
/// The reason why it is none.
pub fn description(text: &str) -> Result<String, impl Display + use<>> {
    prose(text, MAX_DESCRIPTION)
}

/// Checks a short description: a line that may be empty.
///
/// # Errors
/// The reason why it is none.
pub fn short_description(text: &str) -> Result<String, impl Display + use<>> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        line(text, MAX_SHORT)
    }
}

/// Checks a weight.
///
/// # Errors
/// The reason why nothing has it.
pub fn weight(grams: u32) -> Result<u32, &'static str> {
    if grams <= MAX_WEIGHT {
        Ok(grams)
    } else {
        Err("Enter a weight in grams, 1,000,000,000 at most.")
    }
}

/// Checks a size.
///
/// # Errors
/// The reason why nothing has it.
pub fn size_of(size: SizeBody) -> Result<Dimensions, &'static str> {
    let SizeBody {
        length,
        width,
        height,
    } = size;
    let is_side = |side: u32| (1..=MAX_SIDE).contains(&side);
    if [length, width, height].into_iter().all(is_side) {
        Ok(Dimensions {
            length,
            width,
            height,
        })
    } else {
        Err("Enter length, width and height in millimetres, from 1 to 1,000,000.")
    }
}

/// Reads a price, or notes which of its fields is wrong.
pub fn price(
    fields: &mut Fields,
    currency: &str,
    now: &str,
    before: Option<&str>,
) -> Option<Price> {
    let currency = fields.check("currency", currency.trim().parse::<Currency>())?;
    let price = fields.check("price", Price::parse(now.trim(), currency))?;
    match before {
        None => Some(price),
        Some(before) => fields.check("compare_price", price.lowered_from(before.trim())),
    }
}

/// The categories that are named by their ids or slugs, or notes why they are none.
pub fn categories(fields: &mut Fields, tree: &Tree, named: &[String]) -> Option<Vec<CategoryId>> {
    let mut found = Vec::new();
    for name in named {
        let by_id = name.parse().ok().and_then(|id| tree.get(id));
        let by_slug = || tree.find(&name.parse().ok()?);
        let Some(category) = by_id.or_else(by_slug) else {
            fields.reject("categories", "There is no such category.");
            return None;
        };
        if !found.contains(&category.id) {
            found.push(category.id);
        }
    }
    if found.is_empty() || found.len() > MOST_CATEGORIES {
        fields.reject(
            "categories",
            "Enter 1 to 10 categories, by their ids or slugs.",
        );
        return None;
    }
    Some(found)
}

/// Notes that a product cannot have another currency as long as variants have prices in the one of now.
pub fn check_currency(fields: &mut Fields, whole: &Whole, after: &Product) {
    let has_other = |variant: &Variant| {
        let price = variant.price.map(Money::currency);
        price.is_some_and(|currency| currency != after.price.now.currency())
    };
    if whole.variants.iter().any(has_other) {
        let reason = "Variants have prices of their own, in another currency.";
        fields.reject("currency", reason);
    }
}
