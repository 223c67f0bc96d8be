//! What `template.yaml` says of the functions: which there are, and whose binary serves each.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use yaml_serde::Value;

use crate::workspace::Workspace;

/// The folder in which the template looks for the archives of the binaries, one folder a crate.
const CODE: &str = "target/lambda/";
/// The archive of a crate's binary, in its folder.
const ARCHIVE: &str = "/bootstrap.zip";

/// The functions of the template, each with the crate whose binary serves it.
pub(crate) fn functions(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let file = workspace.path("template.yaml");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    read(&text).context("template.yaml cannot be read")
}

fn read(text: &str) -> Result<BTreeMap<String, String>> {
    let template: Value = yaml_serde::from_str(text)?;
    let resources = template.get("Resources").and_then(Value::as_mapping);
    let mut functions = BTreeMap::new();
    for (id, resource) in resources.into_iter().flatten() {
        if resource.get("Type").and_then(Value::as_str) != Some("AWS::Serverless::Function") {
            continue;
        }
        let property = |name: &str| resource.get("Properties")?.get(name)?.as_str();
        let of = || format!("the function {}", id.as_str().unwrap_or_default());
        let handler = property("Handler");
        let handler = handler.with_context(|| format!("{} has no Handler", of()))?;
        let code = property("CodeUri");
        let code = code.and_then(|code| code.strip_prefix(CODE)?.strip_suffix(ARCHIVE));
        let code =
            code.with_context(|| format!("the CodeUri of {} is no {CODE}CRATE{ARCHIVE}", of()))?;
        functions.insert(handler.to_owned(), code.to_owned());
    }
    Ok(functions)
}

#[cfg(test)]
mod tests {
    use super::read;

    const FUNCTION: &str = "
Globals: { Function: { Runtime: provided.al2023 } }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  ShowRoot:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${AWS::StackName}-show_root
";

    #[test]
    fn a_function_is_its_handler_and_its_crate() {
        let rest = "      Handler: show_root\n      CodeUri: target/lambda/site/bootstrap.zip\n";
        let functions = read(&format!("{FUNCTION}{rest}")).unwrap();
        let functions: Vec<_> = functions.into_iter().collect();
        assert_eq!(functions, [("show_root".to_owned(), "site".to_owned())]);
    }

    #[test]
    fn a_function_without_handler_or_code_is_named() {
        for (rest, expected) in [
            ("", "the function ShowRoot has no Handler"),
            (
                "      Handler: show_root\n      CodeUri: target/lambda/site/\n",
                "the CodeUri of the function ShowRoot is no target/lambda/CRATE/bootstrap.zip",
            ),
        ] {
            let refused = read(&format!("{FUNCTION}{rest}")).unwrap_err();
            assert_eq!(refused.to_string(), expected);
        }
    }
}
