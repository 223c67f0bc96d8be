//! The table of transitions, tried for every state and everything that can happen, on the real table.

use jiff::SignedDuration;
use kernel::id::TaskId;
use kernel::task::{Happening, TaskState};
use operations::jobs::Add;
use operations_testing::TestApp;
use store::{Claim, Claimed, End, Left, Revoked, TaskRow, Tasks, Yield};

const LEASE: SignedDuration = SignedDuration::from_secs(35);

const STATES: [TaskState; 6] = [
    TaskState::Pending,
    TaskState::Started,
    TaskState::Retry,
    TaskState::Success,
    TaskState::Failure,
    TaskState::Revoked,
];

const HAPPENINGS: [Happening; 7] = [
    Happening::Claim,
    Happening::Succeed,
    Happening::TryAgain,
    Happening::Fail,
    Happening::Stop,
    Happening::Revoke,
    Happening::GiveUp,
];

/// A task, with the claim of the worker that had it last.
struct Case<'a> {
    app: &'a TestApp,
    id: TaskId,
    claimed: Claimed,
}

impl<'a> Case<'a> {
    /// A task in this state. What is pending was never claimed: its worker has the claim of another task.
    async fn in_state(app: &'a TestApp, state: TaskState) -> Case<'a> {
        let id = record(app).await;
        let claimed = if state == TaskState::Pending {
            let other = record(app).await;
            let mut claimed = claim(app, other).await;
            claimed.task.id = id;
            claimed
        } else {
            claim(app, id).await
        };
        let case = Case { app, id, claimed };
        let (tasks, now) = (case.tasks(), app.now());
        match state {
            TaskState::Pending | TaskState::Started => {}
            TaskState::Retry => drop(
                tasks
                    .retry(&case.claimed, "again", None, now)
                    .await
                    .unwrap(),
            ),
            TaskState::Success => drop(tasks.succeed(&case.claimed, &DONE, now).await.unwrap()),
            TaskState::Failure => {
                let end = End::Redrivable;
                tasks.fail(&case.claimed, "no", end, now).await.unwrap();
            }
            TaskState::Revoked => drop(tasks.stop(&case.claimed, false, now).await.unwrap()),
        }
        assert_eq!(case.row().await.state, state);
        case
    }

    fn tasks(&self) -> Tasks<'a> {
        Tasks(self.app.app().store())
    }

    async fn row(&self) -> TaskRow {
        self.app.task(self.id).await
    }

    /// Has it happen, and tells whether it could.
    async fn happen(&self, happening: Happening) -> bool {
        let (tasks, claimed, now) = (self.tasks(), &self.claimed, self.app.now());
        let left = match happening {
            Happening::Claim => {
                let claim = tasks.claim(self.id, now, LEASE).await.unwrap();
                return matches!(claim, Claim::Claimed(_));
            }
            Happening::Revoke => {
                let audit = self.app.app().audit(operations::actions::TASK_REVOKED);
                let revoked = tasks.revoke(self.id, &audit).await.unwrap();
                return revoked == Revoked::Now;
            }
            Happening::GiveUp => {
                let row = self.row().await;
                return tasks.give_up(&row, "lost", now).await.unwrap();
            }
            Happening::Succeed => tasks.succeed(claimed, &DONE, now).await,
            Happening::TryAgain => tasks.retry(claimed, "again", None, now).await,
            Happening::Fail => tasks.fail(claimed, "no", End::Final, now).await,
            Happening::Stop => tasks.stop(claimed, false, now).await,
        };
        left.unwrap() == Left::Recorded
    }
}

const DONE: Yield<'static> = Yield {
    said: "done",
    result: None,
    forgets_input: false,
};

async fn record(app: &TestApp) -> TaskId {
    let (x, y) = (1.into(), 1.into());
    app.record_work(&Add { x, y }).await
}

async fn claim(app: &TestApp, id: TaskId) -> Claimed {
    let claim = Tasks(app.app().store()).claim(id, app.now(), LEASE).await;
    match claim.unwrap() {
        Claim::Claimed(claimed) => *claimed,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_can_happen_to_a_task_is_what_the_table_says() {
    let app = TestApp::start().await;
    for state in STATES {
        for happening in HAPPENINGS {
            // Giving up is decided by looking: of what is finished nobody decides it.
            if happening == Happening::GiveUp && state.is_final() {
                continue;
            }
            let case = Case::in_state(&app, state).await;
            if happening == Happening::Claim {
                app.advance(LEASE);
                // As an operator does who sends a dead letter back.
                case.tasks().redrive(case.id).await.unwrap();
            }
            let expected = state.after(happening);

            assert_eq!(
                case.happen(happening).await,
                expected.is_some(),
                "{state:?} {happening:?}"
            );

            let row = case.row().await;
            assert_eq!(
                row.state,
                expected.unwrap_or(state),
                "{state:?} {happening:?}"
            );
            assert_eq!(row.finished_at.is_some(), row.state.is_final(), "{row:?}");
        }
    }
    app.leave_work_undone();
}

#[tokio::test]
async fn a_worker_holds_a_task_as_long_as_its_lease_lasts() {
    let app = TestApp::start().await;
    let case = Case::in_state(&app, TaskState::Started).await;

    assert!(!case.happen(Happening::Claim).await);
    app.advance(LEASE);
    assert!(case.happen(Happening::Claim).await);

    // The first worker was only slow: what it says is not heard any more, whatever it is.
    for happening in [
        Happening::Succeed,
        Happening::TryAgain,
        Happening::Fail,
        Happening::Stop,
    ] {
        assert!(!case.happen(happening).await, "{happening:?}");
    }
    assert_eq!(case.row().await.state, TaskState::Started);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_worker_that_lost_a_task_of_many_tries_is_not_heard_either() {
    let app = TestApp::start().await;
    let mut case = Case::in_state(&app, TaskState::Started).await;
    // So many that its timeline takes no more steps.
    for _ in 0..20 {
        assert!(case.happen(Happening::TryAgain).await);
        case.claimed = claim(&app, case.id).await;
    }
    app.advance(LEASE);
    assert!(case.happen(Happening::Claim).await);

    let (tasks, lost, now) = (case.tasks(), &case.claimed, app.now());
    for left in [
        tasks.retry(lost, "again", None, now).await,
        tasks.fail(lost, "no", End::Redrivable, now).await,
        tasks.fail(lost, "no", End::Final, now).await,
        tasks.succeed(lost, &DONE, now).await,
        tasks.stop(lost, false, now).await,
    ] {
        assert_eq!(left.unwrap(), Left::Lost);
    }

    assert_eq!(case.row().await.state, TaskState::Started);
    app.leave_work_undone();
}

#[tokio::test]
async fn what_failed_for_good_is_not_claimed_again() {
    let app = TestApp::start().await;
    let case = Case::in_state(&app, TaskState::Started).await;
    assert!(case.happen(Happening::Fail).await);
    app.advance(SignedDuration::from_hours(1));

    assert!(!case.happen(Happening::Claim).await);

    assert_eq!(case.row().await.state, TaskState::Failure);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_task_that_was_given_up_meanwhile_changed_is_not_given_up() {
    let app = TestApp::start().await;
    let case = Case::in_state(&app, TaskState::Started).await;
    let looked_at = case.row().await;
    app.advance(LEASE);
    assert!(case.happen(Happening::Claim).await);

    let given_up = case.tasks().give_up(&looked_at, "lost", app.now()).await;

    assert!(!given_up.unwrap());
    assert!(!case.tasks().resend(&looked_at, app.now()).await.unwrap());
    assert_eq!(case.row().await.state, TaskState::Started);
    app.leave_work_undone();
}
