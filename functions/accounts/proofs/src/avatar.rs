use accounts::account::User;
use accounts::avatar::Size;
use kernel::id::{AvatarId, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The addresses of the picture of an account. Another picture has other addresses, so these may be kept for ever.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvatarUrls {
    /// The id of the picture.
    id: Uuid,
    /// Its address with 512 pixels a side, on this server.
    #[schema(
        example = "/api/v1/avatars/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/019a9f0f-0000-7c1e-9a57-2f0c8d1f4e22/512"
    )]
    url_512: String,
    /// The address of the picture with 128 pixels.
    #[schema(
        example = "/api/v1/avatars/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/019a9f0f-0000-7c1e-9a57-2f0c8d1f4e22/128"
    )]
    url_128: String,
}

/// An upload that is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvatarRefusal {
    /// The upload's id, as its form named it.
    avatar_id: Uuid,
    /// The reason: `file_too_large`, `unknown_format` (it is no PNG, JPEG or WebP, whatever its name and type say),
    /// `too_many_pixels`, or `unreadable`.
    #[schema(example = "unknown_format")]
    code: String,
}

impl AvatarRefusal {
    /// The account's newest upload, if that was refused.
    pub fn of(user: &User) -> Option<Self> {
        let refused = user.avatar_refusal.as_ref()?;
        Some(Self {
            avatar_id: refused.id.uuid(),
            code: refused.code.clone(),
        })
    }
}

impl AvatarUrls {
    /// The addresses of an account's picture, if it has one.
    pub fn of(user: &User) -> Option<Self> {
        user.avatar.map(|avatar_id| Self {
            id: avatar_id.uuid(),
            url_512: url(user.id, avatar_id, Size::Large),
            url_128: url(user.id, avatar_id, Size::Small),
        })
    }
}

/// The path of `show_avatar`.
fn url(user_id: UserId, avatar_id: AvatarId, size: Size) -> String {
    format!("/api/v1/avatars/{user_id}/{avatar_id}/{}", size.as_str())
}

#[cfg(test)]
mod tests {
    use kernel::picture::Refusal;
    use strum::VariantArray as _;
    use utoipa::PartialSchema as _;

    use super::*;

    #[test]
    fn every_reason_of_a_refusal_is_documented() {
        let schema = serde_json::to_string(&AvatarRefusal::schema()).unwrap();

        for refusal in Refusal::VARIANTS {
            assert!(schema.contains(refusal.as_str()), "{refusal:?}");
        }
    }
}
