use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any};
use cloud::{Ahead, App};
use kernel::limit::Limit;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use uuid::Uuid;

use crate::envelope::{Sender, envelope};
use crate::error::ApiError;
#[cfg(debug_assertions)]
use crate::error_code::EVERYWHERE;
use crate::error_code::{ErrorCode, MALFORMED_REQUEST};
#[cfg(debug_assertions)]
use crate::limiter::LimitReport;
use crate::redirect::nothing_here;
use crate::route::Route;

/// One path with its handlers, as `OpenAPI` describes it.
pub type Description = UtoipaMethodRouter<App>;

/// What a function serves, and how the `OpenAPI` document describes it.
#[derive(Clone, Copy)]
pub struct Endpoint {
    pub(crate) function: Function,
    describe: Option<fn() -> Description>,
    declared: Declared,
    sampled: &'static [&'static str],
    formerly: &'static [(&'static str, &'static str)],
}

/// What an endpoint says of itself that neither its route nor its description does. The tables in `docs/` are made of it.
#[derive(Clone, Copy)]
pub(crate) struct Declared {
    pub(crate) limits: &'static [Limit],
    pub(crate) refusals: &'static [ErrorCode],
}

/// What a function serves. A description is tenfold the work of a route, and its schemas are a part of every binary that
/// has one: a function has none.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Function {
    pub(crate) name: &'static str,
    serves: Serves,
    /// Whether its path with a slash behind it is its own, too.
    has_slash: bool,
    /// Whether its GET changes something.
    get_has_effect: bool,
    /// Methods of its path that other functions serve.
    beside: &'static [&'static str],
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
enum Serves {
    /// The function serves one path.
    Path(fn() -> Route),
    /// What no path does.
    Rest(fn() -> MethodRouter<App>),
}

/// Makes an [`Endpoint`] of the handlers of one path, each annotated with `utoipa::path`. The first gives the name.
#[macro_export]
macro_rules! endpoint {
    ($handler:ident $(, $more:ident)*) => {
        $crate::Endpoint::new(
            stringify!($handler),
            {
                // A function and not a closure: it is compiled once, in its area, and not again in every binary that names it.
                fn route() -> $crate::Route {
                    $crate::pastey::paste! {
                        $crate::Route::default()
                            .on::<[<__path_ $handler>], _, _>($handler)
                            $(.on::<[<__path_ $more>], _, _>($more))*
                    }
                }
                route
            },
            {
                fn describe() -> $crate::Description {
                    $crate::utoipa_axum::routes!($handler $(, $more)*)
                }
                describe
            },
        )
    };
}

impl Endpoint {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        route: fn() -> Route,
        describe: fn() -> Description,
    ) -> Self {
        Self {
            function: Function::new(name, Serves::Path(route)),
            describe: Some(describe),
            declared: Declared::NOTHING,
            sampled: &[],
            formerly: &[],
        }
    }

    /// An endpoint for every path that no other one has. It is in no description.
    pub const fn fallback(name: &'static str, route: fn() -> MethodRouter<App>) -> Self {
        Self {
            function: Function::fallback(name, route),
            describe: None,
            declared: Declared::NOTHING,
            sampled: &[],
            formerly: &[],
        }
    }

    /// The same, which also answers at its path with a slash behind it, where front ends of the systems before this one
    /// send one. New endpoints do not: their path with a slash is sent on.
    #[must_use]
    pub const fn with_slash(mut self) -> Self {
        self.function.has_slash = true;
        self
    }

    /// The same, whose GET changes something, so that HEAD is refused: scanners of mailed links ask by it.
    #[must_use]
    pub const fn with_effect_of_get(mut self) -> Self {
        self.function.get_has_effect = true;
        self
    }

    /// The same, at whose path other functions serve these methods, upper-case: its 405 names them besides its own.
    #[must_use]
    pub const fn beside(mut self, methods: &'static [&'static str]) -> Self {
        self.function.beside = methods;
        self
    }

    /// The same, which had these methods and addresses in the systems before this one: `answer_unknown` sends callers on from
    /// there. A part in braces goes where the path has one of its name, otherwise into the query.
    #[must_use]
    pub const fn formerly(mut self, addresses: &'static [(&'static str, &'static str)]) -> Self {
        self.formerly = addresses;
        self
    }

    /// The same, which reads these before its first event: what all of its calls need.
    #[must_use]
    pub const fn reading(mut self, ahead: &'static [Ahead]) -> Self {
        self.function.ahead = ahead;
        self
    }

    /// The same, which counts its calls against these limits, in the order in which it asks them.
    #[must_use]
    pub const fn limited(mut self, limits: &'static [Limit]) -> Self {
        self.declared.limits = limits;
        self.function.counts_refusals = true;
        self.declare()
    }

    /// The same, which refuses for these reasons besides those of [all endpoints](crate::EVERYWHERE).
    #[must_use]
    pub const fn refusing(mut self, refusals: &'static [ErrorCode]) -> Self {
        self.declared.refusals = refusals;
        self.declare()
    }

    /// The same, whose sample event has these parameters of the query besides those that are required.
    #[must_use]
    pub const fn sampled_with(mut self, parameters: &'static [&'static str]) -> Self {
        self.sampled = parameters;
        self
    }

    #[cfg(debug_assertions)]
    const fn declare(mut self) -> Self {
        self.function.declared = self.declared;
        self
    }

    #[cfg(not(debug_assertions))]
    const fn declare(self) -> Self {
        self
    }

    /// The function's one name.
    pub fn name(&self) -> &'static str {
        self.function.name
    }

    /// Its path, as axum and `OpenAPI` both write it; empty for a fallback.
    pub fn path(&self) -> String {
        self.function.route().path
    }

    /// Its methods, upper-case; none for a fallback, which takes all.
    pub fn methods(&self) -> Vec<String> {
        self.function.methods()
    }

    /// What its 405 names: its methods, HEAD where that is a GET without its body, and those of other functions at its path.
    pub fn allowed(&self) -> Vec<String> {
        self.function.allowed()
    }

    /// Whether it answers HEAD, as GET without its body.
    pub fn answers_head(&self) -> bool {
        self.function.answers_head()
    }

    /// Whether its path with a slash behind it is its own, too.
    pub fn has_slash(&self) -> bool {
        self.function.has_slash
    }

    /// The methods of its path that other functions serve.
    pub fn others(&self) -> &'static [&'static str] {
        self.function.beside
    }

    /// The methods and addresses that it had in the systems before this one.
    pub fn former(&self) -> &'static [(&'static str, &'static str)] {
        self.formerly
    }

    /// What it reads before its first event.
    pub fn ahead(&self) -> &'static [Ahead] {
        self.function.ahead
    }

    /// The limits it counts its calls against.
    pub fn limits(&self) -> &'static [Limit] {
        self.declared.limits
    }

    /// The reasons it refuses for, besides those of [all endpoints](crate::EVERYWHERE).
    pub fn refusals(&self) -> &'static [ErrorCode] {
        self.declared.refusals
    }

    /// The parameters of the query that its sample event has although they may be left out.
    pub fn sampled(&self) -> &'static [&'static str] {
        self.sampled
    }

    /// Whether it serves what no path does.
    pub fn is_fallback(&self) -> bool {
        self.function.is_fallback()
    }

    pub(crate) fn describe(&self, document: OpenApi) -> OpenApi {
        let Some(describe) = self.describe else {
            return document;
        };
        OpenApiRouter::<App>::with_openapi(document)
            .routes(describe())
            .into_openapi()
    }
}

impl Declared {
    const NOTHING: Self = Self {
        limits: &[],
        refusals: &[],
    };
}

impl Function {
    const fn new(name: &'static str, serves: Serves) -> Self {
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

    const fn fallback(name: &'static str, route: fn() -> MethodRouter<App>) -> Self {
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
            let mut known = EVERYWHERE.iter().chain(self.declared.refusals);
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

    fn route(&self) -> Route {
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
