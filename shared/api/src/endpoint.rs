mod function;

use axum::routing::MethodRouter;
use cloud::{Ahead, App};
use kernel::limit::Limit;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::error_code::ErrorCode;
use crate::idempotency::IDEMPOTENCY_REFUSALS;
use crate::route::Route;

pub use function::Function;
use function::Serves;

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
    /// Whether it takes an `Idempotency-Key`.
    pub(crate) takes_key: bool,
}

impl Declared {
    /// All that the endpoint refuses for besides what all endpoints do.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &'static ErrorCode> + use<> {
        let of_keys: &[ErrorCode] = if self.takes_key {
            &IDEMPOTENCY_REFUSALS
        } else {
            &[]
        };
        of_keys.iter().chain(self.refusals)
    }
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

    /// The same, which takes an [`IdempotencyKey`](crate::IdempotencyKey), and refuses for it.
    #[must_use]
    pub const fn taking_key(mut self) -> Self {
        self.declared.takes_key = true;
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
    pub fn refusals(&self) -> impl Iterator<Item = &'static ErrorCode> + use<> {
        self.declared.refusals()
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
        takes_key: false,
    };
}
