use axum::Router;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, any};
use cloud::App;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::envelope::{Sender, envelope};
use crate::error::ApiError;

/// What may stand behind a path's last slash. Gateways that cannot route `/x/` itself can route `/x/_`; `answer_unknown`
/// sends callers there.
pub const EMPTY_REST: &str = "_";

/// A path with its handlers and their description.
pub type Routes = UtoipaMethodRouter<App>;

/// What a function serves.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// The function's one name.
    pub name: &'static str,
    serves: Serves,
}

#[derive(Clone, Copy)]
enum Serves {
    /// One path, described.
    Path(fn() -> Routes),
    /// What no path does.
    Rest(fn() -> MethodRouter<App>),
}

/// Makes an [`Endpoint`] of the handlers of one path, each annotated with `utoipa::path`. The first gives the name.
#[macro_export]
macro_rules! endpoint {
    ($handler:ident $(, $more:ident)*) => {
        $crate::Endpoint::new(stringify!($handler), {
            // A function and not a closure: it is compiled once, in its area, and not again in every binary that names it.
            fn routes() -> $crate::Routes {
                $crate::utoipa_axum::routes!($handler $(, $more)*)
            }
            routes
        })
    };
}

impl Endpoint {
    #[doc(hidden)]
    pub const fn new(name: &'static str, routes: fn() -> Routes) -> Self {
        Self {
            name,
            serves: Serves::Path(routes),
        }
    }

    /// An endpoint for every path that no other one has. It is in no description.
    pub const fn fallback(name: &'static str, route: fn() -> MethodRouter<App>) -> Self {
        Self {
            name,
            serves: Serves::Rest(route),
        }
    }

    /// Its path, as axum and `OpenAPI` both write it; empty for a fallback.
    pub fn path(&self) -> String {
        match self.serves {
            Serves::Path(routes) => path_of(&routes()),
            Serves::Rest(_) => String::new(),
        }
    }

    /// Its methods, upper-case; none for a fallback, which takes all.
    pub fn methods(&self) -> Vec<String> {
        let Serves::Path(routes) = self.serves else {
            return Vec::new();
        };
        let document = serde_json::to_value(routes().1).unwrap_or_default();
        let operations = document
            .as_object()
            .and_then(|paths| paths.values().next())
            .and_then(|item| item.as_object());
        let methods = operations.into_iter().flat_map(serde_json::Map::keys);
        methods.map(|method| method.to_uppercase()).collect()
    }

    /// Puts its routes onto a router, each in the envelope.
    pub(crate) fn mount(&self, app: &App, onto: Router<App>) -> Router<App> {
        match self.serves {
            Serves::Path(routes) => {
                let routes = routes();
                let path = path_of(&routes);
                let handlers = self.in_envelope(app, routes.2);
                let onto = if path.len() > 1 && path.ends_with('/') {
                    onto.route(&format!("{path}{EMPTY_REST}"), handlers.clone())
                } else {
                    onto
                };
                onto.route(&path, handlers)
            }
            Serves::Rest(route) => {
                onto.fallback_service(self.in_envelope(app, route()).with_state(app.clone()))
            }
        }
    }

    /// Answers, in its name, what it does not serve. See [`nothing_here`].
    pub(crate) fn deny(&self, app: &App, onto: Router<App>) -> Router<App> {
        Self::fallback(self.name, || any(nothing_here)).mount(app, onto)
    }

    /// Whether it serves what no path does.
    pub(crate) fn is_fallback(&self) -> bool {
        matches!(self.serves, Serves::Rest(_))
    }

    fn in_envelope(&self, app: &App, handlers: MethodRouter<App>) -> MethodRouter<App> {
        let sender = Sender {
            app: app.clone(),
            endpoint: *self,
        };
        handlers.layer(from_fn_with_state(sender, envelope))
    }

    pub(crate) fn describe(&self, document: OpenApi) -> OpenApi {
        let Serves::Path(routes) = self.serves else {
            return document;
        };
        OpenApiRouter::<App>::with_openapi(document)
            .routes(routes())
            .into_openapi()
    }
}

/// What a function answers to a path that is not its own. A gateway's route `/users/{proxy+}` takes `/users/me` too, so a
/// path without its last slash is sent on, as `$default` would have done; all else is a 404.
async fn nothing_here(uri: Uri) -> Result<Response, ApiError> {
    let path = uri.path();
    // `//host` would lead to another host.
    if path.ends_with('/') || path.starts_with("//") || path.contains('\\') {
        return Err(ApiError::not_found());
    }
    let query = uri.query().map(|query| format!("?{query}"));
    let target = format!("{path}/{}", query.unwrap_or_default());
    let target = HeaderValue::try_from(target).map_err(|_| ApiError::not_found())?;
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response())
}

fn path_of(routes: &Routes) -> String {
    routes.1.paths.keys().next().cloned().unwrap_or_default()
}
