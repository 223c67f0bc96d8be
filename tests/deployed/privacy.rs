//! What answers, logs, tables and queues tell, and to whom.

mod life;

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::HeaderMap;
use end_to_end::{Member, Stack, Visitor, eventually, unique_address};
use serde_json::{Value, json};
use test_support::Answer;

const PASSWORD: &str = "correct horse battery";

/// An address of each kind there is: unknown, unverified, disabled, known.
async fn one_of_each(stack: &Stack) -> [String; 4] {
    let unverified = unique_address("unverified");
    let _ = Visitor::new(stack)
        .register(&unverified, PASSWORD)
        .await
        .expect(201);
    let disabled = Member::join(stack).await;
    stack
        .edit_account(&disabled.id, "disabled", json!({"BOOL": true}))
        .await;
    let known = Member::join(stack).await;
    [
        unique_address("unknown"),
        unverified,
        disabled.email,
        known.email,
    ]
}

/// All of an answer but its id, and the seconds until its limit's window ends.
fn visible(answer: Answer) -> (u16, HeaderMap, Value) {
    let mut headers = answer.headers;
    headers.remove("x-request-id");
    if let Some(state) = headers.get_mut("ratelimit") {
        let text = state.to_str().unwrap();
        let (counted, _seconds) = text.rsplit_once(";t=").unwrap();
        *state = counted.parse().unwrap();
    }
    (answer.status, headers, answer.json)
}

/// Waits until the tasks of a kind that name an account are done, and gives their results.
async fn results(stack: &Stack, kind: &str, id: &str) -> Vec<String> {
    eventually("the tasks about an account", async || {
        let tasks = stack.tasks_about(kind, id).await;
        let results: Vec<String> = tasks
            .iter()
            .filter_map(|task| task["result"]["S"].as_str().map(str::to_owned))
            .collect();
        (!tasks.is_empty() && results.len() == tasks.len()).then_some(results)
    })
    .await
}

#[tokio::test]
async fn abuse_006_asking_for_a_code_does_not_tell_whether_there_is_an_account() {
    let stack = Stack::deployed();
    let addresses = one_of_each(&stack).await;

    let (mut answers, mut ids) = (Vec::new(), Vec::new());
    for address in &addresses {
        let answer = Visitor::new(&stack).request_code(address).await.expect(200);
        ids.push(answer.header("x-request-id").to_owned());
        answers.push(visible(answer));
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(answers[0].1.contains_key("ratelimit"));
    for id in &ids[..3] {
        assert_eq!(
            stack.result_of(id).await,
            "nothing to send: there is no account that may log in"
        );
    }
    stack.code_to(&addresses[3], 1).await;
}

#[tokio::test]
async fn abuse_006_asking_for_a_link_does_not_tell_whether_there_is_an_account() {
    let stack = Stack::deployed();
    let addresses = one_of_each(&stack).await;
    let first = stack.token_to(&addresses[1], 1).await;

    let (mut answers, mut ids) = (Vec::new(), Vec::new());
    for address in &addresses {
        let visitor = Visitor::new(&stack);
        let answer = visitor.resend_verification(address).await.expect(200);
        ids.push(answer.header("x-request-id").to_owned());
        answers.push(visible(answer));
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    for id in [&ids[0], &ids[2], &ids[3]] {
        let done = stack.result_of(id).await;
        assert!(done.starts_with("nothing to send"), "{done}");
    }
    let second = stack.token_to(&addresses[1], 2).await;
    let visitor = Visitor::new(&stack);
    let old = visitor.verify_email(&first).await;
    old.expect_error(400, "invalid_token");
    let _ = visitor.verify_email(&second).await.expect(200);
}

#[tokio::test]
async fn abuse_006_a_wrong_code_does_not_tell_whether_there_is_an_account() {
    let stack = Stack::deployed();
    let addresses = one_of_each(&stack).await;
    let _ = Visitor::new(&stack)
        .request_code(&addresses[3])
        .await
        .expect(200);
    let right = stack.code_to(&addresses[3], 1).await;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };

    let mut answers = Vec::new();
    for address in &addresses {
        let answer = Visitor::new(&stack).verify_code(address, wrong).await;
        answer.expect_error(400, "invalid_otp");
        let (status, headers, mut body) = visible(answer);
        body["request_id"].take();
        answers.push((status, headers, body));
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn abuse_048_no_secret_and_no_address_is_left_where_it_does_not_belong() {
    let stack = Stack::deployed();
    let mut queued = BTreeSet::new();
    let watch_the_queues = async {
        loop {
            let messages = stack.all_messages().await;
            queued.extend(messages.iter().map(|(_, message)| message.to_string()));
            // Often enough to see most messages pass by; that they are the same every time is what matters.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let (addresses, mut secrets) = tokio::select! {
        known = life::live_a_life(&stack) => known,
        () = watch_the_queues => unreachable!("it never ends"),
    };
    for secret in ["CodePepperSecret", "FactorKeySecret"] {
        secrets.push(stack.secret(secret).await);
    }
    let signing_key: Value = serde_json::from_str(&stack.secret("SigningKeySecret").await).unwrap();
    secrets.push(signing_key["d"].as_str().unwrap().to_owned());

    let texts = |items: Vec<Value>| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    let identity = texts(stack.scan("IdentityTable").await);
    let tasks = texts(stack.scan("TasksTable").await);
    for (place, texts) in [
        ("the logs", stack.logs().await),
        ("the audit log", texts(stack.scan("AuditTable").await)),
        ("the limits", texts(stack.scan("LimitsTable").await)),
        ("the queues", queued.into_iter().collect()),
    ] {
        assert!(
            !texts.is_empty() || place == "the queues",
            "{place} are empty"
        );
        for text in &texts {
            for address in &addresses {
                assert!(!text.contains(address), "an address is in {place}: {text}");
            }
            assert_holds_none(place, text, &secrets);
        }
    }
    let people = texts(stack.scan("PeopleTable").await);
    for (place, texts) in [
        ("the identity table", identity),
        ("the tasks", tasks),
        ("the people table", people),
    ] {
        for text in &texts {
            assert_holds_none(place, text, &secrets);
        }
    }
    for task in stack.scan("TasksTable").await {
        // Only what a request must not look up is kept as it was typed.
        let may_name_an_address = [
            "send_one_time_code",
            "send_verification",
            "send_password_reset",
            "send_pre_registration",
        ]
        .contains(&task["kind"]["S"].as_str().unwrap_or_default());
        let names_one = task.to_string().contains("@example.com");
        assert!(may_name_an_address || !names_one, "{task}");
    }
}

#[track_caller]
fn assert_holds_none(place: &str, text: &str, secrets: &[String]) {
    for secret in secrets {
        assert!(
            !stands_alone(text, secret),
            "a secret is in {place}: {text}"
        );
    }
}

/// Whether a text contains a secret that is not part of a longer word: a code's six digits are in many a number.
fn stands_alone(text: &str, secret: &str) -> bool {
    text.match_indices(secret).any(|(start, _)| {
        let is_word = |c: char| c.is_ascii_alphanumeric();
        let before = text[..start].chars().next_back();
        let after = text[start + secret.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
