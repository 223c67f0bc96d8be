//! Tasks of a later moment: EventBridge Scheduler keeps them, and sends their message when they are due.

use aws_sdk_scheduler::error::DisplayErrorContext;
use aws_sdk_scheduler::operation::create_schedule::CreateScheduleError;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, Target,
};
use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::id::TaskId;
use kernel::job::Queue;

use crate::messages::LONGEST_DELAY;
use crate::settings::Relaying;
use kernel::task::TaskMessage;

/// Where messages go that a schedule could not send.
const FAILURES: Queue = Queue::named("schedule-failures");

/// How a message waits until its task is due.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// SQS keeps the message back for so long.
    Soon(SignedDuration),
    /// A schedule sends it at this moment.
    Later(Timestamp),
}

impl Due {
    /// How a task that is to be done at a moment waits.
    pub(crate) fn of(run_at: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(run_at) = run_at.filter(|moment| *moment > now) else {
            return Self::Soon(SignedDuration::ZERO);
        };
        let wait = run_at.duration_since(now);
        if wait <= LONGEST_DELAY {
            Self::Soon(wait)
        } else {
            Self::Later(run_at)
        }
    }
}

/// Has a message sent at a moment, once. True if that is settled: the schedule is named by the task, so one that is there is the
/// same, made before a crash.
///
/// The schedule deletes itself when it has run. It is nobody's resource, so it outlives deploys. It may run twice, and up to a
/// minute late; it never runs early.
pub(crate) async fn schedule(
    app: &App,
    message: &TaskMessage,
    queue: &Queue,
    at: Timestamp,
) -> bool {
    let settings = app.section::<Relaying>();
    let arn = |queue: &Queue| format!("{}{queue}", settings.queue_arn_prefix);
    let failures = DeadLetterConfig::builder().arn(arn(&FAILURES)).build();
    let target = Target::builder()
        .arn(arn(queue))
        .role_arn(&settings.schedule_role)
        .input(message.to_json())
        .dead_letter_config(failures)
        .build();
    let exactly = FlexibleTimeWindow::builder()
        .mode(FlexibleTimeWindowMode::Off)
        .build();
    let (Ok(target), Ok(exactly)) = (target, exactly) else {
        unreachable!("all that a target needs is set");
    };
    let created = app
        .clients()
        .scheduler()
        .create_schedule()
        .name(name(&app.settings().stack, message.task_id))
        .schedule_expression(expression(at))
        .flexible_time_window(exactly)
        .action_after_completion(ActionAfterCompletion::Delete)
        .target(target)
        .send()
        .await;
    match created {
        Ok(_) => true,
        Err(error)
            if error
                .as_service_error()
                .is_some_and(CreateScheduleError::is_conflict_exception) =>
        {
            true
        }
        Err(error) => {
            tracing::error!(task.id = %message.task_id, error = %DisplayErrorContext(error), "the task could not be scheduled");
            false
        }
    }
}

/// The name of a task's schedule: the stack's, by which the relay's role may make it, and the task's id without hyphens. It has
/// at most 64 characters, so a stack's name has at most 31.
fn name(stack: &str, id: TaskId) -> String {
    format!("{stack}-{}", id.uuid().simple())
}

/// The moment as Scheduler takes it, in whole seconds and rounded up: a message that comes early finds its task not due.
fn expression(at: Timestamp) -> String {
    let ceiling = (at.as_millisecond() + 999).div_euclid(1_000);
    let at = Timestamp::from_second(ceiling).unwrap_or(at);
    format!("at({})", at.strftime("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_of_an_hour_is_left_to_sqs_and_more_to_scheduler() {
        let now = at("2026-03-01T12:00:00Z");
        for (run_at, due) in [
            (None, Due::Soon(SignedDuration::ZERO)),
            (
                Some("2026-03-01T11:00:00Z"),
                Due::Soon(SignedDuration::ZERO),
            ),
            (
                Some("2026-03-01T12:15:00Z"),
                Due::Soon(SignedDuration::from_mins(15)),
            ),
            (
                Some("2026-03-01T12:15:00.001Z"),
                Due::Later(at("2026-03-01T12:15:00.001Z")),
            ),
        ] {
            assert_eq!(Due::of(run_at.map(at), now), due);
        }
    }

    #[test]
    fn a_schedule_never_runs_before_its_moment() {
        for (moment, text) in [
            ("2027-01-02T03:04:05Z", "at(2027-01-02T03:04:05)"),
            ("2027-01-02T03:04:05.001Z", "at(2027-01-02T03:04:06)"),
        ] {
            assert_eq!(expression(at(moment)), text);
        }
    }
}
