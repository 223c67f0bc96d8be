//! What API Gateway makes of a request, by the routes of `infra/api.yaml`: every operation reaches its function, whatever AWS
//! does where it documents nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use api::{App, Endpoint};
use areas::{CRATES, FALLBACK};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use cloud::Clients;
use jiff::Timestamp;
use kernel::clock::ManualClock;
use kernel::random::SeededRandomness;
use kernel::settings::Environment;
use tower::ServiceExt as _;
use yaml_serde::Value;

/// An id as the paths have it.
const ID: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";

/// Which of several greedy routes that match takes a call: AWS does not say.
#[derive(Debug, Clone, Copy)]
enum Greedy {
    Longest,
    Shortest,
}

/// A route: its method, the parts of its path, the function it leads to.
struct Route {
    method: String,
    parts: Vec<String>,
    function: String,
}

/// The routes of the template.
fn routes() -> Vec<Route> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/api.yaml");
    let template: Value = yaml_serde::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let paths = &template["Resources"]["Api"]["Properties"]["Body"]["paths"];
    let mut routes = Vec::new();
    for (path, methods) in paths.as_mapping().unwrap() {
        for (method, operation) in methods.as_mapping().unwrap() {
            let target = operation["x-amazon-apigateway-integration"]["$ref"].as_str();
            let (_, function) = target.unwrap().rsplit_once('/').unwrap();
            let method = match method.as_str().unwrap() {
                "x-amazon-apigateway-any-method" => "ANY".to_owned(),
                method => method.to_uppercase(),
            };
            routes.push(Route {
                method,
                parts: parts(path.as_str().unwrap()),
                function: function.to_owned(),
            });
        }
    }
    routes
}

fn parts(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(str::to_owned).collect()
}

impl Route {
    fn is_greedy(&self) -> bool {
        self.parts.last().is_some_and(|part| part == "{proxy+}")
    }

    fn takes(&self, method: &str, path: &[String]) -> bool {
        let fits = |(own, asked): (&String, &String)| {
            own == asked || own.starts_with('{') && !asked.is_empty()
        };
        let fits_up_to = |count: usize| self.parts[..count].iter().zip(path).all(fits);
        let count = self.parts.len();
        let fits = if self.is_greedy() {
            // With nothing behind the slash, too.
            path.len() >= count && fits_up_to(count - 1)
        } else {
            path.len() == count && fits_up_to(count)
        };
        fits && (self.method == method || self.method == "ANY")
    }

    /// What goes before what: parts that are no parameters, then a method that is named.
    fn rank(&self) -> (usize, bool) {
        let literal = self.parts.iter().filter(|part| !part.starts_with('{'));
        (literal.count(), self.method != "ANY")
    }
}

/// The function that gets a call: a full match goes before a greedy one, and that before `$default`.
fn function<'a>(routes: &'a [Route], method: &str, path: &str, greedy: Greedy) -> &'a str {
    let path = parts(path);
    let taking = || routes.iter().filter(|route| route.takes(method, &path));
    let full = taking().filter(|route| !route.is_greedy());
    let by_length = |route: &&Route| (route.parts.len(), route.rank());
    let chosen = full.max_by_key(|route| route.rank()).or_else(|| {
        let matching = taking().filter(|route| route.is_greedy());
        match greedy {
            Greedy::Longest => matching.max_by_key(by_length),
            Greedy::Shortest => matching.min_by_key(by_length),
        }
    });
    chosen.map_or(FALLBACK.name(), |route| &route.function)
}

/// An App whose clients nobody in these tests calls.
fn app() -> App {
    let environment = Environment::new(|_| Some("7".to_owned()));
    let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
    let credentials = Credentials::new("none", "none", None, None, "tests");
    let clients = Clients::new(
        "none".to_owned(),
        SharedCredentialsProvider::new(credentials),
    );
    let randomness = SeededRandomness::new(1);
    App::new(environment, Arc::new(clock), Arc::new(randomness), clients).unwrap()
}

/// What a function does with a call: the status, and where it sends the caller on to. A path of its own answers OPTIONS before
/// its handler, so nothing is done.
async fn answer(endpoint: Endpoint, method: &str, path: &str) -> (StatusCode, Option<String>) {
    let method = if endpoint.is_fallback() {
        method
    } else {
        "OPTIONS"
    };
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    let answer = api::router(&app(), &[endpoint])
        .oneshot(request)
        .await
        .unwrap();
    let location = answer.headers().get(header::LOCATION);
    let location = location.map(|location| location.to_str().unwrap().to_owned());
    (answer.status(), location)
}

#[tokio::test]
async fn abuse_112_every_operation_reaches_its_function_within_one_redirect() {
    let routes = routes();
    let all = CRATES.iter().flat_map(|one| one.endpoints);
    let by_name: BTreeMap<&str, Endpoint> = all.map(|one| (one.name(), *one)).collect();
    let mut seen = 0;
    let mut lost = Vec::new();
    for endpoint in areas::endpoints() {
        let path: Vec<String> = parts(&endpoint.path());
        let filled = path.iter().map(|part| match part.as_str() {
            "{size}" => "512",
            "{name}" => "docs-2.js",
            part if part.starts_with('{') => ID,
            part => part,
        });
        let path = format!("/{}", filled.collect::<Vec<_>>().join("/"));
        let head = endpoint.answers_head().then(|| "HEAD".to_owned());
        for method in endpoint.methods().into_iter().chain(head) {
            for slash in ["", "/"] {
                let path = match (path.as_str(), slash) {
                    ("/", "/") => continue,
                    (path, slash) => format!("{path}{slash}"),
                };
                for greedy in [Greedy::Longest, Greedy::Shortest] {
                    let mut asked = path.clone();
                    let mut redirects = 0;
                    let reached = loop {
                        let name = function(&routes, &method, &asked, greedy);
                        let (status, location) = answer(by_name[name], &method, &asked).await;
                        match location {
                            Some(location) if redirects == 0 => {
                                assert_eq!(status, StatusCode::PERMANENT_REDIRECT);
                                asked = location;
                                redirects += 1;
                            }
                            _ => break status == StatusCode::NO_CONTENT && name == endpoint.name(),
                        }
                    };
                    if !reached {
                        lost.push(format!("{method} {path} ({greedy:?})"));
                    }
                    if endpoint.has_slash() && matches!(greedy, Greedy::Longest) && method != "HEAD"
                    {
                        assert_eq!(redirects, 0, "{method} {path} is answered directly");
                    }
                    seen += 1;
                }
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(seen > 250, "{seen}");
}

/// One redirect leads to what took the place of an address; one more, where it has a slash below a path that has one.
#[tokio::test]
async fn a_former_address_leads_to_what_took_its_place() {
    let routes = routes();
    let all = CRATES.iter().flat_map(|one| one.endpoints);
    let by_name: BTreeMap<&str, Endpoint> = all.map(|one| (one.name(), *one)).collect();
    let mut seen = 0;
    for endpoint in areas::endpoints() {
        for (method, address) in endpoint.former() {
            let filled = parts(address).into_iter().map(|part| match part.as_str() {
                part if part.starts_with('{') => ID.to_owned(),
                _ => part,
            });
            let address = format!("/{}", filled.collect::<Vec<_>>().join("/"));
            for asked in [address.clone(), format!("{address}/")] {
                for greedy in [Greedy::Longest, Greedy::Shortest] {
                    let mut path = asked.clone();
                    let mut redirects = 0;
                    let (name, status) = loop {
                        let (bare, _) = path.split_once('?').unwrap_or((&path, ""));
                        let name = function(&routes, method, bare, greedy);
                        let (status, location) = answer(by_name[name], method, &path).await;
                        match location {
                            Some(location) if redirects < 2 => path = location,
                            _ => break (name, status),
                        }
                        redirects += 1;
                    };
                    assert_eq!(name, endpoint.name(), "{method} {asked}");
                    assert_eq!(status, StatusCode::NO_CONTENT, "{method} {asked}");
                    assert!(
                        redirects == 1 || asked.starts_with("/api/docs/"),
                        "{method} {asked}"
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 100, "{seen}");
}

#[test]
fn no_greedy_route_stands_for_anything_but_a_slash() {
    let slashed: Vec<String> = areas::endpoints()
        .iter()
        .filter(|endpoint| endpoint.has_slash())
        .map(|endpoint| format!("{}/{{proxy+}}", endpoint.path()))
        .collect();
    for route in routes() {
        let path = format!("/{}", route.parts.join("/"));
        assert_eq!(route.is_greedy(), slashed.contains(&path), "{path}");
        assert!(path.len() == 1 || !path.ends_with('/'), "{path}");
    }
}

/// The quotas of API Gateway: 300 routes, which can be raised, and 300 integrations, which cannot.
#[test]
fn two_hundred_and_fifty_functions_fit_the_gateways_quotas() {
    let routes = routes();
    let now = areas::endpoints().len();
    // Of 250 functions, some 50 are workers. A new endpoint has one route, since no new path is answered with a slash.
    let coming = 200 - now;
    let integrations = now + 1;
    assert!(integrations + coming <= 300, "{integrations}");
    assert!(
        routes.len() + coming <= 300,
        "{} routes, {coming} coming",
        routes.len()
    );
}
