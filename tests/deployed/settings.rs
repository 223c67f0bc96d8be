//! The real binaries, started with something missing.

use std::collections::BTreeMap;

use end_to_end::Stack;
use lambda_harness::{Function, InitError};

/// What may be empty, or is not the product's to ask for.
const OPTIONAL: [&str; 1] = ["MAIL_CONFIGURATION_SET"];

#[tokio::test]
async fn abuse_046_a_function_without_one_of_its_settings_does_not_start() {
    let stack = Stack::deployed();
    let deployed = stack.environment_of("register_user").await;
    let start = async |name: &str, environment: &BTreeMap<String, String>| {
        let launch = stack.launch(name).envs(environment).quiet();
        let process = Function::start(&launch).await.unwrap();
        let ready = process.ready().await;
        process.kill().await;
        ready
    };

    for name in ["register_user", "show_root", "relay_outbox", "send_email"] {
        start(name, &deployed).await.unwrap();
        for setting in deployed.keys() {
            if OPTIONAL.contains(&setting.as_str()) {
                continue;
            }
            for value in [None, Some(" ")] {
                let mut environment = deployed.clone();
                environment.remove(setting);
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
