//! SES's own list of addresses that get no mail, which it keeps for the whole account.

use cloud::App;
use kernel::email::EmailAddress;
use thiserror::Error;

/// An address could not be taken off SES's list.
#[derive(Debug, Error)]
#[error("SES was not available to forget an address")]
pub struct NotForgotten(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Takes an address off SES's list, if it is there.
pub async fn forget_in_ses(app: &App, address: &EmailAddress) -> Result<(), NotForgotten> {
    let request = app.clients().ses().delete_suppressed_destination();
    match request.email_address(address.as_str()).send().await {
        Ok(_) => Ok(()),
        Err(error) => match error.as_service_error() {
            Some(refusal) if refusal.is_not_found_exception() => Ok(()),
            _ => Err(NotForgotten(Box::new(error))),
        },
    }
}
