use answers::product_fields::{ProductFields, categories};
use answers::{ProductBody, SKU_TAKEN, SLUG_TAKEN};
use api::{
    Answer, App, Authenticated, CHANGED_MEANWHILE, Caller, Endpoint, Errors, Fields, Json,
    PUBLIC_KEYS, RequestInfo, Version, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use catalog::actions::PRODUCT_CREATED;
use catalog::category::Categories;
use catalog::product::{ProductId, ProductOutcome, Products, Whole};
use kernel::audit::Object;

pub const ENDPOINT: Endpoint = endpoint!(create_product)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .formerly(&[("POST", "/api/products")])
    .beside(&["GET", "HEAD"])
    .refusing(&[SLUG_TAKEN, SKU_TAKEN]);

/// Make a product.
///
/// A slug that is made from the name has a part of the id behind it where another product has it. A product is ordered by its
/// variants: add one.
#[utoipa::path(
    post, path = "/api/v1/products", tag = "catalog",
    security(("bearer" = [])),
    request_body = ProductFields,
    responses((status = 201, description = "The product", body = ProductBody), Errors)
)]
pub async fn create_product(
    Authenticated(caller): Authenticated<Caller>,
    State(app): State<App>,
    info: RequestInfo,
    Json(body): Json<ProductFields>,
) -> Answer<(StatusCode, Version, axum::Json<ProductBody>)> {
    let mut fields = Fields::default();
    let Some(wanted) = body.read(&mut fields) else {
        return Err(fields.into_error());
    };
    let tree = Categories(app.store()).read().await?.tree;
    let categories = categories(&mut fields, &tree, &wanted.categories);
    let slug = wanted.slug_of_new(&mut fields);
    let (Some(categories), Some(slug)) = (categories, slug) else {
        return Err(fields.into_error());
    };

    let id = ProductId::new(app.now(), &mut app.random());
    let is_slug_given = wanted.slug.is_some();
    let mut product = wanted.into_new((id, slug), categories, caller.user_id, app.now());
    let audit = info.audit(&app, PRODUCT_CREATED).by(caller.user_id);
    let audit = audit.on(Object::of("product", id));
    let products = Products(app.store());
    let mut outcome = products.add(&product, &audit).await?;
    if outcome == ProductOutcome::SlugTaken && !is_slug_given {
        product.slug = product.slug.told_apart(id);
        outcome = products.add(&product, &audit).await?;
    }
    match outcome {
        ProductOutcome::Done => {}
        ProductOutcome::SlugTaken => return Err(SLUG_TAKEN.of_field("slug")),
        ProductOutcome::SkuTaken => return Err(SKU_TAKEN.of_field("sku")),
        // It is being deleted: there will be no such category.
        ProductOutcome::CategoryClosed | ProductOutcome::ChangedMeanwhile => {
            return Err(CHANGED_MEANWHILE.into());
        }
    }
    let whole = Whole {
        product,
        variants: Vec::new(),
        images: Vec::new(),
    };
    let body = ProductBody::of(&whole, Vec::new(), true);
    Ok((StatusCode::CREATED, Version(1), axum::Json(body)))
}
