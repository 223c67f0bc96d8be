//! What the tests of mails share.

use jiff::Timestamp;
use mails::record_mail_event::record_mail_event;
use operations_testing::{Answer, Call, LoggedIn, Mail, TestApp};
use serde_json::{Value, json};

/// What SES says of a message, as EventBridge hands it over.
pub(crate) struct News<'a> {
    pub(crate) kind: &'a str,
    pub(crate) message_id: &'a str,
    pub(crate) address: &'a str,
    pub(crate) task_id: Option<&'a str>,
    pub(crate) at: Timestamp,
}

impl<'a> News<'a> {
    /// News of a mail that was sent.
    pub(crate) fn of(mail: &'a Mail, kind: &'a str, at: Timestamp) -> Self {
        Self {
            kind,
            message_id: &mail.id,
            address: &mail.to,
            task_id: None,
            at,
        }
    }

    /// The event. `PermanentBounce` and `TransientBounce` are kinds here, which are one to SES.
    pub(crate) fn event(&self, app: &TestApp) -> Value {
        let at = self.at.to_string();
        let recipients = json!([{"emailAddress": self.address, "status": "5.1.1", "diagnosticCode": format!("smtp; 550 <{}>", self.address)}]);
        let (kind, part, news) = match self.kind {
            "PermanentBounce" | "TransientBounce" => (
                "Bounce",
                "bounce",
                json!({"bounceType": self.kind.trim_end_matches("Bounce"), "bounceSubType": "General", "bouncedRecipients": recipients, "timestamp": at}),
            ),
            "Complaint" => (
                "Complaint",
                "complaint",
                json!({"complaintFeedbackType": "abuse", "complainedRecipients": recipients, "timestamp": at}),
            ),
            "Delivery" => (
                "Delivery",
                "delivery",
                json!({"recipients": [self.address], "smtpResponse": "250 ok", "timestamp": at}),
            ),
            other => panic!("{other} is no kind of news"),
        };
        let mut tags = json!({
            "ses:configuration-set": [app.variable("MAIL_CONFIGURATION_SET")],
            "kind": ["welcome"],
        });
        if let Some(id) = self.task_id {
            tags["task"] = json!([id]);
        }
        json!({
            "version": "0", "id": "5f6ab3d2-1111-2222-3333-444455556666",
            "detail-type": "Email Bounced", "source": "aws.ses", "time": at,
            "resources": [], "detail": {
                "eventType": kind,
                part: news,
                "mail": {
                    "timestamp": app.now().to_string(),
                    "source": "no-reply@kinwise.example",
                    "messageId": self.message_id,
                    "destination": [self.address],
                    "tags": tags,
                },
            },
        })
    }
}

/// Has the function hear something.
pub(crate) async fn hear(app: &TestApp, event: &Value) {
    let heard = record_mail_event(app.app().clone(), event.clone()).await;
    heard.unwrap();
}

/// Has the function hear news of a mail that was sent.
pub(crate) async fn hear_of(app: &TestApp, mail: &Mail, kind: &str) {
    hear(app, &News::of(mail, kind, app.now()).event(app)).await;
}

/// A mail that was sent to an address by a task of its own; the newest.
pub(crate) async fn sent(app: &TestApp, email: &str) -> Mail {
    let _ = app.resend(email).await.expect(200);
    app.deliver().await;
    app.mails_to(email).await.pop().unwrap()
}

/// The mails to an address, as support finds them.
pub(crate) async fn found(app: &TestApp, admin: &LoggedIn, address: &str) -> Vec<Value> {
    let call = Call::get(&format!("/api/v1/admin/mails?address={address}"));
    let found = app.call(call.with_token(&admin.access)).await.expect(200);
    found.json["results"].as_array().unwrap().clone()
}

/// The addresses that get no mail.
pub(crate) async fn listed(app: &TestApp, admin: &LoggedIn, query: &str) -> Vec<Value> {
    let call = Call::get(&format!("/api/v1/admin/mail-suppressions{query}"));
    let list = app.call(call.with_token(&admin.access)).await.expect(200);
    list.json["results"].as_array().unwrap().clone()
}

/// The call that releases an address.
pub(crate) fn release_call(admin: &LoggedIn, id: &str) -> Call {
    let path = format!("/api/v1/admin/mail-suppressions/{id}");
    Call::new("DELETE", &path).with_token(&admin.access)
}

/// Releases an address.
pub(crate) async fn release(app: &TestApp, admin: &LoggedIn, id: &str) -> Answer {
    app.call(release_call(admin, id)).await
}
