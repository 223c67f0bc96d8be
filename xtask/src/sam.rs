//! `sam deploy` onto the emulator, and a sentence of what went wrong when it fails.

use std::path::Path;

use anyhow::{Result, bail};
use http::Method;
use local_aws::Aws;

use crate::cloudformation;
use crate::deploy::{REGION, STACK, Target};
use crate::process::{aim_at_emulator, run_logged};
use crate::tools::Tool;

/// The bucket that `sam deploy` puts code and nested templates into on their way.
pub(crate) const BUCKET: &str = "kinwise-local-deploy";

/// Deploy the template onto the emulator.
pub(crate) async fn sam_deploy(target: &Target<'_>) -> Result<()> {
    let step = target.steps.start("deploy the template");
    make_bucket(target.aws).await?;

    let log = target.home.file("deploy.log");
    let mut sam = Tool::Sam.command(target.workspace);
    aim_at_emulator(&mut sam, target.endpoint, REGION);
    sam.current_dir(target.workspace.root());
    sam.args(["deploy", "--config-env", "local"]);
    // Named, or a `sam build` of the user's would be deployed in its place.
    sam.args(["--template-file", "template.yaml"]);
    sam.args(["--s3-bucket", BUCKET, "--no-progressbar"]);
    let status = run_logged(sam, &log, |line| {
        if let Some(resource) = deployed_resource(line) {
            step.note(resource);
        }
    })
    .await?;
    if status.success() {
        step.done("");
        return Ok(());
    }
    drop(step);
    let mut why = last_error(&log);
    // Of a stack that failed, CloudFormation knows more than sam says.
    if why.contains("Failed to create/update the stack")
        && let Some(reason) = cloudformation::failure(target.aws, STACK).await
    {
        why = reason;
    }
    bail!(
        "the deploy failed: {why} (log: {})",
        target.workspace.shown(&log)
    );
}

/// Make that bucket, unless it is there.
pub(crate) async fn make_bucket(aws: &Aws) -> Result<()> {
    let path = format!("/{BUCKET}");
    let found = aws.call("s3", Method::HEAD, &path, &[], Vec::new()).await?;
    if !found.status.is_success() {
        aws.call("s3", Method::PUT, &path, &[], Vec::new()).await?;
    }
    Ok(())
}

/// The resource in a line of the table of events that `sam deploy` prints.
fn deployed_resource(line: &str) -> Option<&str> {
    let mut columns = line.split_whitespace();
    let status = columns.next()?;
    let is_status = status.starts_with("CREATE_") || status.starts_with("UPDATE_");
    is_status.then(|| columns.nth(1)).flatten()
}

/// The last line of a log that says it is an error, otherwise the last line.
fn last_error(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    lines()
        .rfind(|line| line.starts_with("Error"))
        .or_else(|| lines().next_back())
        .map_or("sam wrote nothing", |line| {
            line.trim_start_matches("Error: ")
        })
        .trim()
        .to_owned()
}
