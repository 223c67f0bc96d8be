//! Which addresses this API has, and which the systems before it had: the two files beside `Cargo.toml`, which
//! `cargo xtask generate` writes from the endpoints' own declarations.

use std::sync::LazyLock;

use form_urlencoded::byte_serialize;
use matchit::{Params, Router};
use percent_encoding::percent_decode_str;

/// Each path of the API behind the methods that `Allow` names.
static ROUTES: LazyLock<Router<&str>> = LazyLock::new(|| routes(include_str!("../routes.txt")));

/// Each former address with what took its place, method by method.
static FORMER: LazyLock<Router<Vec<Former>>> =
    LazyLock::new(|| former(include_str!("../former_addresses.txt")));

/// What took the place of a former address.
#[derive(Debug, PartialEq, Eq)]
struct Former {
    method: &'static str,
    /// A path, and the query that comes of the address. A part in braces is one of the address.
    target: &'static str,
}

/// The methods that a path answers, as `Allow` writes them. `None` if there is no such path.
pub(crate) fn methods_of(path: &str) -> Option<&'static str> {
    look_up(&ROUTES, path).map(|(allow, _)| *allow)
}

/// Where a call of a former address is sent on to: a path, and its query where it has one. HEAD is sent where GET is.
pub(crate) fn successor(method: &str, path: &str) -> Option<String> {
    let method = if method == "HEAD" { "GET" } else { method };
    let (former, parts) = look_up(&FORMER, path)?;
    let former = former.iter().find(|former| former.method == method)?;
    let (path, query) = former.target.split_once('?').unwrap_or((former.target, ""));
    let fill = |text: &str, value: fn(&str) -> String| {
        parts.iter().fold(text.to_owned(), |text, (name, part)| {
            text.replace(&format!("{{{name}}}"), &value(part))
        })
    };
    let path = fill(path, str::to_owned);
    let query = fill(query, in_query);
    Some(if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    })
}

/// The methods that a former address is sent on for, as `Allow` writes them. `None` if it is none.
pub(crate) fn former_methods_of(path: &str) -> Option<String> {
    let (former, _) = look_up(&FORMER, path)?;
    let with_head = |former: &Former| match former.method {
        "GET" => "GET, HEAD",
        other => other,
    };
    let methods: Vec<&str> = former.iter().map(with_head).collect();
    Some(methods.join(", "))
}

/// A part of a path as a value in a query, where `&` and `+` mean something else.
fn in_query(part: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(part).collect();
    byte_serialize(&bytes).collect()
}

fn look_up<'a, 'p, T>(routes: &'a Router<T>, path: &'p str) -> Option<(&'a T, Params<'a, 'p>)> {
    // matchit lets a `{name}` be empty.
    if path.contains("//") {
        return None;
    }
    routes
        .at(path)
        .ok()
        .map(|found| (found.value, found.params))
}

/// Reads lines such as `GET, HEAD /health`.
fn routes(lines: &'static str) -> Router<&'static str> {
    let mut routes = Router::new();
    for line in lines.lines() {
        let (allow, path) = line.rsplit_once(' ').expect("methods and a path");
        let inserted = routes.insert(path, allow);
        inserted.expect("the paths of the API do not clash");
    }
    routes
}

/// Reads lines such as `POST /api/auth/login /api/v1/auth/token`, those of one address together.
fn former(lines: &'static str) -> Router<Vec<Former>> {
    let mut routes = Router::new();
    let lines = lines.lines().map(|line| {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a method, an address and a target");
        (word(), word(), word())
    });
    let lines: Vec<_> = lines.collect();
    for lines in lines.chunk_by(|(_, one, _), (_, other, _)| one == other) {
        let former = lines
            .iter()
            .map(|&(method, _, target)| Former { method, target });
        let inserted = routes.insert(lines[0].1, former.collect());
        inserted.expect("former addresses do not clash");
    }
    routes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_gives_a_path_and_its_methods() {
        let routes = routes("GET, HEAD /\nGET, HEAD, POST /items\nPATCH, DELETE /items/{id}\n");
        let allow = |path| look_up(&routes, path).map(|(allow, _)| *allow);

        assert_eq!(allow("/"), Some("GET, HEAD"));
        assert_eq!(allow("/items"), Some("GET, HEAD, POST"));
        assert_eq!(allow("/items/7"), Some("PATCH, DELETE"));
        for unknown in [
            "/items/",
            "//",
            "/items//",
            "/items/7/",
            "//items",
            "",
            "/items/7/8",
        ] {
            assert_eq!(allow(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn lines_of_one_address_are_told_apart_by_their_methods() {
        let former = former("GET /old/{id} /new/{id}\nPUT /old/{id} /put?id={id}\n");
        let (found, _) = look_up(&former, "/old/7").unwrap();
        let (get, put) = ("GET", "PUT");
        assert_eq!(
            found[0],
            Former {
                method: get,
                target: "/new/{id}"
            }
        );
        assert_eq!(
            found[1],
            Former {
                method: put,
                target: "/put?id={id}"
            }
        );
    }

    #[test]
    fn the_generated_files_are_read() {
        assert_eq!(methods_of("/health"), Some("GET, HEAD"));
        let login = successor("POST", "/api/auth/login");
        assert_eq!(login.as_deref(), Some("/api/v1/auth/token"));
        let of_head = successor("HEAD", "/api/users");
        assert_eq!(of_head.as_deref(), Some("/api/v1/users"));
        assert_eq!(successor("DELETE", "/api/users"), None);
        let methods = former_methods_of("/api/access/users");
        assert_eq!(methods.as_deref(), Some("GET, HEAD, POST"));
        let link = successor("GET", "/api/verify-email/a&b=c+d%2F");
        let verify = "/api/v1/auth/verify-email?token=a%26b%3Dc%2Bd%2F";
        assert_eq!(link.as_deref(), Some(verify));
    }
}
