use aws_sdk_sesv2::operation::get_account::GetAccountError;
use aws_sdk_sqs::error::SdkError;
use kernel::job::Queue;
use thiserror::Error;

use crate::App;

/// Something the product stands on does not answer as it should.
#[derive(Debug, Error)]
pub enum PingError {
    /// A service refuses the question, is out of reach, or fails, after the SDK's retries.
    #[error("AWS was not available to {attempt}")]
    Unavailable {
        /// The attempt that failed.
        attempt: &'static str,
        /// The reason why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The mail service answers, and sends nothing for this AWS account.
    #[error("the account may not send")]
    SendingDisabled,
}

impl PingError {
    fn from_sdk<E>(attempt: &'static str, error: SdkError<E>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let source = Box::new(error);
        Self::Unavailable { attempt, source }
    }
}

impl App {
    /// Asks whether every queue that tasks are relayed to is there.
    pub async fn ping_queues(&self) -> Result<(), PingError> {
        let (sqs, urls) = (self.clients().sqs(), &self.settings().queues);
        // On the heap: together they are large.
        let ask = |url| Box::pin(sqs.get_queue_attributes().queue_url(url).send());
        tokio::try_join!(
            ask(urls.url(&Queue::MAIL_URGENT)),
            ask(urls.url(&Queue::MAIL_BULK)),
            ask(urls.url(&Queue::WORK)),
            ask(urls.url(&Queue::REPORTS)),
            ask(urls.url(&Queue::TRANSFERS))
        )
        .map(drop)
        .map_err(|error| PingError::from_sdk("ask whether the queues are there", error))
    }

    /// Asks whether this AWS account may send mail.
    pub async fn ping_mail(&self) -> Result<(), PingError> {
        let account = match self.clients().ses().get_account().send().await {
            // Somebody asks too often, which keeps no mail from going out.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetAccountError::is_too_many_requests_exception) =>
            {
                return Ok(());
            }
            account => account
                .map_err(|error| PingError::from_sdk("ask whether the account may send", error))?,
        };
        if account.sending_enabled() {
            Ok(())
        } else {
            Err(PingError::SendingDisabled)
        }
    }
}
