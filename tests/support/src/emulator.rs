use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cloud::Clients;
use serde_json::Value;

use crate::http::Http;

/// The emulator is one process that all tests share. A machine that is busy with other work must not look like a service
/// that fails: races would count calls twice that the SDK has tried again.
const PATIENCE: u32 = 20;

/// The local stack's AWS, as one account of it.
///
/// The emulator takes an access key of twelve digits for the owner of the account with that number, and keeps accounts
/// apart. So a test sees its own mails and messages alone, whatever else is running.
#[derive(Debug, Clone)]
pub(crate) struct Emulator {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) http: Http,
}

impl Emulator {
    /// The one the environment names, with a new account.
    pub(crate) fn from_env() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let endpoint = variable("AWS_ENDPOINT_URL").unwrap_or_else(|| {
            panic!("AWS_ENDPOINT_URL is not set: run the tests with `cargo xtask test`")
        });
        Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            region: variable("AWS_REGION").unwrap_or_else(|| "eu-west-1".to_owned()),
            account: rand::random_range(100_000_000_000_u64..1_000_000_000_000).to_string(),
            http: Http::new(),
        }
    }

    /// Clients of the account.
    pub(crate) fn clients(&self) -> Clients {
        let credentials = Credentials::new(&self.account, "test", None, None, "tests");
        Clients::new(
            self.region.clone(),
            SharedCredentialsProvider::new(credentials),
        )
        .with_patience(PATIENCE)
    }

    /// The name of a resource of the account.
    pub(crate) fn queue_arn(&self, name: &str) -> String {
        format!("arn:aws:sqs:{}:{}:{name}", self.region, self.account)
    }

    /// The mails the account has sent, oldest first.
    pub(crate) async fn mails(&self) -> Vec<Value> {
        let url = format!(
            "{}/_ministack/ses/messages?account={}",
            self.endpoint, self.account
        );
        let mut answer = self.http.get_json(&url).await;
        match answer["messages"][&self.account].take() {
            Value::Array(mails) => mails,
            _ => Vec::new(),
        }
    }

    /// The messages in the account's queues, hidden ones too: the queue's name and the message.
    pub(crate) async fn messages(&self) -> Vec<(String, Value)> {
        let url = format!(
            "{}/_ministack/sqs/messages?account={}",
            self.endpoint, self.account
        );
        let answer = self.http.get_json(&url).await;
        let queues = answer["messages"][&self.account][&self.region].as_object();
        let mut messages = Vec::new();
        for (url, waiting) in queues.into_iter().flatten() {
            let name = url.rsplit('/').next().unwrap_or_default();
            for message in waiting.as_array().into_iter().flatten() {
                messages.push((name.to_owned(), message.clone()));
            }
        }
        messages
    }
}
