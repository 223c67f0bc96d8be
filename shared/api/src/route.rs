use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter};
use cloud::App;
use utoipa::openapi::HttpMethod;
use utoipa_axum::PathItemExt;

/// One path with its handlers.
#[derive(Default)]
pub struct Route {
    /// The path as axum and `OpenAPI` both write it.
    pub(crate) path: String,
    pub(crate) methods: Vec<HttpMethod>,
    pub(crate) handlers: MethodRouter<App>,
}

impl Route {
    /// The same with one handler more, at the path and for the methods of its annotation.
    #[must_use]
    pub fn on<P, H, T>(mut self, handler: H) -> Self
    where
        P: utoipa::Path,
        H: Handler<T, App>,
        T: 'static,
    {
        self.path = P::path();
        let methods = P::methods();
        let filters = methods.iter().map(PathItemExt::to_method_filter);
        if let Some(filter) = filters.reduce(MethodFilter::or) {
            self.handlers = self.handlers.on(filter, handler);
        }
        self.methods.extend(methods);
        self
    }
}
