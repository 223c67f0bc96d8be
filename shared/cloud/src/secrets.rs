use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::SecretValueEntry;
use secrecy::SecretString;
use thiserror::Error;

/// A secret could not be read or written.
#[derive(Debug, Error)]
pub enum SecretError {
    /// Secrets Manager did not answer as it should.
    #[error("Secrets Manager was not available to {attempt}")]
    Unavailable {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The secret is there, but not as this product writes it.
    #[error("the secret of the {0} does not have its form")]
    Malformed(&'static str),
}

/// The secrets of the installation. They are read when they are needed, and kept by whoever reads them.
pub struct Secrets<'a>(&'a Client);

impl<'a> Secrets<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self(client)
    }

    /// Reads a secret's text.
    pub async fn read(&self, id: &str, attempt: &'static str) -> Result<SecretString, SecretError> {
        let read = self.0.get_secret_value().secret_id(id).send().await;
        let output = read.map_err(|error| SecretError::unavailable(attempt, error))?;
        Ok(output.secret_string.unwrap_or_default().into())
    }

    /// Reads the texts of several secrets in one call, each where its id stands; `None` for one that cannot be read.
    pub async fn read_all(
        &self,
        ids: &[String],
        attempt: &'static str,
    ) -> Result<Vec<Option<SecretString>>, SecretError> {
        let read = self.0.batch_get_secret_value();
        let read = read.set_secret_id_list(Some(ids.to_vec())).send().await;
        let output = read.map_err(|error| SecretError::unavailable(attempt, error))?;
        let mut found = output.secret_values.unwrap_or_default();
        let mut text_of = |id: &String| {
            // An id is either.
            let is_named = |entry: &&mut SecretValueEntry| {
                [entry.arn.as_deref(), entry.name.as_deref()].contains(&Some(id))
            };
            found.iter_mut().find(is_named)?.secret_string.take()
        };
        Ok(ids
            .iter()
            .map(|id| text_of(id).map(SecretString::from))
            .collect())
    }

    /// Replaces a secret's text.
    pub async fn write(
        &self,
        id: &str,
        text: String,
        attempt: &'static str,
    ) -> Result<(), SecretError> {
        let put = self.0.put_secret_value().secret_id(id).secret_string(text);
        let written = put.send().await;
        written
            .map(drop)
            .map_err(|error| SecretError::unavailable(attempt, error))
    }
}

impl SecretError {
    fn unavailable(
        attempt: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let source = Box::new(source);
        Self::Unavailable { attempt, source }
    }
}
