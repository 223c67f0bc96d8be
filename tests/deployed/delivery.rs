//! Messages that come again and again, and messages that nobody can read.

use end_to_end::{Member, Stack, eventually};
use serde_json::{Value, json};

/// How often a worker's log says something about somebody.
async fn mentions(stack: &Stack, about: &str, words: &str) -> usize {
    let lines = stack.logs_of("WorkerLogGroup").await;
    lines
        .iter()
        .filter(|line| line.contains(about) && line.contains(words))
        .count()
}

#[tokio::test]
async fn abuse_079_a_message_that_comes_five_times_more_sends_one_mail() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    stack.mail_to(&member.email, "Welcome").await;
    let task = eventually("the welcome to be recorded", async || {
        let tasks = stack.tasks_about("send_welcome", &member.id).await;
        let done = tasks
            .into_iter()
            .find(|task| task["state"]["S"] == "SUCCESS");
        done.and_then(|task| task["id"]["S"].as_str().map(str::to_owned))
    })
    .await;

    let message = json!({"task_id": task, "kind": "send_welcome"}).to_string();
    for _ in 0..5 {
        stack.send_message("MailBulkQueueUrl", &message).await;
    }

    eventually("all five to be looked at", async || {
        let seen = mentions(&stack, &task, "the task is finished already").await;
        (seen >= 5).then_some(())
    })
    .await;
    let welcomes = stack.mails_to(&member.email).await;
    let welcomes = welcomes
        .iter()
        .filter(|mail| mail.subject.contains("Welcome"));
    assert_eq!(welcomes.count(), 1);
    let tasks = stack.tasks_about("send_welcome", &member.id).await;
    assert_eq!((tasks.len(), &tasks[0]["attempts"]["N"]), (1, &json!("1")));
}

#[tokio::test]
async fn abuse_080_a_poison_message_ends_in_the_dead_letter_queue_and_holds_nobody_up() {
    let stack = Stack::deployed();
    let poison = format!(
        "{{\"task_id\": \"poison {}\"",
        end_to_end::unique_address("p")
    );

    let id = stack.send_message("MailUrgentQueueUrl", &poison).await;
    let member = Member::join(&stack).await;
    member.log_in().await;

    let is_poison = |message: &Value| message["Body"] == poison.as_str();
    eventually("the dead letter", async || {
        let dead = stack.messages_in("MailUrgentDeadLettersUrl").await;
        dead.iter().any(is_poison).then_some(())
    })
    .await;
    let waiting = stack.messages_in("MailUrgentQueueUrl").await;
    assert!(!waiting.iter().any(is_poison));
    let tries = mentions(&stack, &id, "the message names no task").await;
    assert_eq!(tries, 4);
}
