//! A task through everything that can befall it, in any order: delivered, crashed half-way, delivered again and twice over,
//! revoked, tried again by an operator, redriven, swept. Against the real tables, the real queues and the product's own worker.

use std::sync::Arc;

use api::App;
use jiff::SignedDuration;
use kernel::id::TaskId;
use kernel::job::{Job, Queue};
use kernel::task::TaskState;
use operations_testing::{Options, TestApp, area};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};
use store::condition::absent;
use store::update::Update;
use store::{Committed, Key, Remedy, TASKS, TaskRow, Tasks, Transaction};
use tokio::sync::Notify;
use work::{Assigned, Context, Done, Failure, Registered, job};

use crate::support::with_jobs;

/// What a try of the work does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Behaviour {
    Succeed,
    FailForNow,
    FailForGood,
    PutOff,
    /// The worker dies before it has an effect.
    CrashBefore,
    /// The worker dies when it has had its effect, and before that is recorded.
    CrashAfter,
    Hang,
}

/// Work that does what it is told, try by try; the last again and again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Scripted {
    script: Vec<Behaviour>,
}

impl Scripted {
    pub(crate) fn new(script: Vec<Behaviour>) -> Self {
        Self { script }
    }

    pub(crate) fn hanging() -> Self {
        Self {
            script: vec![Behaviour::Hang],
        }
    }
}

impl Job for Scripted {
    const KIND: &'static str = "scripted";
    const QUEUE: Queue = Queue::WORK;
    const RETRY_BASE: SignedDuration = SignedDuration::from_secs(2);
}

pub(crate) const JOBS: &[Registered<Done>] = &[job!(Scripted, perform)];

/// Rings when a worker dies.
#[derive(Default)]
struct Crash(Notify);

async fn perform(context: Context, task: Assigned<Scripted>) -> Result<Done, Failure> {
    let app = &context.app;
    let place = task.run.attempt() as usize - 1;
    let script = &task.input.script;
    match script
        .get(place)
        .or(script.last())
        .copied()
        .unwrap_or(Behaviour::Succeed)
    {
        Behaviour::Succeed => {
            have_effect(app, task.id).await?;
            Ok(Done::saying("done"))
        }
        Behaviour::FailForNow => Err(Failure::Transient("not now".to_owned())),
        Behaviour::FailForGood => Err(Failure::Permanent("never".to_owned())),
        Behaviour::PutOff if task.run.done_before() == 2 => {
            have_effect(app, task.id).await?;
            Ok(Done::saying("done, in the end"))
        }
        Behaviour::PutOff => {
            task.run.tell(task.run.done_before() + 1, 2).await?;
            let pause = SignedDuration::ZERO;
            Err(Failure::Deferred("later".to_owned(), pause))
        }
        Behaviour::CrashBefore => crash(app).await,
        Behaviour::CrashAfter => {
            have_effect(app, task.id).await?;
            crash(app).await
        }
        Behaviour::Hang => std::future::pending().await,
    }
}

/// Dies: nothing that comes after it is done.
async fn crash(app: &App) -> ! {
    app.part::<Crash>().0.notify_one();
    std::future::pending().await
}

fn effect(id: TaskId) -> Key {
    Key::new(format!("EFFECT#{id}"), "EFFECT")
}

/// Has the effect, marked by the id that stays the same: looks, does, marks, in one write.
async fn have_effect(app: &App, id: TaskId) -> Result<(), Failure> {
    let count = Update::of(app.store().table(TASKS), effect(id))
        .count_from(0, "times")
        .when(absent("pk"));
    let had = Transaction::new("have an effect")
        .with("effect", count.in_transaction())
        .commit(app.store())
        .await?;
    match had {
        Committed::Yes | Committed::No(_) => Ok(()),
    }
}

/// Something that befalls a task.
#[derive(Debug, Clone, Copy)]
enum Event {
    Deliver,
    DeliverTwice,
    Return,
    Revoke,
    TryAgain,
    Redrive,
    Sweep,
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    prop_oneof![
        4 => Just(Behaviour::Succeed),
        4 => Just(Behaviour::FailForNow),
        1 => Just(Behaviour::FailForGood),
        2 => Just(Behaviour::PutOff),
        2 => Just(Behaviour::CrashBefore),
        2 => Just(Behaviour::CrashAfter),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => Just(Event::Deliver),
        2 => Just(Event::DeliverTwice),
        5 => Just(Event::Return),
        1 => Just(Event::Revoke),
        2 => Just(Event::TryAgain),
        2 => Just(Event::Redrive),
        2 => Just(Event::Sweep),
    ]
}

/// A task and its retries, in an installation.
struct World {
    app: Arc<TestApp>,
    /// The first task, and the retries that operators had of it.
    ids: Vec<TaskId>,
}

impl World {
    async fn befall(&mut self, event: Event) {
        match event {
            Event::Deliver => self.deliver().await,
            Event::DeliverTwice => {
                let body = self.message();
                self.app.send_message("work", &body).await;
                self.deliver().await;
            }
            Event::Return => {
                self.app.advance(SignedDuration::from_secs(36));
                self.app.bring_back().await;
            }
            Event::Revoke => {
                let audit = self.app.app().audit(operations::actions::TASK_REVOKED);
                self.tasks().revoke(self.newest(), &audit).await.unwrap();
            }
            Event::TryAgain => self.try_again().await,
            Event::Redrive => drop(self.app.redrive("work").await),
            Event::Sweep => self.sweep().await,
        }
    }

    fn tasks(&self) -> Tasks<'_> {
        Tasks(self.app.app().store())
    }

    fn newest(&self) -> TaskId {
        *self.ids.last().unwrap()
    }

    fn message(&self) -> String {
        format!(
            "{{\"task_id\": \"{}\", \"kind\": \"scripted\"}}",
            self.newest()
        )
    }

    /// Gives a worker what waits; it may die of it.
    async fn deliver(&self) {
        self.app.relay().await;
        let messages = self.app.receive("work", 0).await;
        for message in messages {
            let messages = [message];
            let event = self.app.sqs_event("work", &messages);
            let crashed = self.app.app().part::<Crash>();
            let failed = tokio::select! {
                failed = self.app.work(event) => Some(failed),
                () = crashed.0.notified() => None,
            };
            // Of what a dead worker had nothing is deleted; it comes back when its time is over.
            let dead: Vec<String> = messages
                .iter()
                .filter_map(|m| m.message_id.clone())
                .collect();
            self.app
                .settle("work", &messages, &failed.unwrap_or(dead))
                .await;
        }
    }

    async fn try_again(&mut self) {
        let failed = self.app.task(self.newest()).await;
        let now = self.app.now();
        let id = TaskId::new(now, &mut self.app.app().random());
        let retry = failed.task.clone().again(id, now);
        let audit = self.app.app().audit(operations::actions::TASK_RETRIED);
        let again = self.tasks().try_again(&failed, &retry, &audit).await;
        if again.unwrap() == store::Again::Asked {
            self.ids.push(id);
        }
    }

    /// Sets right what was lost, as the schedule does.
    async fn sweep(&self) {
        let now = self.app.now();
        for row in self.tasks().oldest_open(100).await.unwrap() {
            match row.remedy(now) {
                Some(Remedy::GiveUp) => {
                    self.tasks()
                        .give_up(&row, "nothing was heard", now)
                        .await
                        .unwrap();
                }
                Some(Remedy::SendAgain) if self.tasks().resend(&row, now).await.unwrap() => {
                    let body = format!(
                        "{{\"task_id\": \"{}\", \"kind\": \"scripted\"}}",
                        row.task.id
                    );
                    self.app.send_message("work", &body).await;
                }
                _ => {}
            }
        }
    }

    /// Lets time pass until nothing more comes.
    async fn settle_down(&mut self) {
        for _ in 0..60 {
            self.befall(Event::Deliver).await;
            self.befall(Event::Return).await;
            let waiting = self.app.waiting().await;
            if waiting
                .iter()
                .all(|message| message.queue == "work-dead-letters")
            {
                break;
            }
        }
        // What died at its last try has no message left, and is given up.
        self.app.advance(SignedDuration::from_hours(25));
        self.befall(Event::Sweep).await;
    }

    async fn check(&self) -> Result<(), TestCaseError> {
        let mut rows: Vec<TaskRow> = Vec::new();
        for id in &self.ids {
            rows.push(self.app.task(*id).await);
        }
        let items = self.app.scan(&self.app.table("tasks")).await;
        let key = format!("EFFECT#{}", self.ids[0]);
        let effects = items
            .iter()
            .filter(|item| item["pk"]["S"] == key.as_str())
            .count();

        for row in &rows {
            prop_assert!(row.state.is_final(), "{row:?}");
        }
        prop_assert!(effects <= 1);
        let is_done = rows.iter().any(|row| row.state == TaskState::Success);
        prop_assert!(!is_done || effects == 1, "{rows:?}");
        let newest = rows.last().unwrap();
        if newest.is_redrivable {
            let waiting = self.app.waiting().await;
            let id = newest.task.id.to_string();
            let is_dead = |message: &operations_testing::Waiting| {
                message.queue == "work-dead-letters" && message.body.contains(&id)
            };
            prop_assert!(waiting.iter().any(is_dead), "{newest:?} {waiting:?}");
        }
        Ok(())
    }
}

#[test]
fn abuse_061_whatever_befalls_a_task_it_has_one_effect_at_most_and_an_end() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let area = with_jobs(area(), &[JOBS], SignedDuration::from_secs(30));
    let app = runtime.block_on(TestApp::start_as(area, Options::default()));
    let app = Arc::new(app);
    let mut runner = TestRunner::new(Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    });
    let strategy = (
        prop::collection::vec(behaviour(), 1..6),
        prop::collection::vec(event(), 1..14),
    );

    let checked = runner.run(&strategy, |(script, events)| {
        runtime.block_on(async {
            let id = app.record_work(&Scripted { script }).await;
            let app = Arc::clone(&app);
            let mut world = World { app, ids: vec![id] };
            for event in events {
                world.befall(event).await;
            }
            world.settle_down().await;
            world.check().await
        })
    });

    app.leave_work_undone();
    checked.unwrap();
}
