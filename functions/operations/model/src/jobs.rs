//! The kinds of tasks that accounts may ask for. What each is asked with is its type; the function that does it stands in the
//! crate `tasks`, and that of reports, which needs fonts, in `reports`. Besides them the test mail, which administrators ask
//! for; its function stands in the crate `mails`.

use jiff::{SignedDuration, Timestamp};
use kernel::email::EmailAddress;
use kernel::id::{TaskId, UserId};
use kernel::job::{Job, Queue};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::report::{Month, ReportKind};

/// Adds two numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Add {
    /// The first number.
    pub x: Number,
    /// The second number.
    pub y: Number,
}

impl Job for Add {
    const KIND: &'static str = "add";
    const QUEUE: Queue = Queue::WORK;
}

/// Works for a time, tells how far it is, and stops when it is called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongRunning {
    /// The seconds that it works, at most [`LONGEST_RUN`].
    pub duration: u64,
}

/// The seconds that a task can be asked to work. It is longer than a function lives, so it is done in several.
pub const LONGEST_RUN: u64 = 600;

impl Job for LongRunning {
    const KIND: &'static str = "long_running";
    const QUEUE: Queue = Queue::WORK;
    const RETRY_BASE: SignedDuration = SignedDuration::from_secs(10);
}

/// Counts the words, lines and bytes of a text, and makes its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessData {
    /// The text, of at most [`MOST_DATA`] bytes.
    pub data: String,
}

/// The bytes of a text that a task can be asked to look at: the task holds it, and each of its changes costs by its size.
pub const MOST_DATA: usize = 16 * 1024;

impl Job for ProcessData {
    const KIND: &'static str = "process_data";
    const QUEUE: Queue = Queue::WORK;
}

/// Sends a mail that says that mail arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendTestMail {
    /// The address that it goes to.
    pub to: EmailAddress,
    /// The language that it is written in, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl Job for SendTestMail {
    const KIND: &'static str = "send_test_mail";
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const FORGETS_INPUT: bool = true;
}

/// Writes a report on a month, as files, and has its owner told. For operators alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteReport {
    /// What the report is about.
    pub report: ReportKind,
    /// The month that it is about: up to now, where it is not over.
    pub month: Month,
}

/// The time limit of `write_report` (`Timeout` in `functions/workers/template.yaml`).
pub const REPORT_TIMEOUT: SignedDuration = SignedDuration::from_secs(300);

impl Job for WriteReport {
    const KIND: &'static str = "report";
    const QUEUE: Queue = Queue::REPORTS;
    const TIME_LIMIT: SignedDuration = SignedDuration::from_secs(290);
}

/// Says that a report is ready, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReportReady {
    /// The account that asked for it.
    pub user_id: UserId,
    /// The task that made it.
    pub task_id: TaskId,
    /// The moment from which its files can be fetched.
    pub ready_at: Timestamp,
    /// The report itself.
    pub report: WriteReport,
}

impl Job for SendReportReady {
    const KIND: &'static str = "send_report_ready";
    const QUEUE: Queue = Queue::MAIL_BULK;
}

/// The furthest ahead that a task can be asked for.
pub const FURTHEST_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kernel::id::TaskId;
    use kernel::task::Task;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;
    use serde_json::json;

    use super::*;

    fn is_read_back<J: Job + PartialEq + std::fmt::Debug>(kind: &str, stored: &serde_json::Value) {
        let job: J = serde_json::from_value(stored.clone()).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let id = TaskId::new(now, &mut StdRng::seed_from_u64(1));
        let task = Task::new(id, &job, now);

        assert_eq!((task.kind.as_str(), &task.input), (kind, stored));
        assert_eq!(task.input_of::<J>(), Some(job));
    }

    /// Tasks wait for up to a year: what is stored must stay readable.
    #[test]
    fn stored_inputs_are_read() {
        is_read_back::<Add>("add", &json!({"x": 5, "y": 2.5}));
        is_read_back::<LongRunning>("long_running", &json!({"duration": 600}));
        is_read_back::<ProcessData>("process_data", &json!({"data": "a b"}));
        is_read_back::<SendTestMail>("send_test_mail", &json!({"to": "ann@example.com"}));
        let report = json!({"report": "activity", "month": "2026-11"});
        is_read_back::<WriteReport>("report", &report);
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
        let ready = json!({"user_id": id, "task_id": id, "ready_at": "2026-12-01T02:00:00Z", "report": report});
        is_read_back::<SendReportReady>("send_report_ready", &ready);
    }
}
