use std::ops::Deref;
use std::sync::Arc;

use test_support::{Area, Options, StreamReader};

/// What runs in an installation of the accounts area: its routes, and the workers that do its jobs.
pub fn area() -> Area {
    Area::default()
        .with_endpoints(auth::ENDPOINTS)
        .with_endpoints(mfa::ENDPOINTS)
        .with_endpoints(users::ENDPOINTS)
        .with_endpoints(avatars::ENDPOINTS)
        .with_endpoints(admin::ENDPOINTS)
        .with_endpoints(pre_registrations::ENDPOINTS)
        .with_relay(workers::relay_outbox::relay_outbox)
        .with_worker("mail-urgent", workers::send_email::send_email)
        .with_worker("mail-bulk", workers::send_email::send_email)
        .with_worker("work", workers::perform_work::perform_work)
}

/// An installation of a test's own, with accounts in it.
pub struct TestApp {
    /// Shared, because workers that run at once (`drain`) each hold it.
    installation: Arc<test_support::TestApp>,
    /// What the index of people has read of the stream of accounts.
    pub(crate) indexed: StreamReader,
}

impl TestApp {
    /// An installation as `template.yaml` makes it.
    pub async fn start() -> Self {
        // On the heap: it is large, and every test would hold it.
        Box::pin(Self::start_with(Options::default())).await
    }

    /// An installation whose calls of DynamoDB, SQS and S3 can be counted and made to fail.
    pub async fn start_watched() -> Self {
        Self::start_with(Options::watched()).await
    }

    /// An installation with something different about it.
    pub async fn start_with(options: Options) -> Self {
        Self::with(area(), options).await
    }

    /// What was asked of DynamoDB since that was forgotten last, in steps of so many calls; what is left over is one more. The
    /// calls of a step go out together, so they have no order.
    pub fn steps<const N: usize>(&self, calls: [usize; N]) -> Vec<Vec<String>> {
        let mut seen = self.dynamodb().seen().into_iter();
        let mut steps: Vec<Vec<String>> = calls
            .into_iter()
            .map(|calls| seen.by_ref().take(calls).collect())
            .collect();
        steps.extend(Some(seen.collect::<Vec<_>>()).filter(|rest| !rest.is_empty()));
        for step in &mut steps {
            step.sort_unstable();
        }
        steps
    }

    /// An installation in which another area runs, too: `area` is [`area()`] with what that area adds.
    pub async fn with(area: Area, options: Options) -> Self {
        let installation = test_support::TestApp::start_with(area, options).await;
        let rotated = identity::rotate_signing_key(installation.app(), true).await;
        rotated.expect("a new installation gets its signing key");
        Self {
            installation: Arc::new(installation),
            indexed: StreamReader::new("identity", "USER"),
        }
    }
}

impl Deref for TestApp {
    type Target = Arc<test_support::TestApp>;

    fn deref(&self) -> &Self::Target {
        &self.installation
    }
}
