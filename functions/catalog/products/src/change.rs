//! A change of a product, whichever call makes it, tried again where another was faster.

use answers::product_fields::check_currency;
use answers::{Found, ProductBody, SKU_TAKEN, SLUG_TAKEN, find_own};
use api::{Answer, App, CHANGED_MEANWHILE, CallerWithRole, Fields, IfMatch, RequestInfo, Version};
use catalog::actions::PRODUCT_CHANGED;
use catalog::category::Tree;
use catalog::product::{Product, ProductId, ProductOutcome, Products, Whole};
use catalog::{Field, differing, or_nothing};
use kernel::audit::Object;
use store::Attempts;

/// What a call answers that changes a product.
pub(crate) type Changed = (Version, axum::Json<ProductBody>);

/// Has a product become what is made of it. What is as it should be is not written.
pub(crate) async fn change(
    app: &App,
    info: &RequestInfo,
    caller: &CallerWithRole,
    (id, seen): (ProductId, &IfMatch),
    made_of: impl Fn(&Product, &Tree) -> Answer<Product>,
) -> Answer<Changed> {
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let (whole, tree) = find_own(app, caller, id).await?;
        seen.check(Version(whole.product.version))?;
        let before = &whole.product;
        let after = made_of(before, &tree)?;
        let mut fields = Fields::default();
        check_currency(&mut fields, &whole, &after);
        if !fields.is_empty() {
            return Err(fields.into_error());
        }
        let changes = differing(before, &after, &FIELDS);
        if changes.is_empty() {
            return answer(app, whole).await;
        }
        let after = Product {
            updated_at: app.now(),
            version: before.version + 1,
            ..after
        };
        let audit = info.audit(app, PRODUCT_CHANGED).by(caller.user_id);
        let audit = audit.on(Object::of("product", id)).with_changes(changes);
        let products = Products(app.store());
        match products
            .replace(before, &after, caller.user_id, &audit)
            .await?
        {
            ProductOutcome::Done => {
                let product = after;
                return answer(app, Whole { product, ..whole }).await;
            }
            ProductOutcome::SlugTaken => return Err(SLUG_TAKEN.of_field("slug")),
            ProductOutcome::SkuTaken => return Err(SKU_TAKEN.of_field("sku")),
            ProductOutcome::CategoryClosed | ProductOutcome::ChangedMeanwhile => {}
        }
    }
    Err(CHANGED_MEANWHILE.into())
}

async fn answer(app: &App, whole: Whole) -> Answer<Changed> {
    let found = Found {
        whole,
        may_change: true,
    };
    let variants = found.variants(app).await?;
    let body = ProductBody::of(&found.whole, variants, true);
    Ok((Version(found.whole.product.version), axum::Json(body)))
}

/// What an entry of the audit log tells of.
const FIELDS: [Field<Product>; 13] = [
    ("name", |product| product.name.clone()),
    ("slug", |product| product.slug.to_string()),
    ("sku", |product| product.sku.to_string()),
    ("description", |product| product.description.clone()),
    ("short_description", |product| {
        product.short_description.clone()
    }),
    ("price", |product| product.price.now.to_string()),
    ("compare_price", |product| {
        or_nothing(product.price.before.as_ref())
    }),
    ("categories", |product| {
        let categories = product.categories.iter().map(ToString::to_string);
        categories.collect::<Vec<_>>().join(" ")
    }),
    ("attributes", |product| product.attributes.to_string()),
    ("is_active", |product| product.is_active.to_string()),
    ("is_digital", |product| product.is_digital.to_string()),
    ("size", |product| {
        format!("{:?} {:?}", product.weight, product.dimensions)
    }),
    ("tax_class", |product| product.tax_class.as_str().to_owned()),
];
