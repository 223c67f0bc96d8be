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
use pictures::{Cut, Found, Uploaded};
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

impl Sent {
    /// The upload as it lies in the bucket.
    fn uploaded(self) -> Uploaded<ImageFile> {
        Uploaded {
            key: ImageFile::Upload(self.product_id, self.id),
            length: self.length,
        }
    }

    /// The pictures that are made of it, and their files; the largest first, because the others are made of it.
    fn pictures(self) -> [(ImageFile, Cut); 3] {
        let mut sizes = SIZES;
        sizes.reverse();
        sizes.map(|side| {
            let key = ImageFile::Shown(self.product_id, self.id, side);
            (key, Cut::Within(side))
        })
    }
}

/// Shows an upload, refuses it, or finds that there is nothing to do. Says which, for an operator.
pub(crate) async fn decide(app: &App, sent: Sent) -> Result<&'static str, Failure> {
    let (files, images) = (app.files(), Images(app.store()));
    let mut found = None;
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let (upload, whole) = match images.standing(sent.product_id, sent.id).await? {
            Standing::Open { upload, whole } => (upload, whole),
            Standing::Shown => return Ok("shown already"),
            Standing::Over => {
                pictures::forget(&files, &sent.pictures()).await?;
                return Ok("nothing to show");
            }
        };
        if whole.images.len() >= MOST_IMAGES {
            found = Some(Found::Refused(ImageRefusal::TooMany));
        }
        let found = match found {
            Some(found) => found,
            None => {
                *found.insert(pictures::look(&files, &sent.uploaded(), &sent.pictures()).await?)
            }
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
        pictures::forget(&app.files(), &sent.pictures()).await?;
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

fn audit(app: &App, upload: &Upload) -> Entry {
    let audit = app.audit(IMAGE_CREATED).by(upload.asked_by);
    audit.on(Object::of("image", upload.id))
}
