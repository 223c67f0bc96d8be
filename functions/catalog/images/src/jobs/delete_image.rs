use catalog::image::ImageFolder;
use catalog::jobs::DeleteImage;
use work::{Assigned, Context, Done, Failure};

/// Deletes the files of an image that is no longer shown.
pub(crate) async fn delete_image(
    context: Context,
    task: Assigned<DeleteImage>,
) -> Result<Done, Failure> {
    let DeleteImage {
        product_id,
        image_id,
    } = task.input;
    let folder = ImageFolder::OfImage(product_id, image_id);
    let count = context.app.files().delete_prefix(&folder).await?;
    Ok(Done::saying(format!("{count} files deleted")))
}
