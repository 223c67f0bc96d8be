//! The API's description, as `cargo xtask generate` wrote it from the handlers.

/// The document as JSON.
pub(crate) const JSON: &str = include_str!("../../../docs/openapi.json");

/// The document as YAML.
pub(crate) const YAML: &str = include_str!("../../../docs/openapi.yaml");
