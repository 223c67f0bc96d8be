use axum::extract::Query;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::error_code::INVALID_QUERY;

/// Reads what `T` has of the query of an address. Other names are passed over; one of its own that is there twice is a 400.
pub(crate) fn read<T: DeserializeOwned>(parts: &Parts) -> Result<T, ApiError> {
    match Query::try_from_uri(&parts.uri) {
        Ok(Query(query)) => Ok(query),
        Err(_) => Err(INVALID_QUERY.into()),
    }
}
