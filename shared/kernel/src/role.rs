//! The roles of accounts.

use serde::{Deserialize, Serialize};

/// What an account may do: `permission` says which role may do what.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// The person runs the installation.
    Admin,
    /// The person uses the installation. An account that says nothing else of itself is such a person's.
    #[default]
    User,
    /// The person runs a household.
    Parent,
    /// The person grows up in a household.
    Teen,
    /// The person is a child in a household.
    Child,
    /// The person shares a household.
    Flatmate,
    /// The person looks on and changes nothing.
    Observer,
}

impl Role {
    /// The name in answers and tokens.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether nobody has it by what the account says of itself, but by a grant: an item apart, which what writes accounts may
    /// not write.
    pub fn is_granted(self) -> bool {
        self == Self::Admin
    }

    /// The role with this name.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}
