//! What became of mails: of the tasks that send them, and of those that SES took, as it has told since.

use kernel::job::Queue;
use kernel::task::TaskState;
use mail::SENT_AS;
use operations::mail::{MailStatus, Mails};
use report::{Chart, Language};
use store::{TaskFilter, TaskRow, Tasks};
use work::Failure;

use super::{Reading, tasks, unwritten};
use crate::counts::Counts;
use crate::draft::{Columns, Draft};
use crate::language::say;

/// What became of a task that sends a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// SES has taken the mail.
    Sent,
    /// It was done, and there was nothing to send any more.
    Nothing,
    Failed,
    CalledOff,
    Open,
}

impl Outcome {
    /// Those that there are, in the order of the legend.
    const ALL: [Self; 5] = [
        Self::Sent,
        Self::Nothing,
        Self::Failed,
        Self::CalledOff,
        Self::Open,
    ];

    fn of(row: &TaskRow) -> Self {
        match tasks::Outcome::of(row) {
            tasks::Outcome::Done if sent_as(row).is_some() => Self::Sent,
            tasks::Outcome::Done => Self::Nothing,
            tasks::Outcome::Failed => Self::Failed,
            tasks::Outcome::CalledOff => Self::CalledOff,
            tasks::Outcome::Open => Self::Open,
        }
    }

    fn name(self, language: Language) -> &'static str {
        match self {
            Self::Sent => say(language, "Sent", "Versandt"),
            Self::Nothing => say(language, "Nothing to send", "Nichts zu versenden"),
            Self::Failed => tasks::Outcome::Failed.name(language),
            Self::CalledOff => tasks::Outcome::CalledOff.name(language),
            Self::Open => tasks::Outcome::Open.name(language),
        }
    }
}

/// The id that SES gave the mail of a task.
fn sent_as(row: &TaskRow) -> Option<&str> {
    let said = row.result.as_deref()?;
    (row.state == TaskState::Success)
        .then_some(said)?
        .strip_prefix(SENT_AS)
}

/// What SES has told of a mail, in the order of the legend.
const TOLD: [MailStatus; 6] = [
    MailStatus::Delivered,
    MailStatus::Sent,
    MailStatus::Delayed,
    MailStatus::Bounced,
    MailStatus::Rejected,
    MailStatus::Complained,
];

fn told(status: MailStatus, language: Language) -> &'static str {
    let say = |english, german| say(language, english, german);
    match status {
        MailStatus::Sent => say("Sent, not heard of", "Versandt, ohne Nachricht"),
        MailStatus::Delayed => say("Delayed", "Verzögert"),
        MailStatus::Delivered => say("Delivered", "Zugestellt"),
        MailStatus::Rejected => say("Rejected", "Zurückgewiesen"),
        MailStatus::Bounced => say("Bounced", "Unzustellbar"),
        MailStatus::Complained => say("Complained of", "Beanstandet"),
    }
}

/// Whether the tasks of a queue send mails.
fn is_of_mails(queue: &Queue) -> bool {
    [Queue::MAIL_URGENT, Queue::MAIL_BULK].contains(queue)
}

pub(super) fn columns(language: Language) -> Columns {
    tasks::columns(language, say(language, "Mails", "E-Mails"))
}

pub(super) async fn read(
    reading: &Reading<'_>,
    draft: &mut Draft<'_>,
) -> Result<Vec<Chart>, Failure> {
    let (language, period) = (reading.language, reading.period);
    let (mut outcomes, mut statuses) = (Counts::new(period), Counts::new(period));
    let mut kinds = Counts::new(period);
    let tasks = Tasks(reading.app.store());
    let filter = TaskFilter::default();
    let mut walk = reading.walk();
    while let Some(step) = walk.next().await? {
        let page = tasks.list_of_day(step.day, &filter, &step.request).await;
        let mut page = walk.take(page)?;
        page.retain(|task| is_of_mails(&task.task.queue));
        let ids = page.iter().filter_map(sent_as);
        let known = Mails(reading.app.store()).statuses(ids).await?;
        for task in page {
            let outcome = Outcome::of(&task);
            let mut name = outcome.name(language);
            if let Some(id) = sent_as(&task) {
                // What is not known of it is what SES said when it took it.
                let status = known.get(id).copied().unwrap_or(MailStatus::Sent);
                statuses.add(status, step.place, 1);
                name = told(status, language);
            }
            outcomes.add(outcome, step.place, 1);
            let row = tasks::row(&task, name);
            draft.row(&row).map_err(|error| unwritten(&error))?;
            kinds.add(task.task.kind, step.place, 1);
        }
    }

    let say = |english, german| say(language, english, german);
    let all = Outcome::ALL.map(|outcome| (outcome, outcome.name(language)));
    let all_told = TOLD.map(|status| (status, told(status, language)));
    Ok(vec![
        outcomes.chart(say("Outcomes", "Ergebnisse"), &all),
        statuses.chart(say("Of those sent", "Von den versandten"), &all_told),
        kinds.chart_of_all(say("Kinds", "Arten")),
    ])
}
