//! `docs/openapi.{json,yaml}`: the API's description, which the site serves.

use anyhow::Result;
use utoipa::openapi::OpenApi;

pub(super) fn json(document: &OpenApi) -> Result<String> {
    Ok(document.to_pretty_json()? + "\n")
}

pub(super) fn yaml(document: &OpenApi) -> Result<String> {
    Ok(document.to_yaml()?)
}
