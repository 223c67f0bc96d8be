//! The areas whose conditions are proved, and what a change touches of them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::program;
use crate::workspace::Workspace;

/// What every area's tests run: a change in it may concern all of them.
const COMMON: [&str; 3] = ["shared/", "tests/support/", "xtask/src/conditions/"];

/// An area: a folder below `functions/` whose crates have contract tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// The folder's name.
    pub(crate) name: String,
    /// The folder.
    pub(crate) folder: PathBuf,
}

/// All areas, by their names.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<Area>> {
    let mut areas = Vec::new();
    for folder in folders(&workspace.path("functions"))? {
        let crates = [vec![folder.clone()], folders(&folder)?].concat();
        if crates
            .iter()
            .any(|path| path.join("tests/contract").is_dir())
        {
            let name = folder.file_name().context("a folder has a name")?;
            let name = name.to_string_lossy().into_owned();
            areas.push(Area { name, folder });
        }
    }
    areas.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(areas)
}

/// The paths that differ from a commit, if git knows it.
pub(crate) async fn changed_since(workspace: &Workspace, commit: &str) -> Option<Vec<String>> {
    let mut diff = program("git");
    diff.args(["diff", "--name-only", commit, "--"]);
    let output = diff.current_dir(workspace.root()).output().await.ok()?;
    let paths = String::from_utf8(output.stdout).ok()?;
    output
        .status
        .success()
        .then(|| paths.lines().map(str::to_owned).collect())
}

/// Whether changed files may concern the conditions of an area.
pub(crate) fn is_touched(area: &str, changed: &[String]) -> bool {
    let own = format!("functions/{area}/");
    let is_page = |path: &str| Path::new(path).extension().is_some_and(|it| it == "md");
    let concerns = |path: &String| {
        let is_in = |folder: &str| path.starts_with(folder);
        let is_common = COMMON.into_iter().any(is_in);
        // A table of conditions is a page and no page: somebody may have written it by hand.
        (is_common || is_in(&own)) && (!is_page(path) || path.ends_with(super::table::NAME))
    };
    changed.iter().any(concerns)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::is_touched;

    #[test]
    fn an_area_is_touched_by_its_own_files_and_by_what_all_share() {
        let is_touched_by = |path: &str| is_touched("accounts", &[path.to_owned()]);

        assert!(is_touched_by(
            "functions/accounts/model/src/session/store.rs"
        ));
        assert!(is_touched_by("functions/accounts/conditions.yaml"));
        assert!(is_touched_by("functions/accounts/CONDITIONS.md"));
        assert!(is_touched_by("shared/store/src/update.rs"));
        assert!(!is_touched_by("functions/accounts/README.md"));
        assert!(!is_touched_by("functions/orders/src/add_order.rs"));
        assert!(!is_touched_by("docs/COST.md"));
    }
}
