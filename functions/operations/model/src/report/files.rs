use std::fmt;

use cloud::{FileName, FolderName};
use jiff::SignedDuration;
use kernel::id::{TaskId, UserId};

use super::{Month, ReportKind};

/// The time for which the files of a report can be fetched. The bucket forgets them a day later.
pub const REPORT_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// A file of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFile {
    /// All of it, to be read.
    Pdf,
    /// The figures of the days.
    Days,
    /// What the figures were counted of, row by row.
    Rows,
}

/// The place of a file in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportKey {
    /// The account that asked for the report.
    pub owner: UserId,
    /// The task that made it.
    pub task_id: TaskId,
    /// Which file it is.
    pub file: ReportFile,
}

/// All reports of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportFolder(pub UserId);

impl ReportFile {
    /// All files of a report.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Days, Self::Rows];

    /// Its name in the bucket.
    fn key(self) -> &'static str {
        match self {
            Self::Pdf => "report.pdf",
            Self::Days => "days.csv",
            Self::Rows => "rows.csv",
        }
    }

    /// Its name for whoever downloads it.
    pub fn name(self, kind: ReportKind, month: Month) -> String {
        match self {
            Self::Pdf => format!("kinwise-{kind}-{month}.pdf"),
            Self::Days => format!("kinwise-{kind}-{month}-days.csv"),
            Self::Rows => format!("kinwise-{kind}-{month}-rows.csv"),
        }
    }

    /// What it is made of.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Days | Self::Rows => "text/csv; charset=utf-8",
        }
    }
}

impl FileName for ReportKey {}

impl FolderName for ReportFolder {}

impl fmt::Display for ReportKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (folder, name) = (ReportFolder(self.owner), self.file.key());
        write!(formatter, "{folder}{}/{name}", self.task_id)
    }
}

impl fmt::Display for ReportFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "reports/{}/", self.0)
    }
}
