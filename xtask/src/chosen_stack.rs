//! Which stack an operator's command works on: the local one, or one in AWS.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;
use tokio::process::Command;

use crate::description::Description;
use crate::process::cargo;
use crate::steps::Steps;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// What names the stack.
#[derive(Args)]
pub(crate) struct ChosenStack {
    /// The stack in AWS, as `sam deploy` named it, reached with your AWS credentials [default: the
    /// local stack]
    #[arg(long)]
    stack_name: Option<String>,
    /// The AWS region of that stack [default: that of your AWS settings]
    #[arg(long, requires = "stack_name")]
    region: Option<String>,
}

impl ChosenStack {
    /// Takes its options out of the arguments of an inner command, behind which people write them as well.
    pub(crate) fn take_from(&mut self, arguments: &mut Vec<String>) -> Result<()> {
        for (name, place) in [
            ("--stack-name", &mut self.stack_name),
            ("--region", &mut self.region),
        ] {
            let Some(at) = arguments.iter().position(|one| is_option(one, name)) else {
                continue;
            };
            let option = arguments.remove(at);
            let value = match option.split_once('=') {
                Some((_, value)) => value.to_owned(),
                None if at < arguments.len() => arguments.remove(at),
                None => bail!("{name} needs a value"),
            };
            *place = Some(value);
        }
        if self.region.is_some() && self.stack_name.is_none() {
            bail!("--region is that of --stack-name, which is missing");
        }
        Ok(())
    }

    /// A command of `all-routes` that works on it: with the environment of its functions, and with what leads AWS clients to
    /// it.
    pub(crate) async fn command(&self, workspace: &Workspace, name: &str) -> Result<Command> {
        let environment = match &self.stack_name {
            None => Description::read(&workspace.home("local"))?.environment(),
            Some(stack) => deployed_environment(workspace, stack, self.region.as_deref()).await?,
        };
        let mut command = cargo();
        command.args(["run", "--quiet", "--package", "all-routes", "--", name]);
        command.current_dir(workspace.root()).envs(environment);
        Ok(command)
    }
}

/// Whether an argument is an option, alone or with its value.
fn is_option(argument: &str, name: &str) -> bool {
    let rest = argument.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// The functions' environment, from the outputs of a stack in AWS: each variable has an output of its name, such as
/// `StackName`. Outputs that are no variables are read by nobody there.
async fn deployed_environment(
    workspace: &Workspace,
    stack: &str,
    region: Option<&str>,
) -> Result<BTreeMap<String, String>> {
    Tool::Sam.install(workspace, &Steps::new()).await?;
    let mut list = Tool::Sam.command(workspace);
    list.args([
        "list",
        "stack-outputs",
        "--output",
        "json",
        "--stack-name",
        stack,
    ]);
    if let Some(region) = region {
        list.args(["--region", region]);
    }
    list.current_dir(workspace.root());
    let output = list.output().await?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let reason = text.lines().rfind(|line| !line.trim().is_empty());
        bail!(
            "the outputs of the stack {stack} cannot be read: {}",
            reason.unwrap_or("sam wrote nothing")
        );
    }
    let outputs: Value =
        serde_json::from_slice(&output.stdout).context("`sam list stack-outputs` wrote no JSON")?;
    let mut environment = BTreeMap::new();
    for one in outputs.as_array().into_iter().flatten() {
        if let (Some(key), Some(value)) = (one["OutputKey"].as_str(), one["OutputValue"].as_str()) {
            environment.insert(variable(key), value.to_owned());
        }
    }
    // The secret's address names the region, whatever the user's settings say.
    let region = environment
        .get("SIGNING_KEY_SECRET")
        .and_then(|arn| arn.split(':').nth(3))
        .map(str::to_owned);
    environment.extend(region.map(|region| ("AWS_REGION".to_owned(), region)));
    Ok(environment)
}

/// The variable of an output: `StackName` → `STACK_NAME`.
fn variable(output: &str) -> String {
    let mut name = String::new();
    for character in output.chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use yaml_serde::Value;

    use super::{ChosenStack, variable};
    use crate::template;
    use crate::workspace::Workspace;

    #[test]
    fn an_output_is_named_as_its_variable() {
        assert_eq!(variable("StackName"), "STACK_NAME");
        assert_eq!(variable("QueueUrlPrefix"), "QUEUE_URL_PREFIX");
    }

    #[test]
    fn options_behind_an_inner_command_are_taken_out_of_it() {
        for (written, stack, region, left) in [
            ("list --status OPEN", None, None, "list --status OPEN"),
            ("list --stack-name shop", Some("shop"), None, "list"),
            (
                "redrive work --region=eu-west-1 --stack-name=shop --all",
                Some("shop"),
                Some("eu-west-1"),
                "redrive work --all",
            ),
        ] {
            let mut chosen = ChosenStack {
                stack_name: None,
                region: None,
            };
            let mut arguments: Vec<String> = written.split(' ').map(str::to_owned).collect();
            chosen.take_from(&mut arguments).unwrap();
            assert_eq!(chosen.stack_name.as_deref(), stack);
            assert_eq!(chosen.region.as_deref(), region);
            assert_eq!(arguments.join(" "), left);
        }
        for wrong in ["list --stack-name", "list --region eu-west-1"] {
            let mut chosen = ChosenStack {
                stack_name: None,
                region: None,
            };
            let mut arguments: Vec<String> = wrong.split(' ').map(str::to_owned).collect();
            assert!(chosen.take_from(&mut arguments).is_err(), "{wrong}");
        }
    }

    /// Otherwise `create-admin --stack-name` would not start, as it needs what the functions do.
    #[test]
    fn every_variable_of_the_functions_has_its_output() {
        let read = |file: &Path| -> Value {
            let text = std::fs::read_to_string(file).unwrap();
            yaml_serde::from_str(&text).unwrap()
        };
        let names = |fields: &Value| -> BTreeSet<String> {
            let names = fields.as_mapping().unwrap().keys();
            names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect()
        };
        let workspace = Workspace::find().unwrap();
        let areas = template::areas(&workspace).unwrap();
        let variables = areas
            .iter()
            .flat_map(|file| names(&read(file)["Globals"]["Function"]["Environment"]["Variables"]));
        let variables: BTreeSet<String> = variables.collect();
        let outputs = names(&read(&workspace.path("template.yaml"))["Outputs"]);
        let given: BTreeSet<String> = outputs.iter().map(|output| variable(output)).collect();

        assert!(variables.len() >= 15, "{variables:?}");
        let missing: Vec<&String> = variables.difference(&given).collect();
        // Those of AWS are set for the local stack alone, and `Description` knows their values. The fonts are for write_report,
        // which no command starts.
        let others = [
            "AWS_ACCESS_KEY_ID",
            "AWS_ENDPOINT_URL",
            "AWS_SECRET_ACCESS_KEY",
            "REPORT_FONTS",
        ];
        assert_eq!(missing, others);
    }
}
