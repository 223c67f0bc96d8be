//! Mails and addresses in the words of answers.

use operations::mail::{SentMail, Suppressed};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A mail that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailEntry {
    /// The id that SES gave it.
    #[schema(example = "0100019a9f0e6b1f-7c1e9a57-2f0c-8d1f-4e11-2f0c8d1f4e11-000000")]
    message_id: String,
    /// The kind of mail.
    #[schema(example = "one_time_code")]
    kind: String,
    /// The task that sent it.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    task_id: Option<Uuid>,
    /// `sent`, `delayed`, `delivered`, `rejected`, `bounced` or `complained`: the last of these that it has come to.
    #[schema(example = "delivered")]
    status: &'static str,
    /// The words of SES for that, where it has some.
    #[schema(example = "Permanent General 5.1.1")]
    detail: Option<String>,
    /// The moment at which SES took it (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    sent_at: String,
    /// The moment at which SES said that it takes longer.
    #[schema(example = "2026-11-30T12:00:03Z")]
    delayed_at: Option<String>,
    /// The moment at which the mail server of the address took it.
    #[schema(example = "2026-11-30T12:00:05Z")]
    delivered_at: Option<String>,
    /// The moment at which SES refused to send it.
    #[schema(example = json!(null))]
    rejected_at: Option<String>,
    /// The moment at which the mail server of the address did not take it.
    #[schema(example = json!(null))]
    bounced_at: Option<String>,
    /// The moment at which its reader complained.
    #[schema(example = json!(null))]
    complained_at: Option<String>,
}

/// An address that gets no mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuppressionEntry {
    /// The id by which it is released.
    #[schema(example = "5d41402abc4b2a76b9719d911017c592")]
    id: String,
    /// The address. None once its account has ended.
    #[schema(example = "ann@example.com")]
    address: Option<String>,
    /// `bounce` or `complaint`.
    #[schema(example = "bounce")]
    reason: &'static str,
    /// The words of SES for that, where it has some.
    #[schema(example = "Permanent General 5.1.1")]
    detail: Option<String>,
    /// The mail of which the news came, by the id that SES gave it.
    #[schema(example = "0100019a9f0e6b1f-7c1e9a57-2f0c-8d1f-4e11-2f0c8d1f4e11-000000")]
    message_id: String,
    /// The task that sent that mail.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    task_id: Option<Uuid>,
    /// The moment since which it gets none (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:05Z")]
    since: String,
}

impl From<SentMail> for MailEntry {
    fn from(mail: SentMail) -> Self {
        let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
        Self {
            message_id: mail.id,
            kind: mail.kind,
            task_id: mail.task_id.map(kernel::id::TaskId::uuid),
            status: mail.status.as_str(),
            detail: mail.detail,
            sent_at: mail.sent_at.to_string(),
            delayed_at: moment(mail.delayed_at),
            delivered_at: moment(mail.delivered_at),
            rejected_at: moment(mail.rejected_at),
            bounced_at: moment(mail.bounced_at),
            complained_at: moment(mail.complained_at),
        }
    }
}

impl From<Suppressed> for SuppressionEntry {
    fn from(suppressed: Suppressed) -> Self {
        Self {
            id: suppressed.id,
            address: suppressed.address.map(String::from),
            reason: suppressed.reason.as_str(),
            detail: suppressed.detail,
            message_id: suppressed.message_id,
            task_id: suppressed.task_id.map(kernel::id::TaskId::uuid),
            since: suppressed.since.to_string(),
        }
    }
}
