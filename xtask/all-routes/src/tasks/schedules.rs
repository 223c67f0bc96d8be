//! Schedules.

use anyhow::ensure;
use api::App;
use kernel::audit::{Action, Object};
use operations::actions::{SCHEDULE_DISABLED, SCHEDULE_ENABLED, SCHEDULE_RUN};
use serde_json::json;
use store::AuditLog;
use work::schedule::{Runs, call as call_function};

use crate::tasks::audit;
use crate::tasks::shown::line;

pub(super) async fn list(app: &App) -> anyhow::Result<()> {
    let runs = Runs(app.store());
    let schedules = runs.list().await?;
    if schedules.is_empty() {
        println!("None is known yet: a stack that is new says its schedules within ten minutes.");
    }
    for declared in schedules {
        let last = runs.latest(&declared.name).await?;
        let last = last.map_or_else(
            || "never".to_owned(),
            |run| format!("{} {:?}, try {}", run.slot, run.outcome, run.tries),
        );
        line(&[
            (20, &declared.name),
            (3, if declared.disabled { "off" } else { "on" }),
            (22, &declared.expression),
            (14, &declared.time_zone),
            (0, &last),
        ]);
    }
    Ok(())
}

pub(super) async fn call(app: &App, name: &str) -> anyhow::Result<()> {
    note(app, name, SCHEDULE_RUN).await?;
    call_function(app, name, &json!({ "manual": true })).await?;
    println!("It runs; `cargo xtask tasks schedules` says how it ended.");
    Ok(())
}

pub(super) async fn switch(app: &App, name: &str, disabled: bool) -> anyhow::Result<()> {
    let action = if disabled {
        SCHEDULE_DISABLED
    } else {
        SCHEDULE_ENABLED
    };
    note(app, name, action).await?;
    Runs(app.store()).set_disabled(name, disabled).await?;
    println!("{name} is {}.", if disabled { "off" } else { "on" });
    Ok(())
}

/// Writes into the audit log what is done to a schedule, which must be there.
async fn note(app: &App, name: &str, action: Action) -> anyhow::Result<()> {
    let known = Runs(app.store()).lookup(name).await?;
    ensure!(
        known.is_some(),
        "no schedule {name} is known; a stack that is new says its schedules within ten minutes"
    );
    let audit = audit(app, action).on(Object::of("schedule", name));
    AuditLog(app.store()).add(&audit).await?;
    Ok(())
}
