use aws_sdk_secretsmanager::Client;
use secrecy::SecretString;
use thiserror::Error;

/// A secret could not be read or written.
#[derive(Debug, Error)]
pub enum SecretError {
    /// Secrets Manager did not answer as it should.
    #[error("Secrets Manager was not available to {attempt}")]
    Unavailable {
        /// What was attempted.
        attempt: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The secret is there, but not as this product writes it.
    #[error("the secret of the {0} does not have its form")]
    Malformed(&'static str),
}

/// Reads a secret's text.
pub(crate) async fn read(
    client: &Client,
    id: &str,
    attempt: &'static str,
) -> Result<SecretString, SecretError> {
    let output = client
        .get_secret_value()
        .secret_id(id)
        .send()
        .await
        .map_err(|error| SecretError::Unavailable {
            attempt,
            source: Box::new(error),
        })?;
    Ok(output.secret_string.unwrap_or_default().into())
}

/// Replaces a secret's text.
pub(crate) async fn write(
    client: &Client,
    id: &str,
    text: String,
    attempt: &'static str,
) -> Result<(), SecretError> {
    client
        .put_secret_value()
        .secret_id(id)
        .secret_string(text)
        .send()
        .await
        .map(drop)
        .map_err(|error| SecretError::Unavailable {
            attempt,
            source: Box::new(error),
        })
}
