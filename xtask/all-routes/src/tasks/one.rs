//! One task.

use anyhow::{Context as _, bail};
use api::App;
use kernel::id::TaskId;
use operations::actions::{TASK_RETRIED, TASK_REVOKED};
use store::{Again, Revoked, TaskRow, Tasks};

use crate::tasks::audit;
use crate::tasks::shown::line;

pub(super) async fn show(app: &App, id: TaskId) -> anyhow::Result<()> {
    let row = look_up(app, id).await?;
    let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let retried = row.retried_by.map(|id| id.to_string()).unwrap_or_default();
    for (name, value) in [
        ("type", row.task.kind.clone()),
        ("queue", row.task.queue.to_string()),
        ("status", row.state.as_str().to_owned()),
        ("attempts", row.attempts.to_string()),
        ("error", row.last_error.clone().unwrap_or_default()),
        ("outcome", row.result.clone().unwrap_or_default()),
        ("created", row.task.created_at.to_string()),
        ("run at", moment(row.task.run_at)),
        ("finished", moment(row.finished_at)),
        ("retried by", retried),
    ] {
        line(&[(12, name), (0, &value)]);
    }
    for step in &row.timeline {
        line(&[
            (12, ""),
            (24, &step.at.to_string()),
            (8, step.state.as_str()),
            (2, &step.attempt.to_string()),
            (0, step.reason.as_deref().unwrap_or_default()),
        ]);
    }
    Ok(())
}

pub(super) async fn retry(app: &App, id: TaskId) -> anyhow::Result<()> {
    let failed = look_up(app, id).await?;
    let now = app.now();
    let retry_id = TaskId::new(now, &mut app.random());
    let retry = failed.task.clone().again(retry_id, now);
    let audit = audit(app, TASK_RETRIED).on(id);
    match Tasks(app.store())
        .try_again(&failed, &retry, &audit)
        .await?
    {
        Again::Asked => println!("It is tried again, as {retry_id}."),
        Again::AskedBefore(before) => bail!("it is tried again already, as {before}"),
        Again::NotFailed(state) => bail!("it has not failed: {}", state.as_str()),
        Again::Forgotten => bail!("what it was to be done with is not kept"),
    }
    Ok(())
}

pub(super) async fn revoke(app: &App, id: TaskId) -> anyhow::Result<()> {
    let audit = audit(app, TASK_REVOKED).on(id);
    match Tasks(app.store()).revoke(id, &audit).await? {
        Revoked::Now => println!("It will not run."),
        Revoked::Stopping => println!("Its worker is told to stop."),
        Revoked::Finished(state) => bail!("it is finished: {}", state.as_str()),
        Revoked::Unknown => bail!("there is no such task"),
    }
    Ok(())
}

async fn look_up(app: &App, id: TaskId) -> anyhow::Result<TaskRow> {
    let found = Tasks(app.store()).lookup(id).await?;
    found.context("there is no such task")
}
