//! Which paths this API has, and with which methods: read from its own description, so there is no second list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::schema;

/// The paths of the description, each with its methods as `Allow` writes them.
static ROUTES: LazyLock<matchit::Router<String>> = LazyLock::new(|| read(schema::JSON));

#[derive(Deserialize)]
struct Description {
    paths: BTreeMap<String, Operations>,
}

/// What a path answers. Its other keys (`parameters`, `summary`) are about all of these.
#[derive(Deserialize)]
struct Operations {
    get: Option<IgnoredAny>,
    post: Option<IgnoredAny>,
    put: Option<IgnoredAny>,
    patch: Option<IgnoredAny>,
    delete: Option<IgnoredAny>,
}

/// The methods that a path answers, as `Allow` writes them. `None` if there is no such path.
pub(crate) fn methods_of(path: &str) -> Option<&'static str> {
    look_up(&ROUTES, path)
}

fn look_up<'a>(routes: &'a matchit::Router<String>, path: &str) -> Option<&'a str> {
    // matchit lets a `{name}` be empty.
    if path.contains("//") {
        return None;
    }
    routes.at(path).ok().map(|found| found.value.as_str())
}

fn read(description: &str) -> matchit::Router<String> {
    let described: Description = serde_json::from_str(description)
        .expect("docs/openapi.json is generated, and a test reads it");
    let mut routes = matchit::Router::new();
    for (path, operations) in described.paths {
        // matchit and OpenAPI both write `{name}` for a part of a path.
        routes
            .insert(path, operations.allow())
            .expect("paths of a description do not clash");
    }
    routes
}

impl Operations {
    fn allow(&self) -> String {
        let methods = [
            ("GET", self.get),
            ("POST", self.post),
            ("PUT", self.put),
            ("PATCH", self.patch),
            ("DELETE", self.delete),
        ];
        let answered = methods.iter().filter(|(_, operation)| operation.is_some());
        let names: Vec<&str> = answered.map(|(name, _)| *name).collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_gives_paths_and_methods() {
        let routes = read(
            r#"{"paths": {
                "/": {"get": {}},
                "/items/": {"get": {}, "post": {"summary": "x"}, "parameters": []},
                "/items/{id}/": {"patch": {}, "delete": {}}
            }}"#,
        );
        let allow = |path| look_up(&routes, path);

        assert_eq!(allow("/"), Some("GET"));
        assert_eq!(allow("/items/"), Some("GET, POST"));
        assert_eq!(allow("/items/7/"), Some("PATCH, DELETE"));
        for unknown in [
            "/items",
            "//",
            "/items//",
            "/items/7",
            "//items/",
            "",
            "/items/7/8/",
        ] {
            assert_eq!(allow(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_shipped_description_is_read() {
        assert_eq!(methods_of("/health/"), Some("GET"));
    }
}
