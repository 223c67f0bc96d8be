//! What goes to SES, and what its answers mean.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use kernel::email::EmailAddress;
use kernel::job::Queue;
use mail::{Language, Mailer, Message, OfTask, OptOut, Purpose, SendError};
use serde_json::{Value, json};

/// The task that the mail is of.
const TASK: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";

/// SES, as far as one answer goes: `None` is a connection that breaks.
#[derive(Debug, Clone)]
struct FakeSes {
    answer: Option<(u16, &'static str, String)>,
    received: Arc<Mutex<Vec<Value>>>,
}

impl HttpClient for FakeSes {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for FakeSes {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        self.received.lock().unwrap().push(body);
        let Some((status, error, body)) = self.answer.clone() else {
            return HttpConnectorFuture::ready(Err(ConnectorError::io("connection reset".into())));
        };
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        if !error.is_empty() {
            response.headers_mut().insert("x-amzn-errortype", error);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

async fn send(
    answer: Option<(u16, &'static str, String)>,
) -> (Result<String, SendError>, Vec<Value>) {
    let ses = FakeSes {
        answer,
        received: Arc::default(),
    };
    let config = aws_sdk_sesv2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .http_client(ses.clone())
        .build();
    let from = EmailAddress::parse("no-reply@kinwise.example").unwrap();
    let mailer = Mailer::new(
        Client::from_conf(config),
        "Kin, Wise",
        &from,
        Some("mail".to_owned()),
    );

    let result = mailer.send(&sample()).await;
    let received = ses.received.lock().unwrap().clone();
    (result, received)
}

fn sample() -> Message {
    Message {
        to: EmailAddress::parse("ann@example.com").unwrap(),
        subject: "Willkommen bei KinWise".to_owned(),
        text: "Hallo Łukasz,\n\nIhr Konto ist eröffnet.\n".to_owned(),
        html: "<!DOCTYPE html>\n<p>Hallo Łukasz,</p>\n".to_owned(),
        language: Language::German,
        kind: "welcome",
        purpose: Purpose::Owner,
        opt_out: Some(OptOut {
            one_click: "https://api.example.com/api/v1/unsubscribe?token=t".to_owned(),
            page: "https://app.example.com/unsubscribe?token=t".to_owned(),
        }),
        of: Some(OfTask {
            id: TASK.parse().unwrap(),
            queue: Queue::MAIL_BULK,
        }),
    }
}

#[tokio::test]
async fn a_mail_goes_out_whole() {
    let (result, received) = send(Some((200, "", r#"{"MessageId":"m-1"}"#.to_owned()))).await;

    assert_eq!(result.unwrap(), "m-1");
    let mail = sample();
    let utf8 = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
    assert_eq!(
        received,
        [json!({
            "FromEmailAddress": "\"Kin, Wise\" <no-reply@kinwise.example>",
            "Destination": {"ToAddresses": ["ann@example.com"]},
            "Content": {"Simple": {
                "Subject": utf8("Willkommen bei KinWise"),
                "Body": {"Text": utf8(&mail.text), "Html": utf8(&mail.html)},
                "Headers": [
                    {"Name": "Auto-Submitted", "Value": "auto-generated"},
                    {"Name": "Content-Language", "Value": "de"},
                    {"Name": "List-Unsubscribe", "Value": "<https://api.example.com/api/v1/unsubscribe?token=t>"},
                    {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
                ],
            }},
            "EmailTags": [
                {"Name": "kind", "Value": "welcome"},
                {"Name": "task", "Value": TASK},
            ],
            "ConfigurationSetName": "mail",
        })]
    );
}

#[tokio::test]
async fn every_refusal_has_its_meaning() {
    let suppressed = "Email address is on the suppression list: ann@example.com";
    let not_set_up = "Email address is not verified: ann@example.com, <no-reply@kinwise.example>";
    for (status, error, message, meaning) in [
        (429, "TooManyRequestsException", suppressed, "Throttled"),
        (400, "LimitExceededException", suppressed, "Throttled"),
        (429, "SomethingNew", suppressed, "Throttled"),
        (400, "ThrottlingException", suppressed, "Throttled"),
        (400, "SendingPausedException", suppressed, "Transient"),
        (400, "AccountSuspendedException", suppressed, "Transient"),
        (
            400,
            "MailFromDomainNotVerifiedException",
            suppressed,
            "Transient",
        ),
        (403, "AccessDeniedException", suppressed, "Transient"),
        (403, "ExpiredTokenException", suppressed, "Transient"),
        (500, "InternalFailure", suppressed, "Transient"),
        (503, "", suppressed, "Transient"),
        (400, "MessageRejected", suppressed, "Refused"),
        (400, "MessageRejected", not_set_up, "Transient"),
        (400, "BadRequestException", suppressed, "Refused"),
        (404, "NotFoundException", suppressed, "Refused"),
        (413, "RequestEntityTooLarge", suppressed, "Refused"),
    ] {
        let body = format!(r#"{{"message":"{message}"}}"#);
        let (result, _) = send(Some((status, error, body))).await;

        let error_value = result.unwrap_err();
        let variant = match error_value {
            SendError::Throttled(_) => "Throttled",
            SendError::Transient(_) => "Transient",
            SendError::Refused(_) => "Refused",
        };
        assert_eq!(variant, meaning, "{status} {error}");
        let cause = error_value.source().unwrap();
        assert!(
            !format!("{error_value} {cause} {error_value:?}").contains("example"),
            "{cause}"
        );
        assert!(cause.to_string().contains(&status.to_string()), "{cause}");
        assert!(cause.source().is_none());
    }
}

#[tokio::test]
async fn a_broken_connection_is_tried_again() {
    let (result, _) = send(None).await;

    let error = result.unwrap_err();
    assert!(matches!(error, SendError::Transient(_)));
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("connection reset"),
        "{error:?}"
    );
}
