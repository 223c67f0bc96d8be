//! What SES says of a mail, as EventBridge brings it.

use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::rules::{MailStatus, Reason};

/// The longest id of a message that is read, in characters: SES's have some sixty.
const MAX_ID: usize = 128;

/// News of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The id that SES gave the message.
    pub message_id: String,
    /// The configuration set that the message went through.
    pub configuration_set: String,
    /// The task that the message says it is of.
    pub task_id: Option<TaskId>,
    /// The kind of mail that the message says it is.
    pub kind: Option<String>,
    /// The address that it is about.
    pub address: EmailAddress,
    /// The moment at which SES took the message.
    pub sent_at: Timestamp,
    /// What became of the mail.
    pub status: MailStatus,
    /// The moment at which that was seen.
    pub at: Timestamp,
    /// The words of SES for it, such as `Permanent General 5.1.1`. No address is in them.
    pub detail: Option<String>,
    /// The reason why the address gets no mail any more, if that follows.
    pub suppresses: Option<Reason>,
}

/// An event is not one of SES's about a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the event has not the form of news about a mail")]
pub struct UnreadableEvent;

/// The event as EventBridge hands it over, as far as it is read.
#[derive(Deserialize)]
struct Envelope {
    source: String,
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: Mail,
    #[serde(default)]
    bounce: News,
    #[serde(default)]
    complaint: News,
    #[serde(default)]
    delivery: News,
    #[serde(default)]
    delivery_delay: News,
    #[serde(default)]
    reject: News,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    timestamp: Timestamp,
    message_id: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Default, Deserialize)]
struct Tags {
    #[serde(default, rename = "ses:configuration-set")]
    configuration_set: Vec<String>,
    #[serde(default)]
    task: Vec<String>,
    #[serde(default)]
    kind: Vec<String>,
}

/// What each kind of event says of its own.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct News {
    timestamp: Option<Timestamp>,
    bounce_type: Option<String>,
    bounce_sub_type: Option<String>,
    complaint_sub_type: Option<String>,
    complaint_feedback_type: Option<String>,
    delay_type: Option<String>,
    reason: Option<String>,
    #[serde(alias = "bouncedRecipients", alias = "complainedRecipients")]
    #[serde(alias = "delayedRecipients")]
    about: Vec<About>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct About {
    email_address: Option<String>,
    status: Option<String>,
}

impl Event {
    /// Reads an event. `None` for one of a kind that says nothing of what became of the mail.
    pub fn parse(event: Value) -> Result<Option<Self>, UnreadableEvent> {
        let envelope: Envelope = serde_json::from_value(event).map_err(|_| UnreadableEvent)?;
        if envelope.source != "aws.ses" {
            return Err(UnreadableEvent);
        }
        let Detail {
            event_type,
            mail,
            bounce,
            complaint,
            delivery,
            delivery_delay,
            reject,
        } = envelope.detail;
        let (status, news) = match event_type.as_str() {
            "Send" => (MailStatus::Sent, News::default()),
            "DeliveryDelay" => (MailStatus::Delayed, delivery_delay),
            "Delivery" => (MailStatus::Delivered, delivery),
            "Reject" => (MailStatus::Rejected, reject),
            "Bounce" => (MailStatus::Bounced, bounce),
            "Complaint" => (MailStatus::Complained, complaint),
            _ => return Ok(None),
        };
        let is_id = |id: &str| !id.is_empty() && id.len() <= MAX_ID && id.is_ascii();
        if !is_id(&mail.message_id) {
            return Err(UnreadableEvent);
        }
        let named = news.about.first();
        let named = named.and_then(|about| about.email_address.as_deref());
        let address = named.or_else(|| mail.destination.first().map(String::as_str));
        let address = address.and_then(|text| EmailAddress::parse(text).ok());
        let first = |tags: Vec<String>| tags.into_iter().next();
        Ok(Some(Self {
            configuration_set: first(mail.tags.configuration_set).ok_or(UnreadableEvent)?,
            task_id: first(mail.tags.task).and_then(|id| id.parse().ok()),
            kind: first(mail.tags.kind),
            address: address.ok_or(UnreadableEvent)?,
            sent_at: mail.timestamp,
            status,
            at: news.timestamp.unwrap_or(mail.timestamp),
            detail: news.detail(),
            suppresses: news.suppresses(status),
            message_id: mail.message_id,
        }))
    }
}

impl News {
    /// The words of SES for what happened. The diagnostic code of a server is not among them, which often has the address.
    fn detail(&self) -> Option<String> {
        let about = self.about.first().and_then(|about| about.status.as_deref());
        let words = [
            self.bounce_type.as_deref(),
            self.bounce_sub_type.as_deref(),
            self.complaint_sub_type.as_deref(),
            self.complaint_feedback_type.as_deref(),
            self.delay_type.as_deref(),
            self.reason.as_deref(),
            about,
        ];
        let is_word = |word: &&str| !word.is_empty() && !word.contains('@') && word.len() <= 60;
        let words: Vec<&str> = words.into_iter().flatten().filter(is_word).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// A bounce is for good only if SES says so: a full mailbox, or a server that is away, may take the next mail.
    fn suppresses(&self, status: MailStatus) -> Option<Reason> {
        let is_permanent = self.bounce_type.as_deref() == Some("Permanent");
        match status {
            MailStatus::Complained => Some(Reason::Complaint),
            MailStatus::Bounced if is_permanent => Some(Reason::Bounce),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(kind: &str, part: &str, news: &Value) -> Value {
        json!({
            "version": "0", "source": "aws.ses", "detail-type": "Email Bounced",
            "detail": {
                "eventType": kind,
                part: news,
                "mail": {
                    "timestamp": "2026-03-01T12:00:00.000Z",
                    "messageId": "0100-1",
                    "destination": ["ann@example.com"],
                    "tags": {
                        "ses:configuration-set": ["kinwise-mail"],
                        "kind": ["welcome"],
                        "task": ["019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"],
                    },
                },
            },
        })
    }

    fn read(kind: &str, part: &str, news: &Value) -> Event {
        Event::parse(event(kind, part, news)).unwrap().unwrap()
    }

    #[test]
    fn a_permanent_bounce_suppresses_and_one_of_the_moment_does_not() {
        let bounce = |kind: &str| {
            json!({
                "bounceType": kind, "bounceSubType": "General",
                "bouncedRecipients": [{
                    "emailAddress": "Ann@Example.com", "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 <ann@example.com> unknown",
                }],
                "timestamp": "2026-03-01T12:00:05.000Z",
            })
        };

        let read_one = read("Bounce", "bounce", &bounce("Permanent"));
        assert_eq!(read_one.status, MailStatus::Bounced);
        assert_eq!(read_one.suppresses, Some(Reason::Bounce));
        assert_eq!(read_one.detail.as_deref(), Some("Permanent General 5.1.1"));
        assert_eq!(read_one.address.as_str(), "ann@example.com");
        assert_eq!(read_one.at, "2026-03-01T12:00:05Z".parse().unwrap());
        assert_eq!(read_one.kind.as_deref(), Some("welcome"));
        assert!(read_one.task_id.is_some());
        for other in ["Transient", "Undetermined"] {
            assert_eq!(read("Bounce", "bounce", &bounce(other)).suppresses, None);
        }
    }

    #[test]
    fn every_kind_of_news_is_read() {
        let complaint = json!({"complainedRecipients": [{"emailAddress": "ann@example.com"}], "complaintFeedbackType": "abuse"});
        let complaint = read("Complaint", "complaint", &complaint);
        assert_eq!(complaint.status, MailStatus::Complained);
        assert_eq!(complaint.suppresses, Some(Reason::Complaint));
        assert_eq!(complaint.detail.as_deref(), Some("abuse"));
        let delivery = json!({"recipients": ["ann@example.com"], "smtpResponse": "250 ok"});
        let delivery = read("Delivery", "delivery", &delivery);
        assert_eq!(
            (delivery.status, delivery.suppresses),
            (MailStatus::Delivered, None)
        );
        let delay = read(
            "DeliveryDelay",
            "deliveryDelay",
            &json!({"delayType": "MailboxFull"}),
        );
        assert_eq!(delay.detail.as_deref(), Some("MailboxFull"));
        assert_eq!(
            read("Reject", "reject", &json!({"reason": "Bad content"})).status,
            MailStatus::Rejected
        );
        assert_eq!(read("Send", "send", &json!({})).status, MailStatus::Sent);
        let opened = event("Open", "open", &json!({"ipAddress": "192.0.2.1"}));
        assert_eq!(Event::parse(opened), Ok(None));
    }

    #[test]
    fn abuse_094_what_is_no_event_of_ses_is_not_read() {
        let good = event("Bounce", "bounce", &json!({"bounceType": "Permanent"}));
        assert!(Event::parse(good.clone()).is_ok());
        for (pointer, wrong) in [
            ("/source", json!("kinwise.forged")),
            ("/detail/mail/messageId", json!("")),
            ("/detail/mail/messageId", json!("x".repeat(129))),
            ("/detail/mail/destination", json!(["nobody"])),
            ("/detail/mail/destination", json!([])),
            ("/detail/mail/timestamp", json!("yesterday")),
            ("/detail/mail/tags", json!({})),
            ("/detail", json!("Bounce")),
        ] {
            let mut event = good.clone();
            *event.pointer_mut(pointer).unwrap() = wrong;
            assert_eq!(Event::parse(event), Err(UnreadableEvent), "{pointer}");
        }
        assert_eq!(
            Event::parse(json!({"Type": "Notification"})),
            Err(UnreadableEvent)
        );
    }
}
