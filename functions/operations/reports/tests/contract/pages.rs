use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::audit::{Action, Entry, Object};
use kernel::task::Task;
use operations::jobs::Add;
use operations_testing::TestApp;
use store::Tasks;

use crate::support::{ask, column, fetch, lines, sum};

/// More than two pages of a day.
const MANY: u64 = 1_101;

/// Writes that are under way at once.
const AT_ONCE: usize = 50;

/// A task, and somebody who could not log in meanwhile.
fn something(app: &TestApp, number: u64) -> (Task, Entry) {
    let (x, y) = (number.into(), 1.into());
    let task = app.app().task(&Add { x, y });
    let failed = app.app().audit(Action::named("LOGIN_FAILED"));
    (task, failed.on(Object::the("password")).failed())
}

#[tokio::test]
async fn what_takes_many_pages_is_read_whole_and_once() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let tasks = Tasks(app.app().store());
    let numbers: Vec<u64> = (0..MANY).collect();
    for numbers in numbers.chunks(AT_ONCE) {
        let all: Vec<_> = numbers.iter().map(|one| something(&app, *one)).collect();
        let write = |(task, entry)| tasks.create(task, None, entry);
        let written = join_all(all.iter().map(|(task, entry)| write((task, entry)))).await;
        assert!(written.into_iter().all(|written| written.unwrap()));
        // Some are of one moment, and others are not.
        app.advance(SignedDuration::from_secs(1));
    }
    // They are not to be done, but to be counted.
    app.new_tasks().await;

    let of_tasks = ask(&app, &admin, "tasks", "2026-03").await;
    let of_activity = ask(&app, &admin, "activity", "2026-03").await;
    app.deliver().await;

    let files = fetch(&app, &admin, of_tasks).await;
    assert_eq!(sum(&lines(&files[1].1), "Kinds: add"), MANY);
    let rows = lines(&files[2].1);
    assert!(column(&rows, "Asked for").is_sorted_by(|one, next| one >= next));
    let mut ids = column(&rows, "Id");
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(
        column(&rows, "Kind")
            .iter()
            .filter(|kind| *kind == "add")
            .count() as u64,
        MANY
    );

    let files = fetch(&app, &admin, of_activity).await;
    assert_eq!(
        sum(&lines(&files[1].1), "Failed log-ins: Wrong password"),
        MANY
    );
    assert_eq!(
        lines(&files[2].1).len() as u64 - 1,
        MANY + sum(&lines(&files[1].1), "Log-ins: Succeeded")
            + sum(&lines(&files[1].1), "Registrations: Registrations")
    );
    app.leave_work_undone();
}
