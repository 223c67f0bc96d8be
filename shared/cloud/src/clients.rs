use std::sync::OnceLock;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

/// Amazon's five root certificates (Amazon Trust Services), the only ones an AWS endpoint needs. Loading the system's
/// hundred and more is nine tenths of a function's start-up.
static AMAZON_ROOTS: &str = include_str!("../data/amazon_roots.pem");

/// Time limits of one call, well inside every function's own: a dependency that hangs becomes a 503, not a time-out.
const CONNECT: Duration = Duration::from_secs(1);
const ATTEMPT: Duration = Duration::from_secs(3);
const OPERATION: Duration = Duration::from_secs(8);

/// The AWS clients, each built when it is first asked for, all on one HTTP client.
#[derive(Debug)]
pub struct Clients {
    region: Region,
    credentials: SharedCredentialsProvider,
    endpoints: Vec<(&'static str, String)>,
    patience: u32,
    http: OnceLock<SharedHttpClient>,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    lambda: OnceLock<aws_sdk_lambda::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    scheduler: OnceLock<aws_sdk_scheduler::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    ses: OnceLock<aws_sdk_sesv2::Client>,
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
}

macro_rules! client {
    ($(#[$doc:meta])* $name:ident, $sdk:ident, $endpoint:literal, $tries:literal $(, $adapt:path)?) => {
        $(#[$doc])*
        pub fn $name(&self) -> &$sdk::Client {
            self.$name.get_or_init(|| {
                let mut config = $sdk::config::Builder::new()
                    .behavior_version(BehaviorVersion::latest())
                    .region(self.region.clone())
                    .credentials_provider(self.credentials.clone())
                    .http_client(self.http())
                    .retry_config(RetryConfig::standard().with_max_attempts($tries).with_initial_backoff(Duration::from_millis(50)))
                    .timeout_config(timeouts(self.patience));
                config.set_endpoint_url(self.endpoint_url($endpoint));
                $(config = $adapt(config, self.endpoint_url($endpoint).is_some());)?
                $sdk::Client::from_conf(config.build())
            })
        }
    };
}

impl Clients {
    /// Clients with the region and the credentials that Lambda puts into the environment.
    ///
    /// The SDK's usual chains are left out: they read files and ask services that a function does not have.
    pub fn from_env() -> Self {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let token = std::env::var("AWS_SESSION_TOKEN").ok();
        let credentials = Credentials::new(
            variable("AWS_ACCESS_KEY_ID"),
            variable("AWS_SECRET_ACCESS_KEY"),
            token,
            None,
            "environment",
        );
        Self::new(
            variable("AWS_REGION"),
            SharedCredentialsProvider::new(credentials),
        )
    }

    /// Clients with a region and credentials of one's own.
    pub fn new(region: String, credentials: SharedCredentialsProvider) -> Self {
        Self {
            region: Region::new(region),
            credentials,
            endpoints: Vec::new(),
            patience: 1,
            http: OnceLock::new(),
            dynamodb: OnceLock::new(),
            lambda: OnceLock::new(),
            s3: OnceLock::new(),
            scheduler: OnceLock::new(),
            sqs: OnceLock::new(),
            ses: OnceLock::new(),
            secrets_manager: OnceLock::new(),
        }
    }

    /// The same clients, with one service somewhere else than the environment says; `service` is the variable that would
    /// say it, such as `AWS_ENDPOINT_URL_SESV2`. For tests: a process has one environment, but each test its own faults.
    #[must_use]
    pub fn with_endpoint(mut self, service: &'static str, url: String) -> Self {
        self.endpoints.push((service, url));
        self
    }

    /// The same clients with so many times the usual time limits. For tests: an emulator on a busy machine is late, which is
    /// no fault of the service's.
    #[must_use]
    pub fn with_patience(mut self, times: u32) -> Self {
        self.patience = times;
        self
    }

    client!(
        /// The client of DynamoDB.
        dynamodb, aws_sdk_dynamodb, "AWS_ENDPOINT_URL_DYNAMODB", 4
    );
    client!(
        /// The client of Lambda.
        lambda, aws_sdk_lambda, "AWS_ENDPOINT_URL_LAMBDA", 3
    );
    client!(
        /// The client of EventBridge Scheduler.
        scheduler, aws_sdk_scheduler, "AWS_ENDPOINT_URL_SCHEDULER", 3
    );
    client!(
        /// The client of S3.
        s3, aws_sdk_s3, "AWS_ENDPOINT_URL_S3", 3, for_small_files
    );
    client!(
        /// The client of SQS.
        sqs, aws_sdk_sqs, "AWS_ENDPOINT_URL_SQS", 3
    );
    client!(
        /// The client of SES. What sends a mail with it tries once; all else may be asked again.
        ses, aws_sdk_sesv2, "AWS_ENDPOINT_URL_SESV2", 3
    );
    client!(
        /// The client of Secrets Manager.
        secrets_manager, aws_sdk_secretsmanager, "AWS_ENDPOINT_URL_SECRETS_MANAGER", 3
    );

    /// The credentials of the clients, for what is signed by hand.
    pub(crate) async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        self.credentials.provide_credentials().await
    }

    /// The region of the clients.
    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    fn endpoint_url(&self, service: &str) -> Option<String> {
        let explicit = self
            .endpoints
            .iter()
            .rev()
            .find(|(name, _)| *name == service);
        explicit
            .map(|(_, url)| url.clone())
            .or_else(|| endpoint_url(service))
    }

    /// One connector for all clients: the SDK's own HTTP client makes one more for each client that is built on it, and reads
    /// the root certificates anew for each.
    fn http(&self) -> SharedHttpClient {
        let build = || {
            let connector = SharedHttpConnector::new(connector(CONNECT * self.patience));
            http_client_fn(move |_, _| connector.clone())
        };
        self.http.get_or_init(build).clone()
    }
}

/// Puts a text to a presigned URL of S3, as an answer to CloudFormation is given.
pub async fn put_to_url(
    url: &str,
    body: String,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("PUT")?;
    request.set_uri(url)?;
    // The signature covers an empty content type, and S3 takes no chunked upload.
    let length = request.body().content_length().unwrap_or_default();
    request
        .headers_mut()
        .insert("content-length", length.to_string());
    let answer = connector(CONNECT).call(request).await?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("the URL answered {}", answer.status()).into())
    }
}

/// What connects to AWS and keeps its connections. The other time limits are the clients' own.
fn connector(patience: Duration) -> Connector {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .expect("a trust store of certificates is all it needs");
    let settings = HttpConnectorSettings::builder().connect_timeout(patience);
    Connector::builder()
        .connector_settings(settings.build())
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls)
        .build()
}

/// S3 as its emulators know it too: without a host name for each bucket where it is not AWS's own, and without the checksums
/// of the SDK's own, either way, that TLS makes superfluous for a file in one piece.
fn for_small_files(
    config: aws_sdk_s3::config::Builder,
    is_elsewhere: bool,
) -> aws_sdk_s3::config::Builder {
    config
        .force_path_style(is_elsewhere)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
}

fn timeouts(times: u32) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT * times)
        .operation_attempt_timeout(ATTEMPT * times)
        .operation_timeout(OPERATION * times)
        .build()
}

/// An endpoint other than AWS's own, by the variables all AWS tools know: one service's, or all services'.
fn endpoint_url(service: &str) -> Option<String> {
    [service, "AWS_ENDPOINT_URL"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|url| !url.is_empty())
}
