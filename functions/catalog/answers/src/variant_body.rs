use catalog::stock::Level;
use catalog::variant::Variant;
use kernel::money::Money;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A variant of a product: what is ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantBody {
    /// Its id.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e44")]
    id: Uuid,
    /// What tells it apart from the others.
    #[schema(example = "250 g")]
    name: String,
    /// Its stock keeping unit.
    #[schema(example = "TEA-GREEN-250")]
    sku: String,
    /// What it costs, in the currency of its product; null where it costs what the product does.
    #[schema(example = "17.90")]
    price: Option<String>,
    /// What else there is to say of it.
    #[schema(value_type = std::collections::BTreeMap<String, Value>, example = json!({"weight": "250 g"}))]
    attributes: Map<String, Value>,
    /// The number of pieces at which those who manage the catalogue are told that there are few left; only for those who may
    /// change the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5)]
    low_stock_threshold: Option<u32>,
    /// False hides it.
    #[schema(example = true)]
    is_active: bool,
    /// The pieces that can be ordered at this moment. It is changed by `…/stock/adjustments` and by orders.
    #[schema(example = 40)]
    stock: u64,
}

impl VariantBody {
    /// Its place in a list of variants: the oldest is first.
    pub fn place(&self) -> String {
        self.id.to_string()
    }

    /// A variant with what there is of it, as somebody sees it who may change it or not.
    pub fn of(variant: &Variant, level: Level, may_change: bool) -> Self {
        Self {
            id: variant.id.uuid(),
            name: variant.name.clone(),
            sku: variant.sku.to_string(),
            price: variant.price.map(Money::amount),
            attributes: variant.attributes.object().clone(),
            low_stock_threshold: variant.low_stock_threshold.filter(|_| may_change),
            is_active: variant.is_active,
            stock: level.available,
        }
    }
}
