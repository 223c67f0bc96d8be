use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use cloud::App;
use futures_util::future::join;
use jiff::SignedDuration;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::limit::{Counted, Limit, Per};
use kernel::mailbox::mailbox_of;
use store::{Hit, Limits, Tries};

use crate::error::ApiError;
use crate::request::RequestInfo;

/// Changes that one account makes, whatever they are: each is an entry in the audit log. What the systems before this one
/// granted a user. An endpoint that declares a tighter limit of the account's counts by that one instead.
pub const WRITES: Limit = Limit {
    name: "writes-account",
    quota: 1_000,
    window: SignedDuration::from_hours(1),
    per: Per::Account,
};

/// Bodies of one client that are refused for their form, by endpoints that have limits. Those count only what could have had
/// an effect, so that nobody who mistypes has to wait; this one ends a flood.
pub const REFUSED_BODIES: Limit = Limit {
    name: "refused-client",
    quota: 60,
    window: SignedDuration::from_mins(1),
    per: Per::Client,
};

/// How much wider the limit of a client's network is than its own: neighbours are let in, and whoever has a whole network does
/// not get a limit with each of its addresses.
const NETWORK: u32 = 10;

/// Counts calls against limits, each before what it counts them for.
///
/// What costs something at once, such as a try of a proof, is counted by a method that waits for the answer. What ends in a
/// change is counted in the change's transaction, by a method that ends in `_with`: it costs no step, and counts what happened.
pub struct Limiter {
    app: App,
    info: RequestInfo,
    report: LimitReport,
}

/// What the limits of a request said; the envelope writes it into the answer, whatever that is.
#[derive(Clone, Default)]
pub(crate) struct LimitReport(Arc<Mutex<Vec<Asked>>>);

/// A limit that was asked.
struct Asked {
    limit: Limit,
    /// What it said, where it was asked at once and the calls that it counts are the caller's own.
    hit: Option<Hit>,
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

    /// Counts this call for the network of its client, by a limit of the client's.
    pub async fn per_network(&self, limit: &Limit) -> Result<(), ApiError> {
        let Counted { limit, subject } = self.of_network(limit);
        self.count(&limit, &subject, Whose::Everybodys).await
    }

    /// Counts this call for its client, and does a read at the same time, which costs no step. It must be a read: whoever is
    /// refused must not use up anything else, be it another limit or a try.
    pub fn per_client_beside<T, E: Into<ApiError>>(
        &self,
        limit: &Limit,
        read: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, ApiError>> {
        let both = both(self.per_client(limit), read);
        async {
            let (counted, read) = both.await;
            counted?;
            read.map_err(E::into)
        }
    }

    /// The same for the network of the client.
    pub fn per_network_beside<T, E: Into<ApiError>>(
        &self,
        limit: &Limit,
        read: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, ApiError>> {
        let both = both(self.per_network(limit), read);
        async {
            let (counted, read) = both.await;
            counted?;
            read.map_err(E::into)
        }
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

    /// Has what an entry records counted for the network of the client, by a limit of the client's.
    pub fn network_with(&self, audit: Entry, limit: &Limit) -> Entry {
        audit.counted(self.of_network(limit))
    }

    /// Has what an entry records counted for an address, whoever calls: for the mailbox that it is a spelling of.
    pub fn address_with(&self, audit: Entry, limit: &Limit, email: &EmailAddress) -> Entry {
        self.report.note(*limit);
        audit.counted(Counted {
            limit: *limit,
            subject: mailbox_of(email),
        })
    }

    /// Has what an entry records counted for the account that makes it, by this limit in place of [`WRITES`].
    pub fn account_with(&self, audit: Entry, limit: &Limit, user_id: UserId) -> Entry {
        self.report.note(*limit);
        let mut audit = audit;
        audit
            .counted
            .retain(|counted| counted.limit.name != WRITES.name);
        audit.counted(Counted {
            limit: *limit,
            subject: user_id.to_string(),
        })
    }

    /// Takes a try of one kind of proof, before the proof is looked at: [`Tries`](store::Tries). Who must wait for one is
    /// told how long.
    pub async fn try_of(&self, proof: &'static str, subject: &str) -> Result<(), ApiError> {
        let tries = Tries(self.app.store());
        match tries.take(proof, subject, self.app.now()).await? {
            None => Ok(()),
            Some(wait) => Err(ApiError::too_many_requests(proof, wait)),
        }
    }

    /// Forgets the tries so far, because this one was right.
    pub async fn forgive(&self, proof: &'static str, subject: &str) -> Result<(), ApiError> {
        Tries(self.app.store()).forgive(proof, subject).await?;
        Ok(())
    }

    /// Forgets the tries so far, because this one was right, while `work` does what it is right for; what becomes of that is
    /// what counts. Tries that could not be forgotten cost a pause at worst, so they are no reason to refuse anybody.
    pub fn forgive_beside<T>(
        &self,
        proof: &'static str,
        subject: &str,
        work: impl Future<Output = T>,
    ) -> impl Future<Output = T> {
        let forgive = async move {
            let tries = Tries(self.app.store());
            tries.forgive(proof, subject).await
        };
        let both = both(work, forgive);
        async {
            let (done, forgiven) = both.await;
            if let Err(error) = forgiven {
                tracing::warn!(%error, "the tries before a right one stay counted");
            }
            done
        }
    }

    async fn count(&self, limit: &Limit, subject: &str, whose: Whose) -> Result<(), ApiError> {
        let limits = Limits(self.app.store());
        let hit = limits.hit(limit, subject, self.app.now()).await?;
        self.report.add(Asked {
            limit: *limit,
            hit: (whose == Whose::Own).then_some(hit),
        });
        if hit.passed {
            return Ok(());
        }
        let counted = Counted {
            limit: *limit,
            subject: subject.to_owned(),
        };
        Err(ApiError::limit_reached(
            counted,
            hit.resets_in,
            hit.is_first_refusal,
        ))
    }

    fn of_network(&self, limit: &Limit) -> Counted {
        Counted {
            limit: Limit {
                quota: limit.quota.saturating_mul(NETWORK),
                ..*limit
            },
            subject: format!("network/{}", self.info.client.network()),
        }
    }
}

/// Two things at the same time, on the heap: what calls AWS is large, and whoever waits for it would hold it several times over.
fn both<A: Future, B: Future>(a: A, b: B) -> impl Future<Output = (A::Output, B::Output)> {
    join(Box::pin(a), Box::pin(b))
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
    /// Notes a limit that is asked in a transaction. How many calls are left is not known before, and told by nobody after.
    fn note(&self, limit: Limit) {
        self.add(Asked { limit, hit: None });
    }

    fn add(&self, asked: Asked) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(asked);
    }

    /// The names of the limits that were asked.
    #[cfg(debug_assertions)]
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().map(|asked| asked.limit.name).collect()
    }

    /// Writes `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10) of the caller's own limits.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own: Vec<_> = asked
            .iter()
            .filter_map(|Asked { limit, hit }| Some((limit, hit.as_ref()?)))
            .collect();
        if own.is_empty() {
            return;
        }
        let list = |item: fn(&(&Limit, &Hit)) -> String| {
            own.iter().map(item).collect::<Vec<_>>().join(", ")
        };
        let policy = list(|(limit, _)| {
            format!(
                "\"{}\";q={};w={}",
                limit.name,
                limit.quota,
                limit.window.as_secs()
            )
        });
        let state = list(|(limit, hit)| {
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
