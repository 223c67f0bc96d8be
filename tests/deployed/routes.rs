//! The lists of functions: in Rust, in the areas' templates, in `Cargo.toml`; and one event for every function.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use areas::CRATES;
use end_to_end::{repository, sample_events};
use serde_json::{Value as Json, json};
use yaml_serde::Value as Yaml;

/// A route: function, method, path.
type Route = (String, String, String);

/// A function of a template.
struct Function {
    logical_id: String,
    /// What Lambda hands to its process.
    name: String,
    /// Its name in AWS, after that of the stack.
    aws_name: String,
    /// The crate whose binary it is.
    package: String,
    /// The area whose template it is in.
    area: String,
}

fn template(path: &str) -> Yaml {
    let text = std::fs::read_to_string(repository(path)).unwrap();
    yaml_serde::from_str(&text).unwrap()
}

/// The resources of a type, each with its name and its properties.
fn resources<'a>(template: &'a Yaml, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Yaml)> {
    let resources = template["Resources"].as_mapping().unwrap().iter();
    let of_kind = resources.filter(move |(_, resource)| resource["Type"] == kind);
    of_kind.map(|(id, resource)| (id.as_str().unwrap(), &resource["Properties"]))
}

/// The functions of all areas, in the order of their templates.
fn functions() -> Vec<Function> {
    let root = template("template.yaml");
    let nested = resources(&root, "AWS::CloudFormation::Stack");
    let files = nested.map(|(_, stack)| stack["TemplateURL"].as_str().unwrap());
    let mut functions = Vec::new();
    for file in files {
        let Some(area) = file.strip_prefix("functions/") else {
            continue;
        };
        let area = area.strip_suffix("/template.yaml").unwrap();
        let template = template(file);
        for (id, properties) in resources(&template, "AWS::Serverless::Function") {
            let name = properties["Handler"].as_str().unwrap();
            let aws_name = properties["FunctionName"].as_str().unwrap();
            let archive = properties["CodeUri"].as_str().unwrap();
            let package = archive.strip_prefix("../../target/lambda/").unwrap();
            functions.push(Function {
                logical_id: id.to_owned(),
                name: name.to_owned(),
                aws_name: aws_name.strip_prefix("${Name}-").unwrap().to_owned(),
                package: package.strip_suffix("/bootstrap.zip").unwrap().to_owned(),
                area: area.to_owned(),
            });
        }
    }
    functions
}

/// The routes that the handlers declare.
fn declared() -> Vec<Route> {
    let of = |endpoint: &api::Endpoint| {
        let (name, path) = (endpoint.name(), endpoint.path());
        let methods = endpoint.methods().into_iter();
        methods.map(move |method| (name.to_owned(), method, path.clone()))
    };
    areas::endpoints().iter().flat_map(of).collect()
}

#[test]
fn the_templates_have_the_endpoints_in_the_order_of_the_lists() {
    let lists = CRATES.iter().flat_map(|one| one.endpoints);
    let listed: Vec<&str> = lists.map(api::Endpoint::name).collect();
    let functions = functions();
    let deployed = functions.iter().map(|function| function.name.as_str());
    let deployed: Vec<&str> = deployed.filter(|name| listed.contains(name)).collect();
    assert_eq!(deployed, listed);
}

#[test]
fn a_function_is_in_the_template_of_its_area() {
    let areas = CRATES.iter().map(|one| (one.name, one.area));
    // The workers of the queues are no area's.
    let areas: BTreeMap<_, _> = areas.chain([("workers", "workers")]).collect();
    for function in functions() {
        assert_eq!(
            areas[function.package.as_str()],
            function.area,
            "{}",
            function.name
        );
    }
}

#[test]
fn an_endpoint_names_the_methods_that_others_serve_at_its_path() {
    let endpoints = areas::endpoints();
    let mut seen = 0;
    for endpoint in &endpoints {
        let others = endpoints
            .iter()
            .filter(|other| other.path() == endpoint.path() && other.name() != endpoint.name());
        let mut others: Vec<String> = others
            .flat_map(|other| {
                let head = other.answers_head().then(|| "HEAD".to_owned());
                other.methods().into_iter().chain(head)
            })
            .collect();
        others.sort();
        let mut named = endpoint.others().to_vec();
        named.sort_unstable();
        assert_eq!(named, others, "{} is not `.beside` them", endpoint.name());
        seen += others.len();
    }
    assert!(seen >= 10, "{seen}");
}

/// What is the same for all areas, so that no function is set otherwise because of the folder it is in.
#[test]
fn all_areas_set_their_functions_alike_but_for_their_settings() {
    let root = template("template.yaml");
    let nested = resources(&root, "AWS::CloudFormation::Stack");
    let files = nested.map(|(_, stack)| stack["TemplateURL"].as_str().unwrap());
    let areas = files.filter(|file| file.starts_with("functions/"));
    let alike: Vec<String> = areas
        .map(|file| {
            let mut globals = template(file)["Globals"]["Function"].clone();
            let variables = globals["Environment"]["Variables"]
                .as_mapping_mut()
                .unwrap();
            variables.retain(|_, value| *value == no_value());
            yaml_serde::to_string(&globals).unwrap()
        })
        .collect();
    assert!(alike.len() >= 3);
    assert!(
        alike.iter().all(|globals| *globals == alike[0]),
        "{alike:#?}"
    );
}

/// What is set by nobody but the local stack.
fn no_value() -> Yaml {
    yaml_serde::from_str("!Ref AWS::NoValue").unwrap()
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
    let binaries = binaries();
    for Function {
        name,
        package,
        area,
        ..
    } in &functions
    {
        let event = format!("events/{area}/{name}.json");
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
