use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use cloud::App;
use kernel::audit::{self, Object};
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::limit::Limit;
use store::{Hit, Limits, Tries};

use crate::error::ApiError;
use crate::request::RequestInfo;

/// Counts calls against limits, before anything else is done for them.
pub struct Limiter {
    app: App,
    info: RequestInfo,
    report: LimitReport,
}

/// What the limits of a request said; the envelope writes it into the answer, whatever that is.
#[derive(Clone, Default)]
pub(crate) struct LimitReport(Arc<Mutex<Vec<Counted>>>);

/// A call that was counted.
struct Counted {
    limit: Limit,
    hit: Hit,
    whose: Whose,
}

/// Whose calls a limit counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The caller's. The answer says how many are left.
    Own,
    /// Those of everybody who asks for the same. How many are left would tell that somebody else has asked.
    Everybodys,
}

impl Limiter {
    /// Counts this call for its client.
    pub async fn per_client(&self, limit: &Limit) -> Result<(), ApiError> {
        self.count(limit, self.info.client.as_str(), Whose::Own)
            .await
    }

    /// Counts this call for an address, whoever calls.
    pub async fn per_address(&self, limit: &Limit, email: &EmailAddress) -> Result<(), ApiError> {
        self.count(limit, email.as_str(), Whose::Everybodys).await
    }

    /// Counts this call for the account that makes it.
    pub async fn per_account(&self, limit: &Limit, user_id: UserId) -> Result<(), ApiError> {
        self.count(limit, &user_id.to_string(), Whose::Own).await
    }

    /// Counts this call for the account that it is about, whoever calls.
    pub async fn about_account(&self, limit: &Limit, user_id: UserId) -> Result<(), ApiError> {
        self.count(limit, &user_id.to_string(), Whose::Everybodys)
            .await
    }

    /// Takes a try of one kind of proof, before the proof is looked at: [`Tries`](store::Tries). Who must wait for one is
    /// told how long.
    pub async fn try_of(&self, proof: &'static str, subject: &str) -> Result<(), ApiError> {
        let tries = Tries(self.app.store());
        match tries.take(proof, subject, self.app.now()).await? {
            None => Ok(()),
            Some(wait) => Err(ApiError::too_many_requests(wait)),
        }
    }

    /// Forgets the tries so far, because this one was right.
    pub async fn forgive(&self, proof: &'static str, subject: &str) -> Result<(), ApiError> {
        Tries(self.app.store()).forgive(proof, subject).await?;
        Ok(())
    }

    async fn count(&self, limit: &Limit, subject: &str, whose: Whose) -> Result<(), ApiError> {
        let limits = Limits(self.app.store());
        let hit = limits.hit(limit, subject, self.app.now()).await?;
        self.report.add(Counted {
            limit: *limit,
            hit,
            whose,
        });
        if hit.passed {
            return Ok(());
        }
        if hit.is_first_refusal {
            let audit = self.info.audit(&self.app, audit::RATE_LIMIT_EXCEEDED);
            let audit = audit.on(Object::of("limit", limit.name)).failed();
            limits.report(limit, subject, &audit).await?;
        }
        Err(ApiError::too_many_requests(hit.resets_in))
    }
}

impl FromRequestParts<App> for Limiter {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let info = RequestInfo::from_request_parts(parts, app).await?;
        let report = parts
            .extensions
            .get::<LimitReport>()
            .cloned()
            .unwrap_or_default();
        Ok(Self {
            app: app.clone(),
            info,
            report,
        })
    }
}

impl LimitReport {
    fn add(&self, counted: Counted) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(counted);
    }

    /// The names of the limits that were asked.
    #[cfg(debug_assertions)]
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let hits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hits.iter().map(|counted| counted.limit.name).collect()
    }

    /// Writes `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10) of the caller's own limits.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = || counted.iter().filter(|counted| counted.whose == Whose::Own);
        if own().next().is_none() {
            return;
        }
        let list = |item: fn(&Counted) -> String| own().map(item).collect::<Vec<_>>().join(", ");
        let policy = list(|Counted { limit, .. }| {
            format!(
                "\"{}\";q={};w={}",
                limit.name,
                limit.quota,
                limit.window.as_secs()
            )
        });
        let state = list(|Counted { limit, hit, .. }| {
            let seconds = (hit.resets_in.as_millis().max(0) + 999) / 1000;
            format!("\"{}\";r={};t={seconds}", limit.name, hit.remaining)
        });
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
