//! The tasks that an account asked for, as a part of its copy and of its end, and the reports that some of them wrote.

use cloud::App;
use kernel::id::UserId;
use operations::report::ReportFolder;
use serde_json::{Map, Value, json};
use store::{PageError, PageRequest, TaskFilter, TaskRow, Tasks};
use work::{Belongings, Ended, Failure, Step};

/// The tasks that an account asked for by itself. Those that follow from something else hold ids alone, and go by themselves.
pub struct TaskBelongings;

/// The tasks that are read at once.
const AT_ONCE: usize = 100;

impl Belongings for TaskBelongings {
    fn copy<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Map<String, Value>> {
        Box::pin(copy(app, user_id))
    }

    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended> {
        Box::pin(end(app, user_id))
    }
}

async fn copy(app: &App, user_id: UserId) -> Result<Map<String, Value>, Failure> {
    let (tasks, mut all) = (Tasks(app.store()), Vec::new());
    let mut position = None;
    loop {
        let request = PageRequest::new(AT_ONCE, position);
        let filter = TaskFilter::default();
        let page = tasks.list_own(user_id, &filter, &request).await;
        let page = page.map_err(unlisted)?;
        all.extend(page.items.iter().map(described));
        position = page.next;
        if position.is_none() {
            return Ok(Map::from_iter([("tasks".to_owned(), json!(all))]));
        }
    }
}

async fn end(app: &App, user_id: UserId) -> Result<Ended, Failure> {
    let tasks = Tasks(app.store());
    let removed = tasks.remove_some_of(user_id, AT_ONCE).await?;
    if removed == AT_ONCE {
        return Ok(Ended::Partly("there are more tasks to delete"));
    }
    // After the tasks: without them nothing writes a report any more.
    let files = app.files().delete_prefix(&ReportFolder(user_id)).await?;
    Ok(Ended::All(removed + files))
}

fn described(row: &TaskRow) -> Value {
    json!({
        "task_id": row.task.id,
        "type": row.task.kind,
        "status": row.state,
        "parameters": row.task.input,
        "error": row.last_error,
        "created_at": row.task.created_at,
        "finished_at": row.finished_at,
    })
}

fn unlisted(error: PageError) -> Failure {
    match error {
        PageError::Store(error) => error.into(),
        other => Failure::Transient(other.to_string()),
    }
}
