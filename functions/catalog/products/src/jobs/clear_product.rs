use catalog::image::{ImageFolder, Images};
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
    let left = Products(store).left(id).await?;
    for variant in &left.variants {
        let parts = Stock(store).parts(variant.id).await?;
        Variants(store)
            .clear(id, variant, &parts, app.now())
            .await?;
    }
    // Whether or not an image is left: a worker that was ended may have written files of one that is not shown.
    let files = app
        .files()
        .delete_prefix(&ImageFolder::OfProduct(id))
        .await?;
    if !left.images.is_empty() {
        Images(store).clear(id, &left.images).await?;
    }
    Ok(Done::saying(format!(
        "{} variants and {} images cleared, {files} files deleted",
        left.variants.len(),
        left.images.len()
    )))
}
