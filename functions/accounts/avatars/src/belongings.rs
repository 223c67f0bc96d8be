//! The pictures that an account has, as a part of its copy and of its end.

use accounts::account::Users;
use accounts::avatar::Size;
use accounts::files::{FileKey, FilePrefix};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloud::App;
use kernel::id::UserId;
use serde_json::{Map, Value, json};
use work::{Belongings, Ended, Failure, Step};

/// The uploads and pictures that are kept for an account.
pub struct PictureBelongings;

impl Belongings for PictureBelongings {
    fn copy<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Map<String, Value>> {
        Box::pin(copy(app, user_id))
    }

    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended> {
        Box::pin(async move {
            let mut deleted = 0;
            for prefix in [FilePrefix::Uploads(user_id), FilePrefix::Avatars(user_id)] {
                deleted += app.files().delete_prefix(&prefix).await?;
            }
            Ok(Ended::All(deleted))
        })
    }
}

async fn copy(app: &App, user_id: UserId) -> Result<Map<String, Value>, Failure> {
    let user = Users(app.store()).lookup(user_id).await?;
    let picture = match user.and_then(|user| user.avatar) {
        Some(avatar) => {
            let key = FileKey::Avatar(user_id, avatar, Size::Large);
            app.files().get(&key).await?
        }
        None => None,
    };
    let picture = picture
        .map(|bytes| json!({ "content_type": "image/webp", "base64": STANDARD.encode(bytes) }));
    Ok(Map::from_iter([("picture".to_owned(), json!(picture))]))
}
