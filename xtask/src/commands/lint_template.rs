//! `cargo xtask lint-template`: `sam validate --lint` of the template and of what is nested in it.

use anyhow::{Result, bail};

use crate::deploy::REGION;
use crate::process::{aim_at_emulator, run_logged};
use crate::steps::Steps;
use crate::template;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// Lint the template.
pub(crate) async fn run(workspace: &Workspace) -> Result<i32> {
    let steps = Steps::new();
    Tool::Sam.install(workspace, &steps).await?;
    for template in template::files(workspace)? {
        let shown = workspace.shown(&template);
        let step = steps.start(format_args!("lint {shown}"));
        let log = workspace.path("target/lint.log");
        let mut sam = Tool::Sam.command(workspace);
        // Linting calls no AWS; nothing of the user's may make it try.
        aim_at_emulator(&mut sam, "http://127.0.0.1:9", REGION);
        sam.args(["validate", "--lint", "--region", REGION, "--template-file"]);
        sam.arg(&template).current_dir(workspace.root());
        let mut lines = Vec::new();
        let status = run_logged(sam, &log, |line| lines.push(line.to_owned())).await?;
        if !status.success() {
            drop(step);
            for line in lines {
                crate::output::error(line);
            }
            bail!("{shown} has the faults shown above");
        }
        step.done("");
    }
    Ok(0)
}
