//! `infra/api.yaml`: what API Gateway sends to which function, as an OpenAPI body with an integration a function.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use api::Endpoint;
use areas::Crate;

/// The template around the routes.
pub(super) const TEMPLATE: &str = include_str!("gateway.yaml");

/// What stands for all methods of a path that no other route of it has.
const ANY: &str = "ANY";

/// A path of the gateway with its methods, each with the function it leads to.
type Path = (String, Vec<(String, &'static str)>);

/// The method of a route that leads to an endpoint. GET is [`ANY`]: with it come HEAD, and methods that the path lacks, which
/// the function refuses and names the others. Where a GET changes something, it comes alone.
pub(super) fn method(endpoint: &Endpoint, method: String) -> String {
    if method == "GET" && endpoint.answers_head() {
        ANY.to_owned()
    } else {
        method
    }
}

/// The paths in the order of the lists. One that is answered with a slash behind it is followed by the greedy one that stands
/// for that.
fn paths(crates: &[Crate]) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    let mut add = |path: String, method: String, name| match paths
        .iter_mut()
        .find(|(known, _)| *known == path)
    {
        Some((_, methods)) => methods.push((method, name)),
        None => paths.push((path, vec![(method, name)])),
    };
    for endpoint in super::all(crates) {
        let (path, name) = (endpoint.path(), endpoint.name());
        for one in endpoint.methods() {
            add(path.clone(), method(endpoint, one), name);
        }
        if endpoint.has_slash() {
            for method in endpoint.methods() {
                add(format!("{path}/{{proxy+}}"), method, name);
            }
        }
    }
    paths
}

/// The former addresses that a greedy route would take before `$default` is asked: each needs a route of its own.
fn hidden(paths: &[Path], crates: &[Crate]) -> Vec<(String, String)> {
    let greedy = |method: &str, address: &str| {
        paths.iter().any(|(path, methods)| {
            let prefix = path.strip_suffix("/{proxy+}");
            prefix.is_some_and(|prefix| is_below(address, prefix))
                && methods.iter().any(|(one, _)| one == method)
        })
    };
    let former = super::all(crates).flat_map(Endpoint::former);
    former
        .filter(|(method, address)| greedy(method, address))
        .map(|(method, address)| ((*address).to_owned(), (*method).to_owned()))
        .collect()
}

/// Whether an address begins with the parts of a path, and goes on.
fn is_below(address: &str, path: &str) -> bool {
    let mut parts = address.split('/');
    let begins = path
        .split('/')
        .all(|own| parts.next().is_some_and(|part| fits(own, part)));
    begins && parts.next().is_some()
}

/// Whether two addresses are of one shape, so that a call may be of either.
fn is_alike(one: &str, other: &str) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (one.split('/').collect(), other.split('/').collect());
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| fits(one, other))
}

fn fits(one: &str, other: &str) -> bool {
    one == other || one.starts_with('{') || other.starts_with('{')
}

/// The template of the API.
pub(super) fn template(skeleton: &str, crates: &[Crate], fallback: &Endpoint) -> Result<String> {
    let mut paths = paths(crates);
    for (address, method) in hidden(&paths, crates) {
        paths.push((address, vec![(method, fallback.name())]));
    }
    let mut functions: BTreeSet<&str> = BTreeSet::from([fallback.name()]);
    let mut routes = String::new();
    for (path, methods) in &paths {
        let _ = writeln!(routes, "          \"{path}\":");
        for (method, name) in methods {
            functions.insert(name);
            let key = match method.as_str() {
                ANY => "x-amazon-apigateway-any-method".to_owned(),
                method => method.to_lowercase(),
            };
            let _ = writeln!(routes, "            {key}: {}", operation(path, name));
        }
    }
    let _ = write!(
        routes,
        "          \"/$default\":\n            x-amazon-apigateway-any-method: {}\n",
        operation("", fallback.name()).replacen('{', "{ isDefaultRoute: true,", 1)
    );
    let integrations: String = functions.into_iter().map(integration).collect();

    let filled = BTreeMap::from([("# routes\n", routes), ("# integrations\n", integrations)]);
    let mut template = skeleton.to_owned();
    for (mark, text) in filled {
        let (before, after) = template
            .split_once(mark)
            .with_context(|| format!("the template of the API lacks `{}`", mark.trim()))?;
        template = format!("{before}{text}{after}");
    }
    Ok(template)
}

/// One method of a path. API Gateway warns of a part of the path that is not described.
fn operation(path: &str, name: &str) -> String {
    let parts = path.split(['{', '}']).skip(1).step_by(2);
    let parameters: Vec<String> = parts
        .map(|part| {
            format!("{{ name: \"{part}\", in: path, required: true, schema: {{ type: string }} }}")
        })
        .collect();
    let parameters = match parameters.as_slice() {
        [] => String::new(),
        all => format!("parameters: [{}], ", all.join(", ")),
    };
    let target = format!("#/components/x-amazon-apigateway-integrations/{name}");
    format!(
        "{{ x-amazon-apigateway-integration: {{ $ref: \"{target}\" }}, {parameters}responses: {{ default: {{ description: \"\" }} }} }}"
    )
}

fn integration(name: &str) -> String {
    let function = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${Name}";
    format!(
        "            {name}:
              type: aws_proxy
              httpMethod: POST
              payloadFormatVersion: \"2.0\"
              credentials: !GetAtt Caller.Arn
              uri: !Sub \"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{function}-{name}/invocations\"
"
    )
}

/// `functions/site/routes.txt`: each path behind what `Allow` says of it, for the function that knows all paths.
pub(super) fn allowed(crates: &[Crate]) -> String {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for endpoint in super::all(crates) {
        paths.insert(endpoint.path(), endpoint.allowed().join(", "));
    }
    let lines = paths
        .iter()
        .map(|(path, allow)| format!("{allow} {path}\n"));
    lines.collect()
}

/// `functions/site/former_addresses.txt`: each method and address of the systems before this one, with what took its place.
pub(super) fn former(crates: &[Crate]) -> Result<String> {
    let mut lines = BTreeSet::new();
    let mut claimed = BTreeSet::new();
    let paths: Vec<String> = super::all(crates).map(Endpoint::path).collect();
    for endpoint in super::all(crates) {
        let path = endpoint.path();
        for (method, address) in endpoint.former() {
            ensure!(
                claimed.insert((method, address)),
                "{method} {address} is formerly of two endpoints"
            );
            ensure!(
                !paths.iter().any(|path| is_alike(path, address)),
                "{address} is formerly of {}, and a path of today",
                endpoint.name()
            );
            let parts = address.split(['{', '}']).skip(1).step_by(2);
            let query = parts.filter(|part| !path.contains(&format!("{{{part}}}")));
            let query: Vec<String> = query.map(|part| format!("{part}={{{part}}}")).collect();
            let query = match query.as_slice() {
                [] => String::new(),
                all => format!("?{}", all.join("&")),
            };
            lines.insert((*address, *method, format!("{path}{query}")));
        }
    }
    let mut text = String::new();
    for (address, method, target) in lines {
        let _ = writeln!(text, "{method} {address} {target}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_get_brings_head_but_where_it_changes_something() {
        let paths = paths(areas::CRATES);
        let of = |path: &str| {
            let (_, methods) = paths.iter().find(|(known, _)| known == path).unwrap();
            methods
                .iter()
                .map(|(method, _)| method.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("/api/v1/users/me"), ["ANY", "PATCH"]);
        assert_eq!(of("/api/v1/users/me/{proxy+}"), ["GET", "PATCH"]);
        assert_eq!(of("/api/v1/auth/verify-email"), ["GET", "POST"]);
        assert_eq!(of("/"), ["ANY"]);
    }

    #[test]
    fn an_address_is_compared_part_by_part() {
        assert!(is_below("/api/docs/swagger", "/api/docs"));
        assert!(is_below("/api/users/7/old", "/api/users/{id}"));
        for other in ["/api/docs", "/api/docsx/swagger", "/api"] {
            assert!(!is_below(other, "/api/docs"), "{other}");
        }
        assert!(is_alike("/api/users/{id}", "/api/users/me"));
        assert!(!is_alike("/api/users/{id}", "/api/users"));
    }

    #[test]
    fn a_skeleton_without_its_marks_is_refused() {
        let made = template("paths:\n", areas::CRATES, &areas::FALLBACK);
        assert!(made.unwrap_err().to_string().contains("# "));
    }
}
