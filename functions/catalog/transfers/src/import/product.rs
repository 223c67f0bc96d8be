//! A row of a product.

use std::sync::Arc;

use answers::product_fields::{ProductFields, categories, check_currency};
use answers::{SKU_TAKEN, SLUG_TAKEN};
use api::{Fields, JsonObject};
use catalog::category::Tree;
use catalog::product::{Product, ProductId, ProductOutcome, Products, Whole};
use catalog::sku::Sku;
use store::{Attempts, StoreError};

use super::work::{Importer, Outcome, Trouble};
use crate::record;

/// Makes a product as a row says. It is found by its SKU, whoever made it.
pub(super) async fn import(
    importer: &Importer<'_>,
    number: u64,
    row: &JsonObject,
) -> Result<Outcome, Trouble> {
    let products = Products(importer.app.store());
    let sku = row.text("sku").and_then(|text| text.parse::<Sku>().ok());
    let mut tree = importer.tree();
    let mut attempts = Attempts::new(importer.app.store());
    while attempts.next().await {
        let owner = match &sku {
            Some(sku) => products.find_sku(sku).await?,
            None => None,
        };
        let outcome = match owner {
            None => add(importer, (number, attempts.made()), row, &tree).await?,
            Some(owner) if owner.variant_id.is_some() => {
                return Err(SKU_TAKEN.of_field("sku").into());
            }
            Some(owner) => match products.read(owner.product_id).await? {
                Some(whole) => change(importer, (number, &whole), row, &tree).await?,
                // It was deleted a moment ago.
                None => ProductOutcome::ChangedMeanwhile.into(),
            },
        };
        match outcome {
            Step::Over(outcome) => return Ok(outcome),
            Step::Met(ProductOutcome::CategoryClosed) => {
                tree = Arc::clone(&importer.read_tree().await?);
            }
            Step::Met(_) => {}
        }
    }
    Err(StoreError::kept_changing("import a product").into())
}

/// What a try came to.
enum Step {
    /// The row is done.
    Over(Outcome),
    /// Somebody was faster: the same again.
    Met(ProductOutcome),
}

impl From<ProductOutcome> for Step {
    fn from(outcome: ProductOutcome) -> Self {
        Self::Met(outcome)
    }
}

/// Makes a product that is new.
async fn add(
    importer: &Importer<'_>,
    (number, attempt): (u64, u32),
    row: &JsonObject,
    tree: &Tree,
) -> Result<Step, Trouble> {
    let mut fields = Fields::default();
    let Some(wanted) = row.clone().read::<ProductFields>()?.read(&mut fields) else {
        return Err(fields.into_error().into());
    };
    let found = categories(&mut fields, tree, &wanted.categories);
    let slug = wanted.slug_of_new(&mut fields);
    let (Some(categories), Some(slug)) = (found, slug) else {
        return Err(fields.into_error().into());
    };
    let is_slug_given = wanted.slug.is_some();
    let (at, mut rng) = importer.id_of(number, attempt);
    let (id, now) = (ProductId::new(at, &mut rng), importer.app.now());
    let mut product = wanted.into_new((id, slug), categories, importer.owner, now);

    let products = Products(importer.app.store());
    importer.pace.turn().await;
    let mut outcome = products.import(None, &product).await?;
    if outcome == ProductOutcome::SlugTaken && !is_slug_given {
        product.slug = product.slug.told_apart(id);
        outcome = products.import(None, &product).await?;
    }
    match outcome {
        ProductOutcome::Done => Ok(Step::Over(Outcome::Made)),
        ProductOutcome::SlugTaken => Err(SLUG_TAKEN.of_field("slug").into()),
        other => Ok(other.into()),
    }
}

/// Changes a product that is there, where it is not as the row says.
async fn change(
    importer: &Importer<'_>,
    (number, whole): (u64, &Whole),
    row: &JsonObject,
    tree: &Tree,
) -> Result<Step, Trouble> {
    let before = &whole.product;
    let row = row.clone().over(record::product(before, tree).into());
    let mut fields = Fields::default();
    let Some(wanted) = row.read::<ProductFields>()?.read(&mut fields) else {
        return Err(fields.into_error().into());
    };
    let Some(categories) = categories(&mut fields, tree, &wanted.categories) else {
        return Err(fields.into_error().into());
    };
    let after = wanted.over(before.clone(), categories);
    check_currency(&mut fields, whole, &after);
    if !fields.is_empty() {
        return Err(fields.into_error().into());
    }
    // A SKU in other letters is the same one, and to be kept as it is typed.
    if after == *before && after.sku.as_str() == before.sku.as_str() {
        let outcome = importer.as_it_is(number, before.id.uuid());
        return Ok(Step::Over(outcome));
    }

    let after = Product {
        updated_at: importer.app.now(),
        version: before.version + 1,
        ..after
    };
    importer.pace.turn().await;
    let products = Products(importer.app.store());
    match products.import(Some(before), &after).await? {
        ProductOutcome::Done => Ok(Step::Over(Outcome::Changed)),
        ProductOutcome::SlugTaken => Err(SLUG_TAKEN.of_field("slug").into()),
        other => Ok(other.into()),
    }
}
