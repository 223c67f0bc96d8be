//! What became of tasks, and of those that send mails.

use kernel::job::Queue;
use kernel::task::TaskState;
use mail::SENT_AS;
use operations::mask::mask;
use report::{Cell, Chart, Column, Heading, Language};
use store::{TaskFilter, TaskRow, Tasks};
use work::Failure;

use super::{Reading, unwritten};
use crate::counts::Counts;
use crate::draft::{Columns, Draft};
use crate::language::say;

/// What became of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Done,
    /// Of a mail alone: it was done, and there was nothing to send any more.
    Nothing,
    Failed,
    CalledOff,
    Open,
}

impl Outcome {
    fn of(row: &TaskRow, is_mail: bool) -> Self {
        let is_sent = || {
            let said = row.result.as_deref();
            said.is_some_and(|said| said.starts_with(SENT_AS))
        };
        match row.state {
            TaskState::Success if is_mail && !is_sent() => Self::Nothing,
            TaskState::Success => Self::Done,
            TaskState::Failure => Self::Failed,
            TaskState::Revoked => Self::CalledOff,
            TaskState::Pending | TaskState::Started | TaskState::Retry => Self::Open,
        }
    }

    fn name(self, language: Language, is_mail: bool) -> &'static str {
        let say = |english, german| say(language, english, german);
        match (self, is_mail) {
            (Self::Done, true) => say("Sent", "Versandt"),
            (Self::Done, false) => say("Done", "Erledigt"),
            (Self::Nothing, _) => say("Nothing to send", "Nichts zu versenden"),
            (Self::Failed, _) => say("Failed", "Gescheitert"),
            (Self::CalledOff, _) => say("Called off", "Abgebrochen"),
            (Self::Open, _) => say("Open", "Offen"),
        }
    }

    /// Those that there are, in the order of the legend.
    fn all(is_mail: bool) -> &'static [Self] {
        if is_mail {
            &[
                Self::Done,
                Self::Nothing,
                Self::Failed,
                Self::CalledOff,
                Self::Open,
            ]
        } else {
            &[Self::Done, Self::Failed, Self::CalledOff, Self::Open]
        }
    }
}

/// Whether the tasks of a queue send mails.
fn is_of_mails(queue: &Queue) -> bool {
    [Queue::MAIL_URGENT, Queue::MAIL_BULK].contains(queue)
}

pub(super) fn columns(language: Language, is_mail: bool) -> Columns {
    let say = |english, german| say(language, english, german);
    let heading = Heading {
        title: if is_mail {
            say("Mails", "E-Mails").to_owned()
        } else {
            say("Tasks", "Aufgaben").to_owned()
        },
        columns: vec![
            Column::text(say("Asked for", "Angefordert")),
            Column::text(say("Kind", "Art")),
            Column::text(say("Queue", "Warteschlange")),
            Column::text(say("Outcome", "Ergebnis")),
            Column::number(say("Tries", "Versuche")),
            Column::text(say("Error", "Fehler")),
            Column::text(say("Finished", "Beendet")),
            Column::text(say("Id", "Id")),
        ],
        has_totals: false,
    };
    Columns {
        heading,
        on_paper: 6,
    }
}

pub(super) async fn read(
    reading: &Reading<'_>,
    draft: &mut Draft<'_>,
    is_mail: bool,
) -> Result<Vec<Chart>, Failure> {
    let language = reading.language;
    let mut outcomes = Counts::new(reading.period);
    let mut kinds = Counts::new(reading.period);
    let tasks = Tasks(reading.app.store());
    let filter = TaskFilter::default();
    let mut walk = reading.walk();
    while let Some(step) = walk.next().await? {
        let page = tasks.list_of_day(step.day, &filter, &step.request).await;
        for task in walk.take(page)? {
            if is_mail && !is_of_mails(&task.task.queue) {
                continue;
            }
            let outcome = Outcome::of(&task, is_mail);
            outcomes.add(outcome, step.place, 1);
            let row = row(&task, outcome.name(language, is_mail));
            draft.row(&row).map_err(|error| unwritten(&error))?;
            kinds.add(task.task.kind, step.place, 1);
        }
    }

    let say = |english, german| say(language, english, german);
    let named = |outcome: &Outcome| (*outcome, outcome.name(language, is_mail));
    let all: Vec<_> = Outcome::all(is_mail).iter().map(named).collect();
    // What became of mails after SES had taken them (delivered, bounced, complained) is one more chart here, once it is kept.
    Ok(vec![
        outcomes.chart(say("Outcomes", "Ergebnisse"), &all),
        kinds.chart_of_all(say("Kinds", "Arten")),
    ])
}

fn row(row: &TaskRow, outcome: &str) -> [Cell; 8] {
    let finished = row.finished_at.map_or(Cell::Empty, Cell::Time);
    // An error may be of a task that was tried again since, and went well.
    let error = row.last_error.as_deref();
    [
        row.task.created_at.into(),
        row.task.kind.as_str().into(),
        row.task.queue.as_str().into(),
        outcome.into(),
        u64::from(row.attempts).into(),
        error.map_or(Cell::Empty, |error| Cell::Text(mask(error))),
        finished,
        row.task.id.to_string().into(),
    ]
}
