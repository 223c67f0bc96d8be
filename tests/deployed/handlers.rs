//! Which of its functions a binary serves: the one that Lambda names.

use end_to_end::{Stack, sample_event};
use lambda_harness::{Function, InitError, Launch, Outcome};

/// A new process of the crate of `show_root`.
async fn start(stack: &Stack, handler: &str) -> Function {
    let environment = stack.environment_of("show_root").await;
    let launch = Launch::new(stack.binary("show_root")).handler(handler);
    let process = Function::start(&launch.envs(environment)).await.unwrap();
    process.ready().await.unwrap();
    process
}

/// What a process answers to the sample of a function.
async fn status(process: &Function, name: &str) -> Option<u64> {
    let event = sample_event(name);
    match process.invoke(&event).await {
        Outcome::Answered(answer) => answer["statusCode"].as_u64(),
        other => panic!("{name}: {other:?}"),
    }
}

#[tokio::test]
async fn a_process_serves_the_function_that_it_is_named_and_no_other() {
    let stack = Stack::deployed();
    let process = start(&stack, "show_root").await;

    assert_eq!(status(&process, "show_root").await, Some(200));
    assert_eq!(status(&process, "serve_docs").await, Some(404));
    process.kill().await;
}

#[tokio::test]
async fn a_process_without_a_name_of_its_crate_serves_all_routes_of_it() {
    let stack = Stack::deployed();
    for handler in ["bootstrap", "register_user"] {
        let process = start(&stack, handler).await;

        for name in ["show_root", "serve_docs"] {
            assert_eq!(status(&process, name).await, Some(200), "{handler} {name}");
        }
        assert_eq!(status(&process, "answer_unknown").await, Some(308));
        process.kill().await;
    }
}

#[tokio::test]
async fn a_program_of_workers_alone_does_not_start_without_the_name_of_one() {
    let stack = Stack::deployed();
    let environment = stack.environment_of("send_email").await;
    for handler in ["bootstrap", "register_user"] {
        let launch = Launch::new(stack.binary("send_email")).handler(handler);
        let launch = launch.envs(&environment).quiet();
        let process = Function::start(&launch).await.unwrap();

        match process.ready().await {
            Err(InitError::Died(status)) => assert_eq!(status.code(), Some(1)),
            other => panic!("{handler}: {other:?}"),
        }
    }
}
