//! So many mails a second and no more, whoever sends them; and what somebody waits for does not wait behind the rest.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use accounts::jobs::{SecurityEvent, SendSecurityNotice, SendWelcome};
use accounts_testing::{Message, Options, Person, TestApp};
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::job::Job;
use kernel::task::TaskState;

/// The mails of a second, as SES takes them from most accounts.
const RATE: u32 = 14;

/// More seconds than any of these tests takes.
const LONG: i64 = 100;

/// The queues as time goes by for the test: messages by the second in which they can be received. The emulator's go by the
/// machine's clock.
struct Queues {
    app: Arc<TestApp>,
    second: i64,
    due: BTreeMap<i64, Vec<(String, Message)>>,
    seen: HashSet<String>,
}

impl Queues {
    fn of(app: &Arc<TestApp>) -> Self {
        Self {
            app: Arc::clone(app),
            second: 0,
            due: BTreeMap::new(),
            seen: HashSet::new(),
        }
    }

    /// Takes over the messages that were sent since.
    async fn fill(&mut self) {
        let names = ["mail-urgent", "mail-bulk"];
        for (queue, message) in self.app.emulator().messages().await {
            let text = |name: &str| message[name].as_str().unwrap().to_owned();
            let name = names.iter().find(|name| queue.ends_with(**name));
            let id = text("MessageId");
            if let Some(name) = name.filter(|_| self.seen.insert(id.clone())) {
                let delay = message["VisibleAt"].as_i64().unwrap()
                    - message["SentTimestamp"].as_i64().unwrap();
                let message = Message::builder()
                    .message_id(&id)
                    .receipt_handle(id)
                    .body(text("Body"))
                    .build();
                let due = self.due.entry(self.second + delay).or_default();
                due.push(((*name).to_owned(), message));
            }
        }
    }

    /// Has workers go through all that can be received in this second, all at once. Gives the number of mails sent in it.
    async fn work(&mut self) -> usize {
        let before = self.app.ses().seen().len();
        let due = self.due.remove(&self.second).unwrap_or_default();
        let mut workers = Vec::new();
        for queue in ["mail-urgent", "mail-bulk"] {
            let of_queue = due.iter().filter(|(name, _)| name == queue);
            let messages: Vec<Message> = of_queue.map(|(_, message)| message.clone()).collect();
            for batch in messages.chunks(10) {
                let (app, event) = (Arc::clone(&self.app), self.app.sqs_event(queue, batch));
                workers.push(tokio::spawn(async move { app.work(event).await }));
            }
        }
        for worker in workers {
            assert!(worker.await.unwrap().is_empty());
        }
        self.fill().await;
        self.app.advance(SignedDuration::from_secs(1));
        self.second += 1;
        self.app.ses().seen().len() - before
    }
}

async fn start(mails_per_second: u32) -> (Arc<TestApp>, Person) {
    let options = Options {
        mails_per_second,
        ..Options::default()
    };
    let app = TestApp::start_with(options).await;
    let person = app.member("ann@example.com").await;
    // What came with the person goes before.
    app.deliver().await;
    app.advance(SignedDuration::from_mins(1));
    app.leave_work_undone();
    (Arc::new(app), person)
}

async fn bulk(app: &TestApp, person: &Person, count: usize) {
    let user_id = person.id;
    record(app, &SendWelcome { user_id }, count).await;
}

async fn urgent(app: &TestApp, person: &Person, count: usize) {
    let notice = SendSecurityNotice {
        user_id: person.id,
        event: SecurityEvent::PasswordChanged,
        at: app.now(),
    };
    record(app, &notice, count).await;
}

async fn record(app: &TestApp, job: &impl Job, count: usize) {
    join_all((0..count).map(|_| app.record_work(job))).await;
    app.relay().await;
}

/// The subjects of the mails sent so far, without those of so many before.
async fn subjects(app: &TestApp, before: usize) -> Vec<String> {
    let mails = app.mails().await.into_iter().skip(before);
    mails.map(|mail| mail.subject).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_mails_go_at_fourteen_a_second_and_each_once() {
    let (app, person) = start(RATE).await;
    bulk(&app, &person, 470).await;
    urgent(&app, &person, 30).await;
    let before = app.mails().await.len();
    let mut queues = Queues::of(&app);
    queues.fill().await;

    let mut sent = Vec::new();
    while !queues.due.is_empty() && queues.second < LONG {
        sent.push(queues.work().await);
    }

    assert!(sent.iter().all(|mails| *mails <= RATE as usize), "{sent:?}");
    assert_eq!(sent.iter().sum::<usize>(), 500);
    // Bulk gets ten a second where nothing else is sent, and little of that is lost.
    assert!(sent.len() <= 60, "{sent:?}");
    assert_eq!(subjects(&app, before).await.len(), 500);
    for task in app.tasks().await {
        assert_eq!(task["state"], TaskState::Success.as_str());
        assert_eq!(task["attempts"], "1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_somebody_waits_for_does_not_wait_behind_bulk() {
    let (app, person) = start(RATE).await;
    bulk(&app, &person, 200).await;
    let before = app.mails().await.len();
    let mut queues = Queues::of(&app);
    queues.fill().await;
    // The queue of bulk takes all it may of this second; four are left, and asked for when all workers have been at it.
    assert_eq!(queues.work().await, 10);
    urgent(&app, &person, 20).await;
    queues.fill().await;

    let mut notices = Vec::new();
    for _ in 0..3 {
        queues.work().await;
        let subjects = subjects(&app, before).await;
        notices.push(
            subjects
                .iter()
                .filter(|subject| !subject.contains("Welcome"))
                .count(),
        );
    }

    // In the first of these seconds bulk may have been faster, with ten; in the next two it makes room.
    assert!(notices[0] >= 4, "{notices:?}");
    assert_eq!(notices[2], 20, "{notices:?}");
}

#[tokio::test]
async fn one_mail_a_second_leaves_every_other_second_to_what_somebody_waits_for() {
    let (app, person) = start(1).await;
    bulk(&app, &person, 4).await;
    let before = app.mails().await.len();
    let mut queues = Queues::of(&app);
    queues.fill().await;
    for _ in 0..2 {
        queues.work().await;
    }
    urgent(&app, &person, 1).await;
    queues.fill().await;

    let mut sent = Vec::new();
    while !queues.due.is_empty() && queues.second < LONG {
        sent.push(queues.work().await);
    }

    assert!(sent.iter().all(|mails| *mails <= 1), "{sent:?}");
    let subjects = subjects(&app, before).await;
    assert_eq!(subjects.len(), 5);
    let notice = subjects
        .iter()
        .position(|subject| !subject.contains("Welcome"));
    assert!(notice.unwrap() <= 2, "{subjects:?}");
}
