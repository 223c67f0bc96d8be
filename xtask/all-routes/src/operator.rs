use std::sync::Arc;

use anyhow::Context as _;
use api::App;
use aws_config::BehaviorVersion;
use cloud::Clients;
use kernel::clock::SystemClock;
use kernel::random::SystemRandomness;
use kernel::settings::Environment;

/// An App with whatever region and credentials the operator's AWS tools have.
pub(crate) async fn operator_app() -> anyhow::Result<App> {
    let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
    let region = config
        .region()
        .context("no AWS region is set; set AWS_REGION or a profile")?
        .to_string();
    let credentials = config
        .credentials_provider()
        .context("no AWS credentials are set")?;
    Ok(App::new(
        Environment::of_process(),
        Arc::new(SystemClock),
        Arc::new(SystemRandomness),
        Clients::new(region, credentials),
    )?)
}
