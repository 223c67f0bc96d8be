//! The tree keeps its shape: crates depend on each other along the arrows of `ARCHITECTURE.md` alone, an area's rules are
//! pure, the engine alone speaks DynamoDB's own language, and a crate of endpoints is one program.
//!
//! What a crate may do follows from the folder it is in, so a new area is held to it without a line here.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{code, root, rust_files};

/// Models that know another area's model: the area that knows, and the one that is known. Each is an arrow of its own in
/// `ARCHITECTURE.md`, and there is no other way from one area into another.
const BETWEEN_AREAS: &[(&str, &str)] = &[];

/// Words of the code of a `rules.rs` that say that it is not pure.
const IMPURE: [&str; 4] = ["async", "aws_", "store::", "cloud::"];

/// What rules may name of the crate `identity`, which has more than rules: the questions that every call asks.
const IDENTITY_RULES: [&str; 5] = [
    "AccountStanding",
    "Grant",
    "NotificationSettings",
    "SessionLife",
    "newest_proof",
];

/// The crate that has the libraries of pictures, which only those need that make some.
const PICTURES: &str = "pictures";

/// Files of areas that name DynamoDB's own types, where the engine has no word for what they do. The list only shrinks: a
/// new need is a new word of the engine.
const BESIDE_THE_ENGINE: [&str; 3] = [
    "functions/accounts/model/src/people/bounds.rs",
    "functions/accounts/model/src/people/repair.rs",
    "functions/accounts/model/src/people/walk.rs",
];

/// What a crate is, by the folder it is in.
enum Room<'a> {
    /// What all areas need.
    Shared(&'a str),
    /// The rules and the storage of an area.
    Model(&'a str),
    /// The HTTP side that several crates of an area share: `proofs`, `answers`.
    Sides(&'a str),
    /// Endpoints and jobs of an area.
    Endpoints(&'a str),
    /// What makes files of an area's data, `report` or `index`: a library that knows no other crate of ours but the one
    /// everybody speaks.
    Library(&'a str),
    /// What the tests of an area share.
    Testing(&'a str),
    /// The one list of areas.
    Areas,
    /// What runs the jobs of all areas.
    Workers,
    /// What all tests share, whatever area they are of.
    Support,
    /// The client of the local stack, for the tools and the tests.
    LocalAws,
    /// Tools and end-to-end tests, which may use everything and are used by nothing else.
    Tool,
}

use Room::{
    Areas, Endpoints, Library, LocalAws, Model, Shared, Sides, Support, Testing, Tool, Workers,
};

impl<'a> Room<'a> {
    fn of(folder: &'a str) -> Self {
        let parts: Vec<&str> = folder.split('/').collect();
        match parts[..] {
            ["shared", name] => Shared(name),
            ["functions", "areas"] => Areas,
            ["functions", "workers"] => Workers,
            ["functions", area, "model"] => Model(area),
            ["functions", area, "proofs" | "answers"] => Sides(area),
            ["functions", area, "report" | "index"] => Library(area),
            ["functions", area, "testing"] => Testing(area),
            ["functions", area] | ["functions", area, _] => Endpoints(area),
            ["tests", "support"] => Support,
            ["xtask", "local-aws"] => LocalAws,
            ["tests"] | ["xtask", ..] => Tool,
            _ => panic!("{folder}: ARCHITECTURE.md knows no crates in such a folder"),
        }
    }
}

/// The shared crates to the left of one, all along the chain.
fn left_of(name: &str) -> &'static [&'static str] {
    match name {
        "store" | "mail" => &["kernel"],
        "cloud" => &["kernel", "store"],
        "identity" | "work" => &["kernel", "store", "cloud"],
        "api" => &["kernel", "store", "cloud", "identity"],
        PICTURES => &["kernel", "store", "cloud", "work"],
        _ => &[],
    }
}

/// Whether a crate may depend on another, with these arrows between areas.
fn is_drawn(from: &str, to: &str, between_areas: &[(&str, &str)]) -> bool {
    let up_to = |last: &str, name: &str| name == last || left_of(last).contains(&name);
    match (Room::of(from), Room::of(to)) {
        (Shared(from), Shared(to)) => left_of(from).contains(&to),
        (Model(_), Shared(to)) => up_to("identity", to),
        (Sides(_), Shared(to)) => up_to("api", to),
        (Model(from), Model(to)) => between_areas.contains(&(from, to)),
        (Sides(from), Model(to))
        | (Endpoints(from), Model(to) | Sides(to) | Library(to))
        | (Testing(from), Model(to) | Sides(to) | Endpoints(to)) => from == to,
        (Library(_), Shared(to)) => to == "kernel",
        (Areas | Workers | Support, Shared(PICTURES)) => false,
        (Endpoints(_) | Areas | Workers | Testing(_) | Support, Shared(_))
        | (Areas, Model(_) | Endpoints(_))
        | (Workers, Areas)
        | (Testing(_), Testing(_) | Areas | Workers | Support)
        | (Support, LocalAws)
        | (Tool, _) => true,
        _ => false,
    }
}

/// Whether the tests of a crate may use another: besides what the crate itself may, what is there for tests, and the rest of
/// its area.
fn is_drawn_for_tests(from: &str, to: &str, between_areas: &[(&str, &str)]) -> bool {
    match (Room::of(from), Room::of(to)) {
        (Model(from) | Sides(from) | Endpoints(from), Model(to) | Sides(to) | Endpoints(to))
            if from == to =>
        {
            true
        }
        (Shared(_), Support)
        | (Model(_) | Sides(_) | Endpoints(_) | Areas | Workers, Support | Testing(_))
        | (Workers, Model(_)) => true,
        _ => is_drawn(from, to, between_areas),
    }
}

/// What cargo knows of the workspace's crates.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline"])
        .args(["--format-version", "1"])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// A path from the workspace's root on.
fn from_root(path: &Path) -> String {
    let path = path.canonicalize().unwrap();
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The folder of a package.
fn folder(package: &Value) -> String {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    from_root(manifest.parent().unwrap())
}

#[test]
fn crates_depend_on_each_other_along_the_arrows_alone() {
    let mut seen = 0;
    let mut refused = Vec::new();
    for package in packages() {
        let from = folder(&package);
        for dependency in package["dependencies"].as_array().unwrap() {
            // Only those on crates of the workspace have a path.
            let Some(path) = dependency["path"].as_str() else {
                continue;
            };
            let (to, of_tests) = (from_root(Path::new(path)), dependency["kind"] == "dev");
            seen += 1;
            if of_tests && !is_drawn_for_tests(&from, &to, BETWEEN_AREAS) {
                refused.push(format!("tests of {from} -> {to}"));
            } else if !of_tests && !is_drawn(&from, &to, BETWEEN_AREAS) {
                refused.push(format!("{from} -> {to}"));
            }
        }
    }
    assert!(seen > 100, "{seen} dependencies were found");
    assert!(
        refused.is_empty(),
        "ARCHITECTURE.md draws the arrows between crates, and not these: {refused:#?}"
    );
}

#[test]
fn a_new_area_is_held_to_the_arrows() {
    let between_areas = [("orders", "catalog")];
    let is_drawn = |from: &str, to: &str| is_drawn(from, to, &between_areas);
    let is_drawn_for_tests = |from: &str, to: &str| is_drawn_for_tests(from, to, &between_areas);
    for (from, to) in [
        ("functions/catalog/model", "shared/identity"),
        ("functions/orders/model", "functions/catalog/model"),
        ("functions/orders/proofs", "functions/orders/model"),
        ("functions/orders/baskets", "functions/orders/proofs"),
        ("functions/orders/baskets", "shared/pictures"),
        ("functions/areas", "functions/orders/baskets"),
        ("functions/workers", "functions/areas"),
    ] {
        assert!(is_drawn(from, to), "{from} -> {to}");
    }
    for (from, to) in [
        ("shared/kernel", "shared/store"),
        ("shared/cloud", "shared/work"),
        ("shared/mail", "shared/store"),
        ("shared/pictures", "shared/api"),
        ("shared/api", "shared/pictures"),
        ("shared/work", "shared/pictures"),
        ("functions/orders/model", "shared/pictures"),
        ("functions/workers", "shared/pictures"),
        ("shared/api", "functions/orders/model"),
        ("functions/orders/model", "shared/api"),
        ("functions/orders/model", "functions/accounts/model"),
        ("functions/catalog/model", "functions/orders/model"),
        ("functions/orders/baskets", "functions/catalog/model"),
        ("functions/orders/baskets", "functions/orders/checkout"),
        ("functions/orders/baskets", "functions/orders/testing"),
        ("functions/workers", "functions/orders/model"),
        ("functions/areas", "functions/workers"),
        ("tests/support", "functions/orders/model"),
    ] {
        assert!(!is_drawn(from, to), "{from} -> {to}");
    }
    let (baskets, testing) = ("functions/orders/baskets", "functions/orders/testing");
    let report = "functions/orders/report";
    assert!(is_drawn(baskets, report));
    assert!(!is_drawn(report, "functions/orders/model"));
    assert!(is_drawn(report, "shared/kernel"));
    assert!(!is_drawn(report, "shared/store"));
    assert!(!is_drawn("functions/catalog/products", report));
    assert!(is_drawn_for_tests(baskets, testing));
    assert!(is_drawn_for_tests(baskets, "functions/orders/checkout"));
    assert!(!is_drawn_for_tests(baskets, "functions/catalog/products"));
    assert!(!is_drawn_for_tests("shared/store", testing));
}

#[test]
fn rules_are_free_of_async_aws_and_the_engine() {
    let mut seen = 0;
    for (path, source) in rust_files("functions") {
        let code = code(&source);
        if !path.contains("/model/src/") || !path.ends_with("/rules.rs") {
            continue;
        }
        seen += 1;
        for word in IMPURE {
            assert!(!code.contains(word), "{path} is to be pure: `{word}`");
        }
        for named in code.split("identity::").skip(1) {
            let names: Vec<&str> = match named.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap().split(',').collect(),
                None => vec![named.split([':', ';', ' ', ',', ')']).next().unwrap()],
            };
            let names = names.into_iter().map(str::trim);
            for name in names.filter(|name| !name.is_empty()) {
                assert!(
                    IDENTITY_RULES.contains(&name),
                    "{path} is to be pure: `identity::{name}`"
                );
            }
        }
    }
    assert!(seen >= 10, "{seen} files of rules were found");
}

#[test]
fn the_engine_alone_speaks_the_language_of_dynamodb() {
    let sources = rust_files("functions");
    assert!(sources.len() > 100, "{} sources were found", sources.len());
    let speaking: Vec<&str> = sources
        .iter()
        .filter(|(_, source)| code(source).contains("aws_sdk_"))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(
        speaking, BESIDE_THE_ENGINE,
        "areas write with `store`; what no longer names the SDK is struck off the list"
    );
}

#[test]
fn a_crate_of_endpoints_is_one_program_and_other_crates_are_none() {
    let mut seen = 0;
    for package in packages() {
        let (name, folder) = (&package["name"], folder(&package));
        let wanted = match Room::of(&folder) {
            Tool => continue,
            Endpoints(_) | Workers => vec![name],
            _ => vec![],
        };
        let targets = package["targets"].as_array().unwrap().iter();
        let programs: Vec<&Value> = targets
            .filter(|target| target["kind"][0] == "bin")
            .map(|target| &target["name"])
            .collect();
        assert_eq!(programs, wanted, "the programs of {folder}");
        assert!(!root().join(&folder).join("src/bin").exists(), "{folder}");
        seen += programs.len();
    }
    assert!(seen >= 8, "{seen} programs were found");
}
