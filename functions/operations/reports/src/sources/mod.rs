//! Where the rows and figures of a report come from. Days are read from the last to the first, and within a day the newest
//! comes first, page by page: no more than a page is held.

mod activity;
mod mails;
mod tasks;

use cloud::App;
use jiff::civil::Date;
use kernel::error_chain;
use operations::report::ReportKind;
use report::{Chart, Language, Period};
use std::time::Duration;
use store::{Page, PageError, PageRequest, Position};
use work::{Failure, Run};

use crate::draft::{Columns, Draft};
use crate::language::say;

/// What is read at once.
const AT_ONCE: usize = 500;

/// The time that must be left for making the files.
const LEAST_TIME: Duration = Duration::from_secs(90);

/// A reading of a period for a report.
pub(crate) struct Reading<'a> {
    pub(crate) app: &'a App,
    pub(crate) run: &'a Run,
    pub(crate) period: Period,
    pub(crate) language: Language,
}

/// The columns of the rows of a report.
pub(crate) fn columns(kind: ReportKind, language: Language) -> Columns {
    match kind {
        ReportKind::Activity => activity::columns(language),
        ReportKind::Mail => mails::columns(language),
        ReportKind::Tasks => tasks::columns(language, say(language, "Tasks", "Aufgaben")),
    }
}

/// Writes the rows of a report, and gives the charts of what they say.
pub(crate) async fn read(
    kind: ReportKind,
    reading: &Reading<'_>,
    draft: &mut Draft<'_>,
) -> Result<Vec<Chart>, Failure> {
    match kind {
        ReportKind::Activity => activity::read(reading, draft).await,
        ReportKind::Mail => mails::read(reading, draft).await,
        ReportKind::Tasks => tasks::read(reading, draft).await,
    }
}

/// A way through all days of a period, and through all pages of each.
struct Walk<'a> {
    reading: &'a Reading<'a>,
    /// The days to come, the first one last, and then the one that is read.
    days: Vec<Date>,
    day: Option<Date>,
    /// Where the day goes on.
    position: Option<Position>,
}

/// A page to read.
struct Step {
    day: Date,
    /// The place of the day in the period, from 0.
    place: usize,
    request: PageRequest,
}

impl Reading<'_> {
    fn walk(&self) -> Walk<'_> {
        Walk {
            reading: self,
            days: self.period.iter().collect(),
            day: None,
            position: None,
        }
    }
}

impl Walk<'_> {
    /// The next page to read.
    async fn next(&mut self) -> Result<Option<Step>, Failure> {
        let run = self.reading.run;
        if run.time_left() < LEAST_TIME {
            let reason = "the month has more than one function can read";
            return Err(Failure::Permanent(reason.to_owned()));
        }
        if self.position.is_none() {
            let (total, left) = (self.reading.period.days(), self.days.len());
            // Says that it goes on, and hears that it is not to.
            run.tell((total - left) as u64, total as u64).await?;
            self.day = self.days.pop();
        }
        Ok(self.day.map(|day| Step {
            day,
            place: self.days.len(),
            request: PageRequest::new(AT_ONCE, self.position.take()),
        }))
    }

    /// Takes what is on a page that was read.
    fn take<T>(&mut self, page: Result<Page<T>, PageError>) -> Result<Vec<T>, Failure> {
        let page = page.map_err(unread)?;
        self.position = page.next;
        Ok(page.items)
    }
}

fn unread(error: PageError) -> Failure {
    match error {
        PageError::Store(error) => error.into(),
        other => Failure::Transient(other.to_string()),
    }
}

/// A file that cannot be made is no better the next time.
pub(crate) fn unwritten(error: &report::Error) -> Failure {
    Failure::Permanent(error_chain(error))
}
