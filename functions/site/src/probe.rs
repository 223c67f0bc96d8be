//! One look at something this API stands on.

use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

use kernel::error_chain;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

/// The longest time that a look may take. Whoever waits for this page has a limit of its own, and ten seconds are usual.
const LIMIT: Duration = Duration::from_secs(2);

/// What a look showed. The reason of a failure is for the log alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct HealthCheck {
    /// Whether the service works.
    pub status: HealthStatus,
    /// The time that it took to find out, in milliseconds.
    #[schema(example = 7)]
    pub latency_ms: u64,
}

/// The health of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// The service works.
    Healthy,
    /// The service does not work, or not in time.
    Unhealthy,
}

/// What a look gives.
type Seen = Result<(), Box<dyn Error + Send + Sync>>;

/// Looks once, for as long as the limit allows.
pub(crate) async fn probe(name: &'static str, look: impl Future<Output = Seen>) -> HealthCheck {
    probe_within(LIMIT, name, look).await
}

async fn probe_within(
    limit: Duration,
    name: &'static str,
    look: impl Future<Output = Seen>,
) -> HealthCheck {
    let started = Instant::now();
    let seen = timeout(limit, look).await;
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);

    let failure: &(dyn Error + 'static) = match &seen {
        Ok(Ok(())) => {
            return HealthCheck {
                status: HealthStatus::Healthy,
                latency_ms,
            };
        }
        Ok(Err(error)) => error.as_ref(),
        Err(elapsed) => elapsed,
    };
    tracing::error!(
        check = name,
        error.chain = error_chain(failure),
        "a health check fails"
    );
    HealthCheck {
        status: HealthStatus::Unhealthy,
        latency_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_works_is_healthy_and_what_fails_is_not() {
        let works = probe("table", async { Ok(()) }).await;
        let fails = probe("table", async { Err("no such table".into()) }).await;

        assert_eq!(works.status, HealthStatus::Healthy);
        assert_eq!(fails.status, HealthStatus::Unhealthy);
    }

    #[tokio::test]
    async fn what_hangs_is_unhealthy_when_its_time_is_up() {
        let limit = Duration::from_millis(20);
        let check = probe_within(limit, "mail", std::future::pending()).await;

        assert_eq!(check.status, HealthStatus::Unhealthy);
        assert!(check.latency_ms >= 20);
    }
}
