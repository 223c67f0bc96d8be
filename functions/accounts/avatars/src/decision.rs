//! What becomes of an upload.

use accounts::actions;
use accounts::avatar::{Avatars, Former, Size, Standing};
use accounts::files::FileKey;
use accounts::jobs::DeleteAvatar;
use api::App;
use jiff::SignedDuration;
use kernel::id::{AvatarId, UserId, made_at};
use kernel::limit::{Limit, Per};
use kernel::picture::{MAX_BYTES, Refusal};
use pictures::Cut;
use store::Limits;
use work::Failure;

use crate::create_avatar_upload::PER_ACCOUNT;

/// Attempts at the account before giving up: each one after the first means that it changed in between.
const MAX_ATTEMPTS: u32 = 4;

/// The sizes that a picture is made in, the largest first: the small one is made of the large one.
const SIZES: [Size; 2] = [Size::Large, Size::Small];

/// Refused uploads of one account that cost it nothing. Somebody tries what else they have; a flood ends with it.
pub(crate) const REFUSED: Limit = Limit {
    name: "avatar-refused",
    quota: 40,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// A new file that is an upload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upload {
    pub(crate) user_id: UserId,
    pub(crate) id: AvatarId,
    /// The length of the upload, in bytes.
    pub(crate) length: u64,
}

/// What was found in a file.
enum Found {
    /// Pictures, which are now where they are shown from.
    Pictures,
    /// Something that is not shown.
    Refused(Refusal),
    /// There is no such file any more: somebody else was faster.
    Nothing,
}

/// Shows an upload, refuses it, or finds that there is nothing to do. Says which, for an operator.
pub(crate) async fn decide(app: &App, upload: Upload) -> Result<&'static str, Failure> {
    let avatars = Avatars(app.store());
    let mut found = None;
    for _ in 0..MAX_ATTEMPTS {
        let shown = match avatars.standing(upload.user_id, upload.id).await? {
            Standing::Open { shown } => shown,
            Standing::Shown => return Ok("shown already"),
            Standing::Over | Standing::NoAccount => {
                forget(app, upload).await?;
                return Ok("nothing to show");
            }
        };
        if found.is_none() {
            found = Some(look(app, upload).await?);
        }
        let (is_done, outcome) = match &found {
            Some(Found::Pictures) => (show(app, upload, shown).await?, "shown"),
            Some(Found::Refused(refusal)) => {
                (refuse(app, upload, *refusal).await?, refusal.as_str())
            }
            Some(Found::Nothing) | None => (true, "there is no such upload"),
        };
        if is_done {
            return Ok(outcome);
        }
    }
    let reason = "the account changed again and again";
    Err(Failure::Transient(reason.to_owned()))
}

/// Looks into a file, and puts its pictures where they are shown from.
async fn look(app: &App, upload: Upload) -> Result<Found, Failure> {
    let Upload {
        user_id,
        id,
        length,
    } = upload;
    // The form does not take more either; what has come another way is not even read.
    if length > u64::from(MAX_BYTES) {
        return Ok(Found::Refused(Refusal::FileTooLarge));
    }
    let files = app.files();
    let Some(file) = files.get(&FileKey::Upload(user_id, id)).await? else {
        return Ok(Found::Nothing);
    };
    let cuts = SIZES.map(|size| Cut::Square(size.side()));
    let pictures = match pictures::make(&file, &cuts) {
        Ok(pictures) => pictures,
        Err(refusal) => return Ok(Found::Refused(refusal)),
    };
    for (size, picture) in SIZES.into_iter().zip(pictures) {
        let key = FileKey::Avatar(user_id, id, size);
        files.put(&key, "image/webp", picture.bytes).await?;
    }
    Ok(Found::Pictures)
}

async fn show(app: &App, upload: Upload, shown: Option<AvatarId>) -> Result<bool, Failure> {
    let user_id = upload.user_id;
    let former = shown.map(|avatar_id| Former {
        id: avatar_id,
        task: app.task(&DeleteAvatar { user_id, avatar_id }),
    });
    let audit = audit(app, upload);
    let avatars = Avatars(app.store());
    Ok(avatars
        .show(user_id, upload.id, former.as_ref(), &audit)
        .await?)
}

async fn refuse(app: &App, upload: Upload, refusal: Refusal) -> Result<bool, Failure> {
    let audit = audit(app, upload).failed();
    let avatars = Avatars(app.store());
    let is_refused = avatars
        .refuse(upload.user_id, upload.id, refusal, &audit)
        .await?;
    if is_refused {
        give_back(app, upload).await?;
    }
    Ok(is_refused)
}

/// Takes back that the form was counted. Once: only one worker refuses an upload. If this fails, the account has one upload
/// less in its hour.
async fn give_back(app: &App, upload: Upload) -> Result<(), Failure> {
    let limits = Limits(app.store());
    let subject = upload.user_id.to_string();
    let hit = limits.hit(&REFUSED, &subject, app.now()).await?;
    if let Some(counted_at) = made_at(upload.id.uuid()).filter(|_| hit.passed) {
        limits.take_back(&PER_ACCOUNT, &subject, counted_at).await?;
    }
    Ok(())
}

/// Deletes the pictures of an upload that is not shown, if an earlier try has made them.
async fn forget(app: &App, upload: Upload) -> Result<(), Failure> {
    for size in SIZES {
        let key = FileKey::Avatar(upload.user_id, upload.id, size);
        app.files().delete(&key).await?;
    }
    Ok(())
}

fn audit(app: &App, upload: Upload) -> kernel::audit::Entry {
    app.audit(actions::AVATAR_CHANGED).by_owner(upload.user_id)
}
