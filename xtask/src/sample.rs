//! The functions' sample events: `events/AREA/FUNCTION.json`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// All sample events, in no order.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.path("events");
    let areas =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut events = Vec::new();
    for area in areas {
        for event in std::fs::read_dir(area?.path())? {
            events.push(event?.path());
        }
    }
    Ok(events)
}

/// The sample of a function, whatever its area.
pub(crate) fn of(workspace: &Workspace, function: &str) -> Result<PathBuf> {
    let mut events = all(workspace)?.into_iter();
    let named = events.find(|path| path.file_stem().is_some_and(|name| name == function));
    named.with_context(|| format!("there is no event {function}.json in events/"))
}
