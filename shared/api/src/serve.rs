use std::process::ExitCode;
use std::slice;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use cloud::App;
use kernel::settings::Check;

use crate::endpoint::{Endpoint, Function};
use crate::gateway;

/// The longest body that is read, in bytes. The longest request of any endpoint has some hundred fields' worth less.
const MAX_BODY: usize = 64 * 1024;

/// The router of some endpoints. What none of them serves is a 404, unless a fallback is among them.
pub fn router(app: &App, endpoints: &[Endpoint]) -> Router {
    let functions: Vec<Function> = endpoints.iter().map(|endpoint| endpoint.function).collect();
    route(app, &functions)
}

/// Serves the endpoint that Lambda names in `_HANDLER`, and it alone. A process that is told no name of the list, as under
/// `cargo lambda watch`, serves the whole list. What a binary's `main` calls, with its crate's `ENDPOINTS` and the
/// sections of settings that they work with.
#[macro_export]
macro_rules! serve {
    ($endpoints:expr, $settings:expr) => {{
        // Made by the compiler, so that no more of an endpoint is in the binary than its function: the description stays in
        // the library.
        const FUNCTIONS: [$crate::Function; $endpoints.len()] = $crate::functions_of($endpoints);
        $crate::serve_functions(env!("CARGO_PKG_NAME"), &FUNCTIONS, $settings)
    }};
}

#[doc(hidden)]
pub const fn functions_of<const N: usize>(endpoints: &[Endpoint]) -> [Function; N] {
    let mut functions = [endpoints[0].function; N];
    let mut at = 0;
    while at < N {
        functions[at] = endpoints[at].function;
        at += 1;
    }
    functions
}

#[doc(hidden)]
pub fn serve_functions(package: &str, functions: &[Function], settings: &[Check]) -> ExitCode {
    let chosen = choose(functions, cloud::handler().as_deref());
    let (name, ahead) = match chosen {
        [one] => (one.name, one.ahead),
        _ => (package, &[][..]),
    };
    cloud::run(name, settings, ahead, |app| {
        let refusals = chosen.first().map(|first| first.refuse(&app));
        gateway::run(route(&app, chosen), refusals.unwrap_or_default())
    })
}

/// The one function that is named, or all of them.
fn choose<'a>(functions: &'a [Function], handler: Option<&str>) -> &'a [Function] {
    functions
        .iter()
        .find(|function| Some(function.name) == handler)
        .map_or(functions, slice::from_ref)
}

fn route(app: &App, functions: &[Function]) -> Router {
    let nothing = functions
        .first()
        .map_or_else(Router::new, |first| first.deny(app, Router::new()));
    let router = functions
        .iter()
        .fold(nothing, |router, function| function.mount(app, router));
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app.clone())
}

#[cfg(test)]
mod tests {
    use axum::routing::any;

    use super::*;

    const ENDPOINTS: &[Endpoint] = &[
        Endpoint::fallback("list_things", || any(())),
        Endpoint::fallback("add_thing", || any(())),
    ];

    fn chosen(handler: Option<&str>) -> Vec<&'static str> {
        const FUNCTIONS: [Function; ENDPOINTS.len()] = functions_of(ENDPOINTS);
        let chosen = choose(&FUNCTIONS, handler);
        chosen.iter().map(|function| function.name).collect()
    }

    #[test]
    fn a_known_handler_is_served_alone() {
        assert_eq!(chosen(Some("list_things")), ["list_things"]);
        assert_eq!(chosen(Some("add_thing")), ["add_thing"]);
    }

    #[test]
    fn a_process_that_is_told_no_name_of_the_list_serves_all_of_it() {
        for handler in [None, Some(""), Some("bootstrap"), Some("add_thing ")] {
            assert_eq!(chosen(handler), ["list_things", "add_thing"], "{handler:?}");
        }
    }
}
