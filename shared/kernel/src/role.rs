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
    /// The person uses the installation.
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

    /// The role with this name.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}
