//! `sam local invoke`: a function in a container, as AWS's own tool starts it, on the local stack.
//!
//! Where Docker and the image of Lambda's runtime are; `cargo xtask test` says so where they are not.

use std::process::Command;

use end_to_end::repository;
use serde_json::Value;

/// What a function answers to its sample event.
fn invoke(logical: &str, event: &str) -> Value {
    let sam = repository("target/tools/sam/bin/python");
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "Architecture=arm64",
        _ => "Architecture=x86_64",
    };
    let output = Command::new(sam)
        .args([
            "-m",
            "samcli",
            "local",
            "invoke",
            logical,
            "--skip-pull-image",
        ])
        .args(["--event", event, "--env-vars", "target/test/env.json"])
        .args(["--parameter-overrides", architecture])
        .env("SAM_CLI_TELEMETRY", "0")
        .current_dir(repository(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let answer = String::from_utf8_lossy(&output.stdout);
    let last = answer.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {answer}{said}"))
}

#[test]
fn an_endpoint_and_a_worker_reach_the_stack_from_a_container() {
    if std::env::var_os("KINWISE_DOCKER").is_none() {
        return;
    }
    let healthy = invoke("CheckHealth", "events/site/check_health.json");
    assert_eq!(healthy["statusCode"], 200, "{healthy}");
    let body: Value = serde_json::from_str(healthy["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["status"], "healthy", "{body}");

    let purged = invoke("PurgeAccounts", "events/accounts/purge_accounts.json");
    assert_eq!(purged, Value::Null);
}
