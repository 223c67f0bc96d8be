//! The route lists: in Rust, in `template.yaml`, in `Cargo.toml`; and one event for every function.

use std::collections::BTreeSet;
use std::process::Command;

use end_to_end::{repository, sample_events};
use serde_json::Value as Json;
use yaml_serde::Value as Yaml;

/// A route: function, method, path.
type Route = (String, String, String);

/// A function of the template.
struct Function {
    logical_id: String,
    name: String,
    routes: Vec<Route>,
}

/// The functions of `template.yaml`, in its order.
fn functions() -> Vec<Function> {
    let text = std::fs::read_to_string(repository("template.yaml")).unwrap();
    let template: Yaml = yaml_serde::from_str(&text).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let is_function = |resource: &Yaml| resource["Type"] == "AWS::Serverless::Function";
    resources
        .iter()
        .filter(|(_, resource)| is_function(resource))
        .map(|(id, resource)| {
            let properties = &resource["Properties"];
            let folder = properties["CodeUri"].as_str().unwrap();
            let name = folder.strip_prefix("target/lambda/").unwrap().to_owned();
            let events = properties.get("Events").and_then(Yaml::as_mapping);
            let routes = events.into_iter().flatten();
            let routes = routes
                .filter_map(|(_, event)| route(&name, event))
                .collect();
            Function {
                logical_id: id.as_str().unwrap().to_owned(),
                name,
                routes,
            }
        })
        .collect()
}

/// The route of an event. One without method and path is `$default`.
fn route(name: &str, event: &Yaml) -> Option<Route> {
    if event["Type"] != "HttpApi" {
        return None;
    }
    let text = |field: &str| event["Properties"].get(field).and_then(Yaml::as_str);
    let method = text("Method").unwrap_or("ANY").to_owned();
    let path = text("Path").unwrap_or("$default").to_owned();
    Some((name.to_owned(), method, path))
}

/// The routes that the handlers declare, as the gateway takes them: none of its routes ends in a slash.
fn declared() -> Vec<Route> {
    let of = |endpoint: &api::Endpoint| {
        let (name, path) = (endpoint.name(), endpoint.path());
        let methods = endpoint.methods().into_iter();
        methods.map(move |method| (name.to_owned(), method, path.clone()))
    };
    all_routes::endpoints().iter().flat_map(of).collect()
}

#[test]
fn the_template_routes_what_the_handlers_declare_in_the_same_order() {
    let as_the_gateway_writes_it = |path: &str| {
        if path.len() > 1 && path.ends_with('/') {
            format!("{path}{{proxy+}}")
        } else {
            path.to_owned()
        }
    };
    let mut expected: Vec<Route> = declared()
        .into_iter()
        .map(|(name, method, path)| (name, method, as_the_gateway_writes_it(&path)))
        .collect();
    expected.push((
        "answer_unknown".to_owned(),
        "ANY".to_owned(),
        "$default".to_owned(),
    ));

    let routed = functions().into_iter().flat_map(|function| function.routes);
    assert_eq!(routed.collect::<Vec<_>>(), expected);
}

#[test]
fn cargo_lambda_watch_sends_what_the_handlers_declare_to_their_crates_binary() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(repository(""))
        .output()
        .unwrap();
    let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
    let router = &metadata["metadata"]["lambda"]["watch"]["router"];

    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut watched = BTreeSet::new();
    for (path, targets) in router.as_object().unwrap() {
        match targets {
            Json::Array(targets) => watched.extend(
                targets
                    .iter()
                    .map(|one| (text(&one["function"]), text(&one["method"]), path.clone())),
            ),
            name => drop(watched.insert((text(name), "ANY".to_owned(), path.clone()))),
        }
    }
    let of = |one: all_routes::Crate| {
        one.endpoints.iter().flat_map(move |endpoint| {
            let methods = endpoint.methods().into_iter();
            methods.map(move |method| (one.name.to_owned(), method, endpoint.path()))
        })
    };
    let mut expected: BTreeSet<Route> = all_routes::CRATES.into_iter().flat_map(of).collect();
    expected.insert(("site".to_owned(), "ANY".to_owned(), "/{*path}".to_owned()));
    assert_eq!(watched, expected);
}

#[test]
fn a_function_has_one_name_everywhere() {
    let functions = functions();
    for function in &functions {
        let words = function.name.split('_').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        });
        assert_eq!(function.logical_id, words.collect::<String>());
    }

    let names: BTreeSet<String> = functions.into_iter().map(|one| one.name).collect();
    let events: BTreeSet<String> = sample_events().into_keys().collect();
    assert_eq!(events, names);
    let binaries = std::fs::read_dir(repository("functions")).unwrap();
    let binaries: BTreeSet<String> = binaries
        .map(|area| area.unwrap().path().join("src/bin"))
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    assert_eq!(binaries, names);
}
