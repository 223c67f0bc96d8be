//! The lists of functions: in Rust, in `template.yaml`, in `Cargo.toml`; and one event for every function.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use areas::CRATES;
use end_to_end::{repository, sample_events};
use serde_json::{Value as Json, json};
use yaml_serde::Value as Yaml;

/// A route: function, method, path.
type Route = (String, String, String);

/// A function of the template.
struct Function {
    logical_id: String,
    /// What Lambda hands to its process.
    name: String,
    /// Its name in AWS, after that of the stack.
    aws_name: String,
    /// The crate whose binary it is.
    package: String,
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
            let name = properties["Handler"].as_str().unwrap().to_owned();
            let aws_name = properties["FunctionName"].as_str().unwrap();
            let aws_name = aws_name.strip_prefix("${AWS::StackName}-").unwrap();
            let archive = properties["CodeUri"].as_str().unwrap();
            let package = archive.strip_prefix("target/lambda/").unwrap();
            let package = package.strip_suffix("/bootstrap.zip").unwrap();
            let events = properties.get("Events").and_then(Yaml::as_mapping);
            let routes = events.into_iter().flatten();
            let routes = routes
                .filter_map(|(_, event)| route(&name, event))
                .collect();
            Function {
                logical_id: id.as_str().unwrap().to_owned(),
                aws_name: aws_name.to_owned(),
                package: package.to_owned(),
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
    areas::endpoints().iter().flat_map(of).collect()
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

/// Every function with the crate that lists it.
fn listed() -> BTreeMap<String, String> {
    let own = CRATES.iter().flat_map(|one| {
        let endpoints = one.endpoints.iter().map(api::Endpoint::name);
        let workers = one.workers.iter().map(work::Worker::name);
        endpoints.chain(workers).map(|name| (name, one.name))
    });
    // The workers of the queues are no area's.
    let workers = workers::WORKERS
        .iter()
        .map(|worker| (worker.name(), "workers"));
    let mut listed = BTreeMap::new();
    for (name, package) in own.chain(workers) {
        let earlier = listed.insert(name.to_owned(), package.to_owned());
        assert_eq!(earlier, None, "{name} is listed twice");
    }
    listed
}

/// What cargo knows of the workspace.
fn metadata() -> Json {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(repository(""))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_handler_of_the_template_is_served_by_the_crate_of_its_code_and_every_function_has_a_resource()
 {
    let deployed: Vec<_> = functions()
        .into_iter()
        .map(|function| (function.name, function.package))
        .collect();
    let count = deployed.len();
    let deployed: BTreeMap<_, _> = deployed.into_iter().collect();

    assert_eq!(deployed, listed());
    assert_eq!(deployed.len(), count, "a handler has two resources");
}

#[test]
fn cargo_lambda_watch_routes_what_the_handlers_declare() {
    let metadata = metadata();
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
    // It starts binaries, and names none of their functions.
    let crates = listed();
    let mut expected: BTreeSet<Route> = declared()
        .into_iter()
        .map(|(name, method, path)| (crates[&name].clone(), method, path))
        .collect();
    expected.insert((
        crates["answer_unknown"].clone(),
        "ANY".to_owned(),
        "/{*path}".to_owned(),
    ));
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
        assert_eq!(function.aws_name, function.name);
    }

    let names: BTreeSet<&str> = functions.iter().map(|one| one.name.as_str()).collect();
    let events = sample_events();
    assert!(events.keys().map(String::as_str).eq(names.iter().copied()));
    let areas = CRATES.iter().map(|one| (one.name, one.area));
    // The workers of the queues are no area's.
    let areas: BTreeMap<_, _> = areas.chain([("workers", "workers")]).collect();
    let binaries = binaries();
    for Function { name, package, .. } in &functions {
        let event = format!("events/{}/{name}.json", areas[package.as_str()]);
        assert_eq!(events[name], repository(&event));
        let file = binaries[package].with_file_name(format!("{name}.rs"));
        assert!(file.is_file(), "{} is missing", file.display());
    }
}

/// The binaries that functions are, each with its `main.rs`.
fn binaries() -> BTreeMap<String, PathBuf> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let targets = packages.flat_map(|package| package["targets"].as_array().unwrap());
    targets
        .filter(|target| target["kind"] == json!(["bin"]))
        .map(|target| {
            let [name, main] = ["name", "src_path"].map(|key| target[key].as_str().unwrap());
            (name.to_owned(), PathBuf::from(main))
        })
        .filter(|(_, main)| main.starts_with(repository("functions")))
        .collect()
}

#[test]
fn a_crate_of_functions_has_one_binary_of_its_name() {
    let crates: BTreeSet<String> = listed().into_values().collect();
    let binaries = binaries();
    assert!(binaries.keys().eq(&crates));
    for main in binaries.values() {
        assert!(main.ends_with("src/main.rs"), "{}", main.display());
    }
}
