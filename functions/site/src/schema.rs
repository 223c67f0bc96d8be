//! The API's description, as `cargo xtask generate` wrote it from the handlers.

/// As JSON.
pub(crate) const JSON: &str = include_str!("../../../docs/openapi.json");

/// As YAML.
pub(crate) const YAML: &str = include_str!("../../../docs/openapi.yaml");
