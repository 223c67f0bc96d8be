//! A row of a variant.

use answers::variant_fields::{VariantFields, Wanted, price};
use answers::{SKU_TAKEN, TOO_MANY_VARIANTS};
use api::{Fields, JsonObject};
use catalog::product::{Products, Whole};
use catalog::sku::Sku;
use catalog::variant::{MOST_VARIANTS, Variant, VariantId, VariantOutcome, Variants};
use kernel::money::Money;
use store::{Attempts, StoreError};

use super::work::{Importer, Outcome, Trouble};
use crate::record;

/// Makes a variant as a row says. It is found by its SKU, in the product that the row names by the SKU of that.
pub(super) async fn import(
    importer: &Importer<'_>,
    number: u64,
    row: &JsonObject,
) -> Result<Outcome, Trouble> {
    let app = importer.app;
    let mut row = row.clone();
    let named = row.take::<String>("product")?.unwrap_or_default();
    let mut fields = Fields::default();
    let named = fields.check("product", named.parse::<Sku>());
    let named = named.ok_or_else(|| fields.into_error())?;
    let (products, variants) = (Products(app.store()), Variants(app.store()));
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let owner = products.find_sku(&named).await?;
        let owner = owner.filter(|owner| owner.variant_id.is_none());
        let owner = owner.ok_or_else(|| Fields::error("product", "There is no such product."))?;
        let Some(whole) = products.read(owner.product_id).await? else {
            // It was deleted a moment ago.
            continue;
        };
        let before = find(&whole, &row);
        let base = before.map(record::variant).unwrap_or_default();
        let wanted = wanted(row.clone().over(base.into()), &whole)?;
        let after = match before {
            Some(before) => wanted.over(before),
            None if whole.variants.len() >= MOST_VARIANTS => {
                return Err(api::ApiError::from(TOO_MANY_VARIANTS).into());
            }
            None => {
                let (at, mut rng) = importer.id_of(number, attempts.made());
                let id = VariantId::new(at, &mut rng);
                wanted.into_new(id, app.now())
            }
        };
        if before
            .is_some_and(|before| after == *before && after.sku.as_str() == before.sku.as_str())
        {
            return Ok(importer.as_it_is(number, after.id.uuid()));
        }
        importer.pace.turn().await;
        let change = variants.import(&whole.product, (before, &after), importer.owner, app.now());
        match change.await? {
            VariantOutcome::Done if before.is_some() => return Ok(Outcome::Changed),
            VariantOutcome::Done => return Ok(Outcome::Made),
            VariantOutcome::SkuTaken => return Err(SKU_TAKEN.of_field("sku").into()),
            VariantOutcome::ChangedMeanwhile => {}
        }
    }
    Err(StoreError::kept_changing("import a variant").into())
}

/// The variant that a row is about, where the product has it.
fn find<'a>(whole: &'a Whole, row: &JsonObject) -> Option<&'a Variant> {
    let sku: Sku = row.text("sku")?.parse().ok()?;
    whole.variants.iter().find(|variant| variant.sku == sku)
}

/// What a variant is to be, with its price in the currency of its product.
struct Priced {
    wanted: Wanted,
    price: Option<Money>,
}

fn wanted(row: JsonObject, whole: &Whole) -> Result<Priced, Trouble> {
    let mut fields = Fields::default();
    let wanted = row.read::<VariantFields>()?.read(&mut fields);
    let Some(wanted) = wanted.filter(|_| fields.is_empty()) else {
        return Err(fields.into_error().into());
    };
    let currency = whole.product.price.now.currency();
    let text = wanted.price.as_deref();
    let price = text.and_then(|text| price(&mut fields, text, currency));
    if fields.is_empty() {
        Ok(Priced { wanted, price })
    } else {
        Err(fields.into_error().into())
    }
}

impl Priced {
    fn into_new(self, id: VariantId, created_at: jiff::Timestamp) -> Variant {
        let Self { wanted, price } = self;
        Variant {
            id,
            name: wanted.name,
            sku: wanted.sku,
            price,
            attributes: wanted.attributes,
            low_stock_threshold: wanted.low_stock_threshold,
            is_active: wanted.is_active,
            in_stock: false,
            created_at,
        }
    }

    fn over(self, before: &Variant) -> Variant {
        Variant {
            in_stock: before.in_stock,
            ..self.into_new(before.id, before.created_at)
        }
    }
}
