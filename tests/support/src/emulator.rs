use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cloud::Clients;
use serde_json::Value;

use crate::aws::Aws;
use crate::http::Http;

/// The emulator is one process that all tests share. A machine that is busy with other work must not look like a service
/// that fails: races would count calls twice that the SDK has tried again.
const PATIENCE: u32 = 20;

/// The local stack's AWS, as one account of it.
///
/// The emulator takes an access key of twelve digits for the owner of the account with that number, and keeps accounts
/// apart. So a test sees its own mails and messages alone, whatever else is running.
#[derive(Debug, Clone)]
pub struct Emulator {
    pub(crate) endpoint: String,
    /// The region it is asked in.
    pub region: String,
    pub(crate) account: String,
    pub(crate) http: Http,
    /// Its services, called by the account's owner.
    pub aws: Aws,
}

impl Emulator {
    /// The one the environment names, with a new account.
    pub(crate) fn from_env() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let endpoint = variable("AWS_ENDPOINT_URL").unwrap_or_else(|| {
            panic!("AWS_ENDPOINT_URL is not set: run the tests with `cargo xtask test`")
        });
        let region = variable("AWS_REGION").unwrap_or_else(|| "eu-west-1".to_owned());
        let account = rand::random_range(100_000_000_000_u64..1_000_000_000_000);
        Self::of_account(&endpoint, &region, &account.to_string())
    }

    /// The one behind an endpoint, with an account of twelve digits.
    pub fn of_account(endpoint: &str, region: &str, account: &str) -> Self {
        let endpoint = endpoint.trim_end_matches('/');
        Self {
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            http: Http::default(),
            aws: Aws::new(endpoint, region, credentials(account)),
        }
    }

    /// Clients of the account.
    pub(crate) fn clients(&self) -> Clients {
        let credentials = SharedCredentialsProvider::new(credentials(&self.account));
        Clients::new(self.region.clone(), credentials).with_patience(PATIENCE)
    }

    /// The ARN of a queue of the account.
    pub fn queue_arn(&self, name: &str) -> String {
        format!("arn:aws:sqs:{}:{}:{name}", self.region, self.account)
    }

    /// The mails the account has sent, oldest first, in the emulator's JSON.
    pub(crate) async fn sent_mails(&self) -> Vec<Value> {
        match self.own("ses").await {
            Value::Array(mails) => mails,
            _ => Vec::new(),
        }
    }

    /// The messages in the account's queues, hidden ones too: the queue's name and the message.
    pub async fn messages(&self) -> Vec<(String, Value)> {
        let queues = self.own("sqs").await;
        let mut messages = Vec::new();
        for (url, waiting) in queues[&self.region].as_object().into_iter().flatten() {
            let name = url.rsplit('/').next().unwrap_or_default();
            for message in waiting.as_array().into_iter().flatten() {
                messages.push((name.to_owned(), message.clone()));
            }
        }
        messages
    }

    /// What the account has in a service, by a page of the emulator's own.
    async fn own(&self, service: &str) -> Value {
        let (endpoint, account) = (&self.endpoint, &self.account);
        let url = format!("{endpoint}/_ministack/{service}/messages?account={account}");
        self.http.get_json(&url).await["messages"][account].take()
    }
}

fn credentials(account: &str) -> Credentials {
    Credentials::new(account, "test", None, None, "tests")
}
