//! What people say of themselves beside their names.

use serde::{Deserialize, Serialize};

/// What an account's owner has said of themselves. All of it may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {}
