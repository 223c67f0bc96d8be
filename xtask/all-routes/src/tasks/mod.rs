//! `cargo xtask tasks`: what operators do with background work, from the shell and without the API.

mod one;
mod queues;
mod schedules;
mod shown;

use api::App;
use clap::Subcommand;
use jiff::tz::TimeZone;
use kernel::audit::{Action, Entry, Origin};
use kernel::id::TaskId;
use store::{PageRequest, TaskFilter, Tasks};

use crate::operator::operator_app;
use crate::tasks::shown::{cut, line};

/// What is to be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the tasks of a day, the newest first.
    List {
        /// The day they were asked for (UTC) [default: today].
        #[arg(long)]
        day: Option<jiff::civil::Date>,
        /// PENDING, STARTED, RETRY, SUCCESS, FAILURE, REVOKED, or OPEN for those that are not finished.
        #[arg(long)]
        status: Option<String>,
        /// The kind, such as `send_welcome`.
        #[arg(long = "type")]
        kind: Option<String>,
        /// The queue, such as `mail-bulk`.
        #[arg(long)]
        queue: Option<String>,
        /// Words of the last error.
        #[arg(long)]
        text: Option<String>,
        /// The number of tasks shown at most.
        #[arg(long, default_value_t = 50)]
        most: usize,
    },
    /// Show a task, and what happened to it.
    Show {
        /// The id of the task.
        id: TaskId,
    },
    /// Try a task that failed again.
    Retry {
        /// The id of the task.
        id: TaskId,
    },
    /// Call a task off.
    Revoke {
        /// The id of the task.
        id: TaskId,
    },
    /// Show the queues, and how their tasks fare.
    Queues,
    /// List the dead letters of a queue, and why they are there.
    DeadLetters {
        /// The name of the queue.
        queue: String,
    },
    /// Send dead letters back to their queue.
    Redrive {
        /// The name of the queue.
        queue: String,
        /// The one of this task alone.
        #[arg(long)]
        task: Option<TaskId>,
        /// Those of a reason alone, as `dead-letters` names it.
        #[arg(long)]
        group: Option<String>,
    },
    /// Delete dead letters for good.
    Purge {
        /// The name of the queue.
        queue: String,
        /// The name of the queue once more, typed by who means it.
        #[arg(long)]
        confirm: String,
        /// The one of this task alone.
        #[arg(long)]
        task: Option<TaskId>,
        /// Those of a reason alone, as `dead-letters` names it.
        #[arg(long)]
        group: Option<String>,
    },
    /// Stop the work on a queue.
    Pause {
        /// The name of the queue.
        queue: String,
    },
    /// Let the work on a queue go on.
    Resume {
        /// The name of the queue.
        queue: String,
    },
    /// List the schedules, and the latest run of each.
    Schedules,
    /// Have a schedule run now.
    Run {
        /// The name of the schedule.
        schedule: String,
    },
    /// Switch a schedule on.
    Enable {
        /// The name of the schedule.
        schedule: String,
    },
    /// Switch a schedule off.
    Disable {
        /// The name of the schedule.
        schedule: String,
    },
}

/// Does it, on the stack that the environment names.
pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    let app = operator_app().await?;
    match command {
        Command::List {
            day,
            status,
            kind,
            queue,
            text,
            most,
        } => {
            let filter = TaskFilter {
                states: shown::states(status.as_deref())?,
                kind,
                queue,
                text: text.map(|text| text.to_lowercase()),
                ..TaskFilter::default()
            };
            list(&app, day, &filter, most).await
        }
        Command::Show { id } => one::show(&app, id).await,
        Command::Retry { id } => one::retry(&app, id).await,
        Command::Revoke { id } => one::revoke(&app, id).await,
        Command::Queues => queues::list(&app).await,
        Command::DeadLetters { queue } => queues::dead_letters(&app, &queue).await,
        Command::Redrive { queue, task, group } => queues::redrive(&app, &queue, task, group).await,
        Command::Purge {
            queue,
            confirm,
            task,
            group,
        } => {
            anyhow::ensure!(confirm == queue, "--confirm must be the name of the queue");
            queues::purge(&app, &queue, task, group).await
        }
        Command::Pause { queue } => queues::set_work(&app, &queue, false).await,
        Command::Resume { queue } => queues::set_work(&app, &queue, true).await,
        Command::Schedules => schedules::list(&app).await,
        Command::Run { schedule } => schedules::call(&app, &schedule).await,
        Command::Enable { schedule } => schedules::switch(&app, &schedule, false).await,
        Command::Disable { schedule } => schedules::switch(&app, &schedule, true).await,
    }
}

async fn list(
    app: &App,
    day: Option<jiff::civil::Date>,
    filter: &TaskFilter,
    most: usize,
) -> anyhow::Result<()> {
    let day = day.unwrap_or_else(|| app.now().to_zoned(TimeZone::UTC).date());
    let page = PageRequest::new(most.clamp(1, 1_000), None);
    let page = Tasks(app.store()).list_of_day(day, filter, &page).await?;
    for row in &page.items {
        line(&[
            (36, &row.task.id.to_string()),
            (8, row.state.as_str()),
            (2, &row.attempts.to_string()),
            (12, row.task.queue.as_str()),
            (28, &row.task.kind),
            (0, &cut(row.last_error.as_deref().unwrap_or_default())),
        ]);
    }
    if page.next.is_some() {
        println!("There are more: narrow the list, or raise --most.");
    }
    Ok(())
}

/// An entry of the audit log, of what an operator did from the shell.
fn audit(app: &App, action: Action) -> Entry {
    app.audit(action).requested_from(Origin {
        client: "operator".to_owned(),
        agent: "cargo xtask tasks".to_owned(),
        request_id: String::new(),
    })
}
