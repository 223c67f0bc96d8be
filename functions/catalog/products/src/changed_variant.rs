//! A change of a variant, tried again where another was faster.

use answers::{SKU_TAKEN, read_own};
use api::{Answer, ApiError, App, CHANGED_MEANWHILE, CallerWithRole, RequestInfo};
use catalog::actions::VARIANT_CHANGED;
use catalog::product::{Product, ProductId, Whole};
use catalog::variant::{Variant, VariantId, VariantOutcome, Variants};
use catalog::{Field, differing, or_nothing};
use kernel::audit::Object;
use store::Attempts;

/// Has a variant become what is made of it. What is as it should be is not written.
pub(crate) async fn change(
    app: &App,
    info: &RequestInfo,
    caller: &CallerWithRole,
    (product_id, id): (ProductId, VariantId),
    made_of: impl Fn(&Product, &Variant) -> Answer<Variant>,
) -> Answer<Variant> {
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let whole = read_own(app, caller, product_id).await?;
        let before = variant_of(&whole, id)?;
        let after = made_of(&whole.product, before)?;
        let changes = differing(before, &after, &FIELDS);
        if changes.is_empty() {
            return Ok(after);
        }
        let audit = info.audit(app, VARIANT_CHANGED).by(caller.user_id);
        let audit = audit.on(Object::of("variant", id)).with_changes(changes);
        let (both, now) = ((before, &after), app.now());
        let variants = Variants(app.store());
        match variants
            .change(&whole.product, both, caller.user_id, now, &audit)
            .await?
        {
            VariantOutcome::Done => return Ok(after),
            VariantOutcome::SkuTaken => return Err(SKU_TAKEN.of_field("sku")),
            VariantOutcome::ChangedMeanwhile => {}
        }
    }
    Err(CHANGED_MEANWHILE.into())
}

/// A variant of a product.
pub(crate) fn variant_of(whole: &Whole, id: VariantId) -> Answer<&Variant> {
    let mut variants = whole.variants.iter();
    variants
        .find(|variant| variant.id == id)
        .ok_or_else(ApiError::not_found)
}

/// What an entry of the audit log tells of.
const FIELDS: [Field<Variant>; 6] = [
    ("name", |variant| variant.name.clone()),
    ("sku", |variant| variant.sku.to_string()),
    ("price", |variant| or_nothing(variant.price.as_ref())),
    ("attributes", |variant| variant.attributes.to_string()),
    ("low_stock_threshold", |variant| {
        or_nothing(variant.low_stock_threshold.as_ref())
    }),
    ("is_active", |variant| variant.is_active.to_string()),
];
