use cloud::App;
use lambda_runtime::Error;
use serde_json::Value;
use store::{Remedy, TaskRow, Tasks};
use work::schedule::{self, Counts, Rhythm, Schedule};
use work::{Worker, worker};

pub const WORKER: Worker = worker!(sweep_tasks).checking(schedule::CHECKS);

pub const SCHEDULE: Schedule = Schedule {
    name: "sweep_tasks",
    rhythm: Rhythm::EveryMinutes(15),
    about: "Gives up tasks whose worker died at the last try, and sends lost ones again",
};

/// The tasks that one run looks at, of each part of the list: the oldest that are not finished, so what is stuck is among them.
const MOST: usize = 500;

/// Sets right what is left of a crash or a fault.
///
/// A task whose worker died at its last try has no message that would bring it back: it becomes `FAILURE`, and its dead letter
/// can be redriven. A task whose message never came, because the relay gave up or a queue forgot it, gets another one; a message
/// too many does its work once.
pub async fn sweep_tasks(app: App, event: Value) -> Result<(), Error> {
    schedule::run(&app, &SCHEDULE, &event, sweep(&app)).await
}

async fn sweep(app: &App) -> Result<Counts, Error> {
    let (tasks, now) = (Tasks(app.store()), app.now());
    let rows = tasks.oldest_open(MOST).await?;
    let (open, mut given_up, mut sent_again) = (rows.len(), 0, 0);
    for row in rows {
        match row.remedy(now) {
            Some(Remedy::GiveUp) => {
                let reason = reason(&row);
                if tasks.give_up(&row, reason, now).await? {
                    given_up += 1;
                    tracing::error!(task.id = %row.task.id, task.kind = row.task.kind, reason, "the task is given up");
                }
            }
            // Noted first: a message that is not sent is sent tomorrow, and one that is sent twice does its work once.
            Some(Remedy::SendAgain) if tasks.resend(&row, now).await? => {
                work::send(app, &row.task).await?;
                sent_again += 1;
                tracing::warn!(task.id = %row.task.id, task.kind = row.task.kind, "the task is sent again");
            }
            Some(Remedy::SendAgain) | None => {}
        }
    }
    Ok(Counts::of("open", open)
        .and("given_up", given_up)
        .and("sent_again", sent_again))
}

fn reason(row: &TaskRow) -> &'static str {
    if row.state == kernel::task::TaskState::Started {
        "its worker died, and its message did not come back"
    } else {
        "no message of it ever came"
    }
}
