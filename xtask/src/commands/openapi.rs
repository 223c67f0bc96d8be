//! `cargo xtask openapi`: the OpenAPI document, generated from the handlers and kept in docs/.

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::output::line;
use crate::process::{cargo, run_in_terminal};
use crate::workspace::Workspace;

const FILES: [&str; 2] = ["openapi.json", "openapi.yaml"];

/// What `openapi` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when docs/ is not what the handlers say
    #[arg(long)]
    check: bool,
}

/// Run it.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let docs = workspace.path("docs");
    let folder = if arguments.check {
        workspace.path("target/openapi")
    } else {
        docs.clone()
    };
    std::fs::create_dir_all(&folder)?;
    let mut generate = cargo();
    generate.args(["run", "--quiet", "--package", "all-routes", "--", "openapi"]);
    generate.arg(&folder).current_dir(workspace.root());
    let code = run_in_terminal(generate).await?;
    if code != 0 {
        bail!("the OpenAPI document could not be generated");
    }
    for file in FILES {
        let generated = folder.join(file);
        let new = std::fs::read(&generated)
            .with_context(|| format!("{} was not generated", workspace.shown(&generated)))?;
        if !arguments.check {
            line(format_args!("docs/{file}"));
        } else if std::fs::read(docs.join(file)).ok() != Some(new) {
            bail!(
                "docs/{file} is not what the handlers say: run `cargo xtask openapi` and commit it"
            );
        }
    }
    Ok(0)
}
