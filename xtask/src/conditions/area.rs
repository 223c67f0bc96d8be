//! The areas whose conditions are proved, and what a change touches of them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::program;
use crate::workspace::Workspace;

/// What the functions of every area run: a change in it may bring other conditions to all of them.
const COMMON: &str = "shared/";

/// What the tests of every area run, and what judges them: a change in it may have any of them say less.
const JUDGES: [&str; 2] = ["tests/support/", "xtask/src/conditions/"];

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

/// What a change may do to the conditions of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    /// It is about something else.
    None,
    /// It changes what the functions of all areas share: there may be other conditions, but no test is another.
    Common,
    /// It changes the area, or what its tests rest on: each of them may say less than it did.
    Own,
}

/// What changed files may do to the conditions of an area.
pub(crate) fn touch(area: &str, changed: &[String]) -> Touch {
    let own = format!("functions/{area}/");
    let is_page = |path: &str| Path::new(path).extension().is_some_and(|it| it == "md");
    let touch = |path: &String| {
        let is_in = |folder: &str| path.starts_with(folder);
        // A table of conditions is a page and no page: somebody may have written it by hand.
        if is_page(path) && !path.ends_with(super::table::NAME) {
            Touch::None
        } else if is_in(&own) || JUDGES.into_iter().any(is_in) {
            Touch::Own
        } else if is_in(COMMON) {
            Touch::Common
        } else {
            Touch::None
        }
    };
    changed.iter().map(touch).max().unwrap_or(Touch::None)
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
    use super::{Touch, touch};

    #[test]
    fn an_area_is_touched_by_its_own_files_and_by_what_all_share() {
        let touch_of = |paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
            touch("accounts", &paths)
        };

        for own in [
            "functions/accounts/model/src/session/store.rs",
            "functions/accounts/conditions.yaml",
            "functions/accounts/CONDITIONS.md",
            "tests/support/src/held.rs",
            "xtask/src/conditions/proof.rs",
        ] {
            assert_eq!(touch_of(&[own]), Touch::Own, "{own}");
            assert_eq!(touch_of(&[own, "shared/store/src/update.rs"]), Touch::Own);
        }
        let common = "shared/store/src/update.rs";
        assert_eq!(touch_of(&[common, "docs/COST.md"]), Touch::Common);
        for other in [
            "functions/accounts/README.md",
            "functions/orders/src/add_order.rs",
            "docs/COST.md",
        ] {
            assert_eq!(touch_of(&[other]), Touch::None, "{other}");
        }
        assert_eq!(touch_of(&[]), Touch::None);
    }
}
