//! What becomes of an upload.

use accounts::actions;
use accounts::avatar::{Avatars, Former, Size, Standing};
use accounts::files::FileKey;
use accounts::jobs::DeleteAvatar;
use api::App;
use jiff::SignedDuration;
use kernel::id::{AvatarId, UserId, made_at};
use kernel::limit::{Limit, Per};
use kernel::picture::Refusal;
use pictures::{Cut, Found, Uploaded};
use store::Limits;
use work::Failure;

use crate::create_avatar_upload::PER_ACCOUNT;

/// Attempts at the account before giving up: each one after the first means that it changed in between.
const MAX_ATTEMPTS: u32 = 4;

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

impl Upload {
    /// The upload as it lies in the bucket.
    fn uploaded(self) -> Uploaded<FileKey> {
        Uploaded {
            key: FileKey::Upload(self.user_id, self.id),
            length: self.length,
        }
    }

    /// The pictures that are made of it, and their files; the large one first, because the small one is made of it.
    fn pictures(self) -> [(FileKey, Cut); 2] {
        [Size::Large, Size::Small].map(|size| {
            let key = FileKey::Avatar(self.user_id, self.id, size);
            (key, Cut::Square(size.side()))
        })
    }
}

/// Shows an upload, refuses it, or finds that there is nothing to do. Says which, for an operator.
pub(crate) async fn decide(app: &App, upload: Upload) -> Result<&'static str, Failure> {
    let (files, avatars) = (app.files(), Avatars(app.store()));
    let mut found = None;
    for _ in 0..MAX_ATTEMPTS {
        let shown = match avatars.standing(upload.user_id, upload.id).await? {
            Standing::Open { shown } => shown,
            Standing::Shown => return Ok("shown already"),
            Standing::Over | Standing::NoAccount => {
                pictures::forget(&files, &upload.pictures()).await?;
                return Ok("nothing to show");
            }
        };
        let found = match found {
            Some(found) => found,
            None => {
                *found.insert(pictures::look(&files, &upload.uploaded(), &upload.pictures()).await?)
            }
        };
        let (is_done, outcome) = match found {
            Found::Pictures(_) => (show(app, upload, shown).await?, "shown"),
            Found::Refused(refusal) => (refuse(app, upload, refusal).await?, refusal.as_str()),
            Found::Nothing => (true, "there is no such upload"),
        };
        if is_done {
            return Ok(outcome);
        }
    }
    let reason = "the account changed again and again";
    Err(Failure::Transient(reason.to_owned()))
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

fn audit(app: &App, upload: Upload) -> kernel::audit::Entry {
    app.audit(actions::AVATAR_CHANGED).by_owner(upload.user_id)
}
