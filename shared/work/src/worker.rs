use std::process::ExitCode;

use kernel::settings::Check;
use thiserror::Error;

/// A function that is not called over HTTP: its name, and how it is served.
#[derive(Debug, Clone, Copy)]
pub struct Worker {
    name: &'static str,
    serve: Serve,
    /// What it alone is set by, besides what all functions of its crate are.
    settings: &'static [Check],
}

/// Serves a function under its name, once the settings that it works with are checked.
type Serve = fn(&'static str, &[Check]) -> ExitCode;

/// Makes a [`Worker`] of a handler, which gives the name.
#[macro_export]
macro_rules! worker {
    ($handler:ident) => {
        $crate::Worker::new(stringify!($handler), {
            fn serve(name: &'static str, settings: &[$crate::Check]) -> std::process::ExitCode {
                $crate::serve_as(name, settings, $handler)
            }
            serve
        })
    };
}

/// Lambda names no function that the program has.
#[derive(Debug, Error)]
#[error("{}, and this program serves {known} alone", heard(.handler.as_deref()))]
pub(crate) struct UnknownHandler {
    handler: Option<String>,
    known: String,
}

fn heard(handler: Option<&str>) -> String {
    handler.map_or_else(
        || "`_HANDLER` names no function".to_owned(),
        |name| format!("`_HANDLER` names `{name}`"),
    )
}

impl Worker {
    #[doc(hidden)]
    pub const fn new(name: &'static str, serve: Serve) -> Self {
        Self {
            name,
            serve,
            settings: &[],
        }
    }

    /// The same, which also checks these settings when it starts: those that no other function of its crate works with.
    #[must_use]
    pub const fn checking(self, settings: &'static [Check]) -> Self {
        Self { settings, ..self }
    }

    /// The function's one name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it checks when it starts, besides what all functions of its crate do.
    pub fn settings(&self) -> &'static [Check] {
        self.settings
    }

    pub(crate) fn serve(&self, settings: &[Check]) -> ExitCode {
        (self.serve)(self.name, &[settings, self.settings].concat())
    }
}

/// The worker that is named, if it is one of these.
pub(crate) fn find<'a>(
    workers: &'a [Worker],
    handler: Option<&str>,
) -> Result<&'a Worker, UnknownHandler> {
    let named = workers.iter().find(|worker| Some(worker.name) == handler);
    named.ok_or_else(|| {
        let all: Vec<&str> = workers.iter().map(Worker::name).collect();
        UnknownHandler {
            handler: handler.map(str::to_owned),
            known: all.join(", "),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(_: &'static str, _: &[Check]) -> ExitCode {
        ExitCode::SUCCESS
    }

    const WORKERS: &[Worker] = &[
        Worker::new("water_plants", served),
        Worker::new("feed_cat", served),
    ];

    #[test]
    fn a_known_handler_is_found() {
        for name in ["water_plants", "feed_cat"] {
            let found = find(WORKERS, Some(name)).map(Worker::name);
            assert!(matches!(found, Ok(found) if found == name), "{found:?}");
        }
    }

    #[test]
    fn a_name_that_is_not_in_the_list_is_refused_with_those_that_are() {
        for (handler, sentence) in [
            (
                None,
                "`_HANDLER` names no function, and this program serves water_plants, feed_cat alone",
            ),
            (
                Some("bootstrap"),
                "`_HANDLER` names `bootstrap`, and this program serves water_plants, feed_cat alone",
            ),
        ] {
            let refusal = find(WORKERS, handler).map(Worker::name);
            let refusal = refusal.map_err(|error| error.to_string());
            assert_eq!(refusal, Err(sentence.to_owned()));
        }
    }
}
