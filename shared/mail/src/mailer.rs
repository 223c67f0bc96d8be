//! Hands rendered mails to SES.

use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message as SesMessage, MessageHeader, MessageTag,
};
use aws_sdk_sesv2::{Client, config};
use kernel::email::EmailAddress;

use crate::from_header::from_header;
use crate::{Message, SendError};

/// Sends mails from one address.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    from: String,
    configuration_set: Option<String>,
}

impl Mailer {
    /// Sends as `app_name <from>`; a configuration set, where there is one, collects bounces and complaints.
    pub fn new(
        client: Client,
        app_name: &str,
        from: &EmailAddress,
        configuration_set: Option<String>,
    ) -> Self {
        Self {
            client,
            from: from_header(app_name, from),
            configuration_set: configuration_set.filter(|name| !name.is_empty()),
        }
    }

    /// Sends one mail and returns the id SES gave it. `Ok` means accepted, not delivered.
    pub async fn send(&self, message: &Message) -> Result<String, SendError> {
        let answer = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(
                Destination::builder()
                    .to_addresses(message.to.as_str())
                    .build(),
            )
            .content(content(message)?)
            .set_email_tags(Some(tags(message)?))
            .set_configuration_set_name(self.configuration_set.clone())
            .customize()
            .config_override(once())
            .send()
            .await?;
        Ok(answer.message_id.unwrap_or_default())
    }
}

/// The one try that a mail has here: its queue tries again, and a second try may be a second mail.
fn once() -> config::Builder {
    config::Builder::new().retry_config(RetryConfig::disabled())
}

fn content(message: &Message) -> Result<EmailContent, BuildError> {
    let utf8 = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let body = Body::builder()
        .text(utf8(&message.text)?)
        .html(utf8(&message.html)?)
        .build();
    let simple = SesMessage::builder()
        .subject(utf8(&message.subject)?)
        .body(body)
        .set_headers(Some(headers(message)?))
        .build();
    Ok(EmailContent::builder().simple(simple).build())
}

/// The headers besides those that SES makes itself.
fn headers(message: &Message) -> Result<Vec<MessageHeader>, BuildError> {
    let header = |name: &str, value: &str| MessageHeader::builder().name(name).value(value).build();
    let mut headers = vec![
        // RFC 3834: so that holiday answers and the like are not sent to us.
        header("Auto-Submitted", "auto-generated")?,
        // RFC 3282: what reads mails aloud, or translates them, need not guess.
        header("Content-Language", message.language.tag())?,
    ];
    if let Some(opt_out) = &message.opt_out {
        // RFC 8058: the mail program unsubscribes for its reader, by a POST to that address.
        let address = format!("<{}>", opt_out.one_click);
        headers.push(header("List-Unsubscribe", &address)?);
        headers.push(header(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click",
        )?);
    }
    Ok(headers)
}

/// What SES says again of the mail when it has news of it. The task is how a mail is known whose record was lost.
fn tags(message: &Message) -> Result<Vec<MessageTag>, BuildError> {
    let mut tags = vec![tag("kind", message.kind)?];
    if let Some(task) = &message.of {
        tags.push(tag("task", &task.id.to_string())?);
    }
    Ok(tags)
}

fn tag(name: &str, value: &str) -> Result<MessageTag, BuildError> {
    MessageTag::builder().name(name).value(value).build()
}
