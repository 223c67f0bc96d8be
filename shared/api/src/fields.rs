use std::collections::BTreeMap;
use std::fmt::Display;

use crate::error::ApiError;

/// Collects what is wrong with the fields of a request, so that the caller hears all of it at once.
#[derive(Debug, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// Keeps the value of a field that fits, or notes why it does not.
    pub fn check<T, E: Display>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.reject(field, error)).ok()
    }

    /// Notes what is wrong with a field.
    pub fn reject(&mut self, field: &str, reason: impl Display) {
        self.0
            .entry(field.to_owned())
            .or_default()
            .push(reason.to_string());
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answer that says all of it.
    pub fn into_error(self) -> ApiError {
        ApiError::invalid_fields(self.0)
    }

    /// The answer for one field.
    pub fn error(field: &str, reason: impl Display) -> ApiError {
        let mut fields = Self::default();
        fields.reject(field, reason);
        fields.into_error()
    }
}
