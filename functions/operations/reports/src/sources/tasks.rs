//! What became of tasks.

use kernel::task::TaskState;
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
pub(super) enum Outcome {
    Done,
    Failed,
    CalledOff,
    Open,
}

impl Outcome {
    /// Those that there are, in the order of the legend.
    pub(super) const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::CalledOff, Self::Open];

    pub(super) fn of(row: &TaskRow) -> Self {
        match row.state {
            TaskState::Success => Self::Done,
            TaskState::Failure => Self::Failed,
            TaskState::Revoked => Self::CalledOff,
            TaskState::Pending | TaskState::Started | TaskState::Retry => Self::Open,
        }
    }

    pub(super) fn name(self, language: Language) -> &'static str {
        let say = |english, german| say(language, english, german);
        match self {
            Self::Done => say("Done", "Erledigt"),
            Self::Failed => say("Failed", "Gescheitert"),
            Self::CalledOff => say("Called off", "Abgebrochen"),
            Self::Open => say("Open", "Offen"),
        }
    }
}

/// The columns of rows that are one task each.
pub(super) fn columns(language: Language, title: &str) -> Columns {
    let say = |english, german| say(language, english, german);
    let heading = Heading {
        title: title.to_owned(),
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
            let outcome = Outcome::of(&task);
            outcomes.add(outcome, step.place, 1);
            let row = row(&task, outcome.name(language));
            draft.row(&row).map_err(|error| unwritten(&error))?;
            kinds.add(task.task.kind, step.place, 1);
        }
    }

    let say = |english, german| say(language, english, german);
    let all = Outcome::ALL.map(|outcome| (outcome, outcome.name(language)));
    Ok(vec![
        outcomes.chart(say("Outcomes", "Ergebnisse"), &all),
        kinds.chart_of_all(say("Kinds", "Arten")),
    ])
}

/// The row of a task.
pub(super) fn row(row: &TaskRow, outcome: &str) -> [Cell; 8] {
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
