use catalog::image::Image;
use catalog::product::{Dimensions, Product, Whole};
use kernel::money::Money;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::image_body::ImageBody;
use crate::variant_body::VariantBody;

/// A product as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductRow {
    /// Its id.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33")]
    id: Uuid,
    /// What it is called.
    #[schema(example = "Green tea")]
    name: String,
    /// Its name in addresses.
    #[schema(example = "green-tea")]
    slug: String,
    /// Its stock keeping unit.
    #[schema(example = "TEA-GREEN")]
    sku: String,
    /// What it is, in a line.
    #[schema(example = "Sencha of the first harvest.")]
    short_description: String,
    /// What it costs.
    #[schema(example = "8.90")]
    price: String,
    /// What it cost before, where that was more.
    #[schema(example = "9.90")]
    compare_price: Option<String>,
    /// The currency of both (ISO 4217).
    #[schema(example = "EUR")]
    currency: &'static str,
    /// The ids of its categories.
    #[schema(example = json!(["019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"]))]
    categories: Vec<Uuid>,
    /// What else there is to say of it.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"origin": "Uji"}))]
    attributes: Map<String, Value>,
    /// False hides it from visitors.
    #[schema(example = true)]
    is_active: bool,
    /// Whether nothing has to be sent of it.
    #[schema(example = false)]
    is_digital: bool,
    /// Whether a piece of it can be ordered: it is digital, or there is one of an active variant. It follows the stock within
    /// seconds.
    #[schema(example = true)]
    in_stock: bool,
    /// What it weighs, in grams.
    #[schema(example = 120)]
    weight: Option<u32>,
    /// How large it is.
    dimensions: Option<SizeBody>,
    /// The rate of tax that it is sold under: `standard`, `reduced` or `zero`.
    #[schema(example = "reduced")]
    tax_class: &'static str,
    /// What it looks like.
    images: Vec<ImageBody>,
    /// When it was made (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    created_at: String,
    /// When it was last changed.
    #[schema(example = "2026-11-30T12:00:00Z")]
    updated_at: String,
}

/// A product, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductBody {
    #[serde(flatten)]
    row: ProductRow,
    /// What it is, in words.
    #[schema(example = "Steamed, rolled and dried on the day of the harvest.")]
    description: String,
    /// What of it can be ordered.
    variants: Vec<VariantBody>,
    /// The account that made it; only for that account itself, and for those who manage the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e22")]
    created_by: Option<Uuid>,
}

/// A size, in millimetres.
#[derive(Debug, Clone, Copy, Serialize, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SizeBody {
    /// The length.
    #[schema(example = 80, minimum = 1)]
    pub length: u32,
    /// The width.
    #[schema(example = 80, minimum = 1)]
    pub width: u32,
    /// The height.
    #[schema(example = 120, minimum = 1)]
    pub height: u32,
}

impl From<Dimensions> for SizeBody {
    fn from(dimensions: Dimensions) -> Self {
        let Dimensions {
            length,
            width,
            height,
        } = dimensions;
        Self {
            length,
            width,
            height,
        }
    }
}

impl ProductRow {
    /// A product as lists show it, to whoever asks.
    pub fn of(whole: &Whole) -> Self {
        Self::with(&whole.product, &whole.images, whole.is_in_stock())
    }

    /// The same, of a product whose variants are not known, but for whether there is a piece of one.
    pub fn with(product: &Product, images: &[Image], in_stock: bool) -> Self {
        let image = |image| ImageBody::of(product.id, image);
        Self {
            id: product.id.uuid(),
            name: product.name.clone(),
            slug: product.slug.to_string(),
            sku: product.sku.to_string(),
            short_description: product.short_description.clone(),
            price: product.price.now.amount(),
            compare_price: product.price.before.map(Money::amount),
            currency: product.price.now.currency().code(),
            categories: product.categories.iter().map(|id| id.uuid()).collect(),
            attributes: product.attributes.object().clone(),
            is_active: product.is_active,
            is_digital: product.is_digital,
            in_stock,
            weight: product.weight,
            dimensions: product.dimensions.map(SizeBody::from),
            tax_class: product.tax_class.as_str(),
            images: images.iter().map(image).collect(),
            created_at: product.created_at.to_string(),
            updated_at: product.updated_at.to_string(),
        }
    }
}

impl ProductBody {
    /// A product with these variants, as somebody sees it who may change it or not.
    pub fn of(whole: &Whole, variants: Vec<VariantBody>, may_change: bool) -> Self {
        let product = &whole.product;
        Self {
            row: ProductRow::of(whole),
            description: product.description.clone(),
            variants,
            created_by: may_change.then(|| product.created_by.uuid()),
        }
    }
}
