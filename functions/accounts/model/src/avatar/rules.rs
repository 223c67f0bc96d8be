//! Pictures of accounts: in which sizes they are shown. What a picture may be is the same for all areas: [`kernel::picture`].

use kernel::id::AvatarId;

/// A picture is shown in two sizes, both square.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum Size {
    /// The picture is large, for a profile.
    #[strum(serialize = "512")]
    Large,
    /// The picture is small, for a list.
    #[strum(serialize = "128")]
    Small,
}

impl Size {
    /// The size with this name.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// The name of the size, in addresses: its side in pixels.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The length of a side, in pixels.
    pub fn side(self) -> u32 {
        match self {
            Self::Large => 512,
            Self::Small => 128,
        }
    }
}

/// An upload that is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedUpload {
    /// The id of the upload.
    pub id: AvatarId,
    /// The reason: the code of a [`Refusal`](kernel::picture::Refusal), of this version or another.
    pub code: String,
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn a_size_is_named_after_its_side() {
        for size in Size::VARIANTS {
            assert_eq!(size.as_str(), size.side().to_string());
            assert_eq!(Size::parse(size.as_str()), Some(*size));
        }
        assert_eq!(Size::parse("1024"), None);
    }
}
