use identity::IDENTITY;
use std::future::Future;

use api::{App, Endpoint, Errors, endpoint};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::probe::probe;
pub use crate::probe::{HealthCheck, HealthStatus};

pub const ENDPOINT: Endpoint = endpoint!(check_health).with_slash();

/// The time for which an answer is given again: whoever calls this page in a loop must not load what it looks at.
const KEPT: SignedDuration = SignedDuration::from_secs(30);

/// The last answer of this process.
static LAST: Cache = Cache(Mutex::const_new(None));

/// Whether this API and what it stands on work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Health {
    /// `healthy` if every check is.
    status: HealthStatus,
    /// The checks of the single services.
    checks: HealthChecks,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HealthChecks {
    /// The table of accounts can be read.
    table: HealthCheck,
    /// The queues are there.
    queue: HealthCheck,
    /// The account may send mail.
    mail: HealthCheck,
}

struct Cache(Mutex<Option<(Timestamp, Health)>>);

/// Check the table, the queues and the mail service.
///
/// The answer is at most thirty seconds old. Each check has two seconds.
#[utoipa::path(
    get, path = "/health", tag = "site",
    responses(
        (status = 200, description = "Everything works.", body = Health, example = json!({
            "status": "healthy",
            "checks": {
                "table": {"status": "healthy", "latency_ms": 7},
                "queue": {"status": "healthy", "latency_ms": 9},
                "mail": {"status": "healthy", "latency_ms": 21},
            },
        })),
        (status = 503, description = "Something does not work.", body = Health, example = json!({
            "status": "unhealthy",
            "checks": {
                "table": {"status": "healthy", "latency_ms": 7},
                "queue": {"status": "unhealthy", "latency_ms": 2000},
                "mail": {"status": "healthy", "latency_ms": 21},
            },
        })),
        Errors,
    ),
)]
pub async fn check_health(State(app): State<App>) -> Response {
    let health = LAST.or_look(app.now(), || Box::pin(look(&app))).await;

    let status = match health.status {
        HealthStatus::Healthy => StatusCode::OK,
        HealthStatus::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health)).into_response()
}

impl Cache {
    /// Held while one looks: of many calls at once one looks, and the others get what it saw.
    async fn or_look<F>(&self, now: Timestamp, look: impl FnOnce() -> F) -> Health
    where
        F: Future<Output = Health>,
    {
        let mut last = self.0.lock().await;
        if let Some((at, health)) = last.as_ref()
            && now.duration_since(*at) < KEPT
        {
            return health.clone();
        }
        let health = look().await;
        *last = Some((now, health.clone()));
        health
    }
}

async fn look(app: &App) -> Health {
    let table = async { Ok(app.store().ping(IDENTITY).await?) };
    let queue = async { Ok(app.ping_queues().await?) };
    let mail = async { Ok(app.ping_mail().await?) };
    let (table, queue, mail) = tokio::join!(
        probe("table", table),
        probe("queue", queue),
        probe("mail", mail)
    );
    let all_healthy = [table, queue, mail]
        .iter()
        .all(|check| check.status == HealthStatus::Healthy);
    Health {
        status: if all_healthy {
            HealthStatus::Healthy
        } else {
            HealthStatus::Unhealthy
        },
        checks: HealthChecks { table, queue, mail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(latency_ms: u64) -> Health {
        let check = HealthCheck {
            status: HealthStatus::Healthy,
            latency_ms,
        };
        Health {
            status: HealthStatus::Healthy,
            checks: HealthChecks {
                table: check,
                queue: check,
                mail: check,
            },
        }
    }

    #[tokio::test]
    async fn an_answer_is_given_again_for_half_a_minute() {
        let cache = Cache(Mutex::new(None));
        let at = |seconds| Timestamp::from_second(seconds).unwrap();

        assert_eq!(cache.or_look(at(100), async || health(1)).await, health(1));
        let again = cache.or_look(at(129), async || unreachable!("nobody looks"));
        assert_eq!(again.await, health(1));
        assert_eq!(cache.or_look(at(130), async || health(2)).await, health(2));
    }
}
