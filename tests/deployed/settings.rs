//! The real binaries, started with something missing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use areas::{CRATES, Crate};
use end_to_end::Stack;
use kernel::settings::{Check, Environment, check};
use lambda_harness::{Function, InitError};

/// What may be empty.
const OPTIONAL: [&str; 3] = [
    "LAMBDA_TASK_ROOT", // which Lambda sets
    "MAIL_CONFIGURATION_SET",
    "METRICS_TOKEN_SECRET",
];

/// The first endpoint and the first worker of every crate, each with the settings that its crate works with. All functions
/// of a crate start alike; an endpoint and a worker are started by other code.
fn functions() -> Vec<(&'static str, Vec<Check>)> {
    let of_areas = CRATES.iter().flat_map(|one| {
        let endpoint = one.endpoints.first();
        let endpoint = endpoint.map(|endpoint| (endpoint.name(), one.settings.to_vec()));
        let workers = one.workers.iter().map(|worker| {
            let settings = [one.settings, worker.settings()].concat();
            (worker.name(), settings)
        });
        endpoint.into_iter().chain(workers)
    });
    let of_queues = ["relay_outbox", "send_email"].map(|name| (name, workers::settings()));
    let watching = workers::watch_schedules::WORKER;
    let settings = [&workers::settings(), watching.settings()].concat();
    of_areas
        .chain(of_queues)
        .chain([(watching.name(), settings)])
        .collect()
}

fn is_of(one: &Crate, name: &str) -> bool {
    let mut endpoints = one.endpoints.iter().map(api::Endpoint::name);
    let mut workers = one.workers.iter().map(work::Worker::name);
    endpoints.any(|own| own == name) || workers.any(|own| own == name)
}

/// The variables that are read for some settings, and for those of every function.
fn variables(settings: &[Check], deployed: &BTreeMap<String, String>) -> BTreeSet<String> {
    let read = Arc::new(Mutex::new(BTreeSet::new()));
    let (seen, deployed) = (Arc::clone(&read), deployed.clone());
    let environment = Environment::new(move |name| {
        seen.lock().unwrap().insert(name.to_owned());
        deployed.get(name).cloned()
    });
    check::<cloud::Settings>(&environment).unwrap();
    for check in settings {
        check(&environment).unwrap();
    }
    read.lock().unwrap().clone()
}

#[tokio::test]
async fn abuse_046_a_function_without_one_of_its_settings_does_not_start() {
    let stack = Stack::deployed();
    let start = async |name: &str, environment: &BTreeMap<String, String>| {
        let launch = stack.launch(name).envs(environment).quiet();
        let process = Function::start(&launch).await.unwrap();
        let ready = process.ready().await;
        process.kill().await;
        ready
    };

    for (name, settings) in functions() {
        let deployed = stack.environment_of(name).await;
        start(name, &deployed).await.unwrap();
        for setting in variables(&settings, &deployed) {
            if OPTIONAL.contains(&setting.as_str()) {
                continue;
            }
            for value in [None, Some(" ")] {
                let mut environment = deployed.clone();
                environment.remove(&setting);
                if let Some(value) = value {
                    environment.insert(setting.clone(), value.to_owned());
                }
                match start(name, &environment).await {
                    Err(InitError::Died(status)) => assert!(!status.success()),
                    other => panic!("{name} without {setting}: {other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn abuse_046_every_setting_that_is_deployed_is_checked_by_a_function() {
    let stack = Stack::deployed();
    let mut given: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut checked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, settings) in functions() {
        let deployed = stack.environment_of(name).await;
        let area = CRATES.iter().find(|one| is_of(one, name));
        let area = area.map_or("workers", |one| one.area).to_owned();
        let seen = variables(&settings, &deployed);
        checked.entry(area.clone()).or_default().extend(seen);
        given.entry(area).or_default().extend(deployed.into_keys());
    }
    for (area, given) in given {
        let unchecked: Vec<_> = given.difference(&checked[&area]).collect();
        assert!(unchecked.is_empty(), "{area}: {unchecked:?}");
    }
}
