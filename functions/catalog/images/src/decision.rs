//! What becomes of an upload.

use api::App;
use catalog::actions::IMAGE_CREATED;
use catalog::image::{
    Image, ImageFile, ImageId, ImageRefusal, Images, MOST_IMAGES, SIZES, Standing, Upload,
};
use catalog::product::{ProductId, Whole};
use jiff::SignedDuration;
use kernel::audit::{Entry, Object};
use kernel::limit::{Limit, Per};
use kernel::picture::MAX_BYTES;
use pictures::Cut;
use store::{Attempts, Limits};
use work::Failure;

use crate::create_image_upload::PER_ACCOUNT;

/// Refused uploads of one account that cost it nothing. Somebody tries what else they have; a flood ends with it.
pub(crate) const REFUSED: Limit = Limit {
    name: "image-refused",
    quota: 50,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// A new file that is an upload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) product_id: ProductId,
    pub(crate) id: ImageId,
    /// The length of the upload, in bytes.
    pub(crate) length: u64,
}

/// What was found in a file.
#[derive(Debug, Clone, Copy)]
enum Found {
    /// Pictures, which are now where they are shown from; the width and the height of the largest, in pixels.
    Pictures((u32, u32)),
    /// Something that is not shown.
    Refused(ImageRefusal),
    /// There is no such file any more: somebody else was faster.
    Nothing,
}

/// Shows an upload, refuses it, or finds that there is nothing to do. Says which, for an operator.
pub(crate) async fn decide(app: &App, sent: Sent) -> Result<&'static str, Failure> {
    let images = Images(app.store());
    let mut found = None;
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let (upload, whole) = match images.standing(sent.product_id, sent.id).await? {
            Standing::Open { upload, whole } => (upload, whole),
            Standing::Shown => return Ok("shown already"),
            Standing::Over => {
                forget(app, sent).await?;
                return Ok("nothing to show");
            }
        };
        if whole.images.len() >= MOST_IMAGES {
            found = Some(Found::Refused(ImageRefusal::TooMany));
        }
        let found = match found {
            Some(found) => found,
            None => *found.insert(look(app, sent).await?),
        };
        let (is_done, outcome) = match found {
            Found::Pictures(size) => (show(app, &upload, &whole, size).await?, "shown"),
            Found::Refused(refusal) => {
                (refuse(app, sent, &upload, refusal).await?, refusal.as_str())
            }
            Found::Nothing => (true, "there is no such upload"),
        };
        if is_done {
            return Ok(outcome);
        }
    }
    let reason = "the product changed again and again";
    Err(Failure::Transient(reason.to_owned()))
}

/// Looks into a file, and puts its pictures where they are shown from.
async fn look(app: &App, sent: Sent) -> Result<Found, Failure> {
    let Sent {
        product_id,
        id,
        length,
    } = sent;
    // The form does not take more either; what has come another way is not even read.
    if length > u64::from(MAX_BYTES) {
        let refusal = kernel::picture::Refusal::FileTooLarge;
        return Ok(Found::Refused(ImageRefusal::Picture(refusal)));
    }
    let files = app.files();
    let Some(file) = files.get(&ImageFile::Upload(product_id, id)).await? else {
        return Ok(Found::Nothing);
    };
    // The largest first: the others are made of it.
    let mut sizes = SIZES;
    sizes.reverse();
    let pictures = match pictures::make(&file, &sizes.map(Cut::Within)) {
        Ok(pictures) => pictures,
        Err(refusal) => return Ok(Found::Refused(ImageRefusal::Picture(refusal))),
    };
    let largest = pictures.first();
    let size = largest.map_or((0, 0), |picture| (picture.width, picture.height));
    for (side, picture) in sizes.into_iter().zip(pictures) {
        let key = ImageFile::Shown(product_id, id, side);
        files.put(&key, "image/webp", picture.bytes).await?;
    }
    Ok(Found::Pictures(size))
}

async fn show(
    app: &App,
    upload: &Upload,
    whole: &Whole,
    size: (u32, u32),
) -> Result<bool, Failure> {
    let image = Image {
        id: upload.id,
        alternative_text: upload.alternative_text.clone(),
        size,
        created_at: upload.created_at,
    };
    let audit = audit(app, upload);
    let (product, by) = (&whole.product, upload.asked_by);
    let images = Images(app.store());
    Ok(images.add(product, &image, by, app.now(), &audit).await?)
}

async fn refuse(
    app: &App,
    sent: Sent,
    upload: &Upload,
    refusal: ImageRefusal,
) -> Result<bool, Failure> {
    let audit = audit(app, upload).failed();
    let images = Images(app.store());
    let is_refused = images
        .refuse(sent.product_id, sent.id, refusal, &audit)
        .await?;
    if is_refused {
        give_back(app, upload).await?;
        // The product may have got its last image after the pictures of this one were made.
        forget(app, sent).await?;
    }
    Ok(is_refused)
}

/// Takes back that the form was counted. Once: only one worker refuses an upload. If this fails, the account has one upload
/// less in its hour.
async fn give_back(app: &App, upload: &Upload) -> Result<(), Failure> {
    let limits = Limits(app.store());
    let subject = upload.asked_by.to_string();
    let hit = limits.hit(&REFUSED, &subject, app.now()).await?;
    if hit.passed {
        let counted_at = upload.created_at;
        limits.take_back(&PER_ACCOUNT, &subject, counted_at).await?;
    }
    Ok(())
}

/// Deletes the pictures of an upload that is not shown, if an earlier try has made them.
async fn forget(app: &App, sent: Sent) -> Result<(), Failure> {
    for side in SIZES {
        let key = ImageFile::Shown(sent.product_id, sent.id, side);
        app.files().delete(&key).await?;
    }
    Ok(())
}

fn audit(app: &App, upload: &Upload) -> Entry {
    let audit = app.audit(IMAGE_CREATED).by(upload.asked_by);
    audit.on(Object::of("image", upload.id))
}
