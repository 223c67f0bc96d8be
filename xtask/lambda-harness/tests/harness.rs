//! The harness against a function of the simplest kind: this test's own program, which acts as one
//! when it is started with a Runtime API.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;

use lambda_harness::{Function, InitError, Launch, Outcome};
use serde_json::{Value, json};

fn main() {
    if let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") {
        // The harness has gone, or the event said to go: either way this process is done.
        let _ = act_as_function(&api);
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        answers_and_errors_come_back().await;
        a_death_during_an_invocation_is_an_outcome().await;
        a_killed_function_is_reported_by_its_signal().await;
        a_failed_start_is_told_from_a_good_one().await;
        a_handler_is_handed_over().await;
        usage_is_that_of_the_process().await;
    });
}

async fn answers_and_errors_come_back() {
    let function = start("answer").await;
    function.ready().await.expect("ready");

    let answer = function.invoke(&json!({ "say": "hello" })).await;
    assert_eq!(answer, Outcome::Answered(json!({ "say": "hello" })));
    let error = function.invoke(&json!({ "do": "fail" })).await;
    assert_eq!(error, Outcome::Failed(json!({ "errorType": "Asked" })));
    function.polled(3).await;
    assert_eq!(function.polls(), 3);
}

async fn a_death_during_an_invocation_is_an_outcome() {
    let function = start("answer").await;
    function.ready().await.expect("ready");

    let outcome = function.invoke(&json!({ "do": "exit" })).await;
    let Outcome::Died(status) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(status.code(), Some(3));
}

async fn a_killed_function_is_reported_by_its_signal() {
    let function = start("answer").await;
    function.ready().await.expect("ready");

    let event = json!({ "do": "hang" });
    let (outcome, status) = tokio::join!(function.invoke(&event), function.kill());
    assert_eq!(status.signal(), Some(9));
    assert_eq!(outcome, Outcome::Died(status));
}

async fn a_failed_start_is_told_from_a_good_one() {
    let function = start("init-error").await;
    let reported = function.ready().await;
    assert!(
        matches!(&reported, Err(InitError::Reported(body)) if body["errorType"] == "Init"),
        "{reported:?}"
    );

    let function = start("exit-at-once").await;
    let died = function.ready().await;
    assert!(matches!(died, Err(InitError::Died(_))), "{died:?}");
}

async fn a_handler_is_handed_over() {
    let own = std::env::current_exe().expect("this program's path");
    let function = Function::start(&Launch::new(own).handler("register_user")).await;
    let function = function.expect("started");
    function.ready().await.expect("ready");

    let answer = function.invoke(&json!({ "do": "tell" })).await;
    let told = json!({ "handler": "register_user", "function": "register_user" });
    assert_eq!(answer, Outcome::Answered(told));
}

async fn usage_is_that_of_the_process() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let function = start("answer").await;
    function.ready().await.expect("ready");
    let usage = function.usage().expect("usage");
    assert!(usage.resident > 0 && usage.peak_resident >= usage.resident);
    assert!(!usage.cpu.is_zero());
}

async fn start(role: &str) -> Function {
    let own = std::env::current_exe().expect("this program's path");
    let launch = Launch::new(own).envs([("ROLE", role)]);
    Function::start(&launch).await.expect("started")
}

fn act_as_function(api: &str) -> io::Result<()> {
    match std::env::var("ROLE").as_deref() {
        Ok("init-error") => {
            post(api, "init/error", r#"{"errorType":"Init"}"#)?;
            // Lambda waits for the process to end by itself.
            return Ok(());
        }
        Ok("exit-at-once") => return Ok(()),
        _ => {}
    }
    loop {
        let (id, event) = next(api)?;
        let parsed: Value = serde_json::from_str(&event).unwrap_or_default();
        match parsed["do"].as_str() {
            Some("fail") => {
                let path = format!("invocation/{id}/error");
                post(api, &path, r#"{"errorType":"Asked"}"#)?;
            }
            Some("tell") => {
                let told = |name| std::env::var(name).unwrap_or_default();
                let names = [
                    ("handler", "_HANDLER"),
                    ("function", "AWS_LAMBDA_FUNCTION_NAME"),
                ];
                let told: Value = names
                    .into_iter()
                    .map(|(key, name)| (key, told(name)))
                    .collect();
                post(api, &format!("invocation/{id}/response"), &told.to_string())?;
            }
            Some("exit") => std::process::exit(3),
            Some("hang") => loop {
                std::thread::park();
            },
            _ => post(api, &format!("invocation/{id}/response"), &event)?,
        }
    }
}

fn next(api: &str) -> io::Result<(String, String)> {
    exchange(api, "GET", "invocation/next", "")
}

fn post(api: &str, path: &str, body: &str) -> io::Result<()> {
    exchange(api, "POST", path, body).map(drop)
}

/// One HTTP request on a connection of its own; returns the request id's header and the body.
fn exchange(api: &str, method: &str, path: &str, body: &str) -> io::Result<(String, String)> {
    let mut stream = TcpStream::connect(api)?;
    write!(
        stream,
        "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nhost: {api}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut reader = BufReader::new(stream);
    let mut id = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("lambda-runtime-aws-request-id: ") {
            value.trim().clone_into(&mut id);
        }
    }
    let mut body = String::new();
    reader.read_to_string(&mut body)?;
    Ok((id, body))
}
