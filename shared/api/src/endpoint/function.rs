//! What a function serves.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any};
use cloud::{Ahead, App};
use uuid::Uuid;

#[cfg(debug_assertions)]
use super::Declared;
use crate::envelope::{Sender, envelope};
use crate::error::ApiError;
#[cfg(debug_assertions)]
use crate::error_code::EVERYWHERE;
use crate::error_code::MALFORMED_REQUEST;
#[cfg(debug_assertions)]
use crate::limiter::LimitReport;
use crate::redirect::nothing_here;
use crate::route::Route;

/// What a function serves. A description is tenfold the work of a route, and its schemas are a part of every binary that
/// has one: a function has none.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Function {
    pub(crate) name: &'static str,
    pub(super) serves: Serves,
    /// Whether its path with a slash behind it is its own, too.
    pub(super) has_slash: bool,
    /// Whether its GET changes something.
    pub(super) get_has_effect: bool,
    /// Methods of its path that other functions serve.
    pub(super) beside: &'static [&'static str],
    /// What it reads before its first event.
    pub(crate) ahead: &'static [Ahead],
    /// Whether its refused bodies are counted: it has limits, which count those that were not.
    pub(crate) counts_refusals: bool,
    /// What the endpoint declares, for the envelope, which holds the endpoint to its word wherever it is tried out. No
    /// deployed binary has it.
    #[cfg(debug_assertions)]
    pub(crate) declared: Declared,
}

#[derive(Clone, Copy)]
pub(super) enum Serves {
    /// The function serves one path.
    Path(fn() -> Route),
    /// What no path does.
    Rest(fn() -> MethodRouter<App>),
}

impl Function {
    pub(super) const fn new(name: &'static str, serves: Serves) -> Self {
        Self {
            name,
            serves,
            has_slash: false,
            get_has_effect: false,
            beside: &[],
            ahead: &[],
            counts_refusals: false,
            #[cfg(debug_assertions)]
            declared: Declared::NOTHING,
        }
    }

    pub(super) const fn fallback(name: &'static str, route: fn() -> MethodRouter<App>) -> Self {
        Self::new(name, Serves::Rest(route))
    }

    /// Puts its route onto a router, in the envelope.
    pub(crate) fn mount(&self, app: &App, onto: Router<App>) -> Router<App> {
        let Serves::Rest(rest) = self.serves else {
            let Route { path, handlers, .. } = self.route();
            let handlers = self.in_envelope(app, handlers);
            let onto = if self.has_slash {
                onto.route(&format!("{path}/"), handlers.clone())
            } else {
                onto
            };
            return onto.route(&path, handlers);
        };
        onto.fallback_service(self.in_envelope(app, rest()).with_state(app.clone()))
    }

    /// Answers, in its name, what it does not serve. See [`nothing_here`].
    pub(crate) fn deny(&self, app: &App, onto: Router<App>) -> Router<App> {
        Self::fallback(self.name, || any(nothing_here)).mount(app, onto)
    }

    /// Answers, in its name, what is no request.
    pub(crate) fn refuse(&self, app: &App) -> Router {
        let refusal = || any(async || ApiError::from(MALFORMED_REQUEST));
        Self::fallback(self.name, refusal)
            .mount(app, Router::new())
            .with_state(app.clone())
    }

    /// Panics where a call was counted against a limit, or refused for a reason, that the endpoint does not declare: the
    /// tables in `docs/` would lack it.
    #[cfg(debug_assertions)]
    pub(crate) fn check_word(&self, report: &LimitReport, error: Option<&ApiError>) {
        for name in report.names() {
            let is_declared = self.declared.limits.iter().any(|limit| limit.name == name);
            assert!(is_declared, "{} is not `.limited` by {name}", self.name);
        }
        if let Some(error) = error {
            let mut known = EVERYWHERE.iter().chain(self.declared.refusals());
            let is_declared =
                known.any(|one| (one.code(), one.status()) == (error.code, error.status));
            assert!(
                is_declared,
                "{} is not `.refusing` {}",
                self.name, error.code
            );
        }
    }

    /// Whether it serves what no path does.
    pub(crate) fn is_fallback(&self) -> bool {
        matches!(self.serves, Serves::Rest(_))
    }

    /// Whether a path that its route takes is another function's. Of the greedy routes that match `/users/me/`, a gateway may
    /// take the one of `/users/{id}/`: its ids are UUIDs, and `me` is none. Without its slash, the path has one route.
    pub(crate) fn is_anothers(&self, path: &str) -> bool {
        if path.len() < 2 || !path.ends_with('/') {
            return false;
        }
        let own = self.route().path;
        let mut parts = own.split('/').zip(path.split('/'));
        parts.any(|(own, part)| {
            let names_id = own == "{id}" || own.ends_with("_id}");
            names_id && Uuid::try_parse(part).is_err()
        })
    }

    /// Whether it answers HEAD, as GET without its body.
    pub(crate) fn answers_head(&self) -> bool {
        !self.get_has_effect && self.methods().iter().any(|method| method == "GET")
    }

    /// What its 405 names, in one order for all.
    pub(crate) fn allowed(&self) -> Vec<String> {
        let mut allowed = self.methods();
        if self.answers_head() {
            allowed.push("HEAD".to_owned());
        }
        allowed.extend(self.beside.iter().map(|&method| method.to_owned()));
        allowed.sort_by_key(|method| ORDER.iter().position(|one| one == method));
        allowed
    }

    /// Its methods, upper-case; none for a fallback, which takes all.
    pub(crate) fn methods(&self) -> Vec<String> {
        let name = |method| Some(serde_json::to_value(method).ok()?.as_str()?.to_uppercase());
        let methods = self.route().methods.into_iter();
        methods.filter_map(name).collect()
    }

    pub(super) fn route(&self) -> Route {
        match self.serves {
            Serves::Path(route) => route(),
            Serves::Rest(_) => Route::default(),
        }
    }

    fn in_envelope(&self, app: &App, handlers: MethodRouter<App>) -> MethodRouter<App> {
        let sender = Sender {
            app: app.clone(),
            function: *self,
        };
        handlers.layer(from_fn_with_state(sender, envelope))
    }
}

/// The order in which `Allow` names methods.
const ORDER: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
