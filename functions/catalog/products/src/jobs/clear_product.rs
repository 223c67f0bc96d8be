use catalog::jobs::ClearProduct;
use catalog::product::Products;
use catalog::stock::Stock;
use catalog::variant::Variants;
use work::{Assigned, Context, Done, Failure};

/// Clears what was part of a product that was deleted. What is gone already is passed over, so it can be done again.
pub(crate) async fn clear_product(
    context: Context,
    task: Assigned<ClearProduct>,
) -> Result<Done, Failure> {
    let (app, id) = (&context.app, task.input.product_id);
    let store = app.store();
    let variants = Products(store).variants_left(id).await?;
    for variant in &variants {
        let parts = Stock(store).parts(variant.id).await?;
        Variants(store)
            .clear(id, variant, &parts, app.now())
            .await?;
    }
    Ok(Done::saying(format!("{} variants cleared", variants.len())))
}
