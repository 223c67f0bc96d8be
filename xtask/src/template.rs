//! What the templates say of the functions: which there are, and whose binary serves each. `template.yaml` nests the
//! template of each area, `functions/AREA/template.yaml`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use yaml_serde::Value;

use crate::workspace::Workspace;

/// The folder in which a template of an area looks for the archives of the binaries, one folder a crate.
const CODE: &str = "../../target/lambda/";
/// The archive of a crate's binary, in its folder.
const ARCHIVE: &str = "/bootstrap.zip";

/// A function of a template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name in the template.
    pub(crate) logical: String,
    /// Its one name everywhere else.
    pub(crate) name: String,
    /// The crate whose binary serves it.
    pub(crate) package: String,
}

/// The functions of all areas, in the order of the templates.
pub(crate) fn functions(workspace: &Workspace) -> Result<Vec<Function>> {
    let mut functions = Vec::new();
    for file in areas(workspace)? {
        functions.extend(functions_of_area(workspace, &file)?);
    }
    Ok(functions)
}

/// The functions of the area that has a template, in its order.
pub(crate) fn functions_of_area(workspace: &Workspace, template: &Path) -> Result<Vec<Function>> {
    let text = read(template)?;
    let of_area = functions_of(&text);
    of_area.with_context(|| format!("{} cannot be read", workspace.shown(template)))
}

/// The template of each area that `template.yaml` nests.
pub(crate) fn areas(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let nested = nested(&read(&workspace.path("template.yaml"))?)?;
    let areas = nested
        .into_iter()
        .filter(|file| file.starts_with("functions/"));
    Ok(areas.map(|file| workspace.path(&file)).collect())
}

/// The files of the templates, that of the whole first.
pub(crate) fn files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let root = workspace.path("template.yaml");
    let nested = nested(&read(&root)?)?;
    let nested = nested.iter().map(|file| workspace.path(file));
    Ok(std::iter::once(root.clone()).chain(nested).collect())
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The resources of a type, each with its name and its properties.
fn resources<'a>(
    template: &'a Value,
    kind: &'static str,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let resources = template.get("Resources").and_then(Value::as_mapping);
    let resources = resources.into_iter().flatten();
    let of_kind = resources.filter(move |(_, resource)| resource["Type"] == kind);
    of_kind.map(|(id, resource)| (id.as_str().unwrap_or_default(), &resource["Properties"]))
}

/// The templates that a template nests, by their paths from its folder.
fn nested(text: &str) -> Result<Vec<String>> {
    let template: Value = yaml_serde::from_str(text)?;
    let stacks = resources(&template, "AWS::CloudFormation::Stack");
    let files = stacks.filter_map(|(_, stack)| stack["TemplateURL"].as_str());
    Ok(files.map(str::to_owned).collect())
}

fn functions_of(text: &str) -> Result<Vec<Function>> {
    let template: Value = yaml_serde::from_str(text)?;
    let mut functions = Vec::new();
    for (logical, properties) in resources(&template, "AWS::Serverless::Function") {
        let property = |name: &str| properties.get(name)?.as_str();
        let of = || format!("the function {logical}");
        let name = property("Handler");
        let name = name.with_context(|| format!("{} has no Handler", of()))?;
        let code = property("CodeUri");
        let code = code.and_then(|code| code.strip_prefix(CODE)?.strip_suffix(ARCHIVE));
        let code =
            code.with_context(|| format!("the CodeUri of {} is no {CODE}CRATE{ARCHIVE}", of()))?;
        functions.push(Function {
            logical: logical.to_owned(),
            name: name.to_owned(),
            package: code.to_owned(),
        });
    }
    Ok(functions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "
Globals: { Function: { Runtime: provided.al2023 } }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  ShowRoot:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${Name}-show_root
";

    #[test]
    fn a_function_is_its_handler_and_its_crate() {
        let rest =
            "      Handler: show_root\n      CodeUri: ../../target/lambda/site/bootstrap.zip\n";
        let functions = functions_of(&format!("{FUNCTION}{rest}")).unwrap();
        let [logical, name, package] = ["ShowRoot", "show_root", "site"].map(str::to_owned);
        let expected = Function {
            logical,
            name,
            package,
        };
        assert_eq!(functions, [expected]);
    }

    #[test]
    fn a_function_without_handler_or_code_is_named() {
        for (rest, expected) in [
            ("", "the function ShowRoot has no Handler"),
            (
                "      Handler: show_root\n      CodeUri: ../../target/lambda/site/\n",
                "the CodeUri of the function ShowRoot is no ../../target/lambda/CRATE/bootstrap.zip",
            ),
        ] {
            let refused = functions_of(&format!("{FUNCTION}{rest}")).unwrap_err();
            assert_eq!(refused.to_string(), expected);
        }
    }

    #[test]
    fn what_a_template_nests_is_found() {
        let stack = "{ Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: functions/site/template.yaml } }";
        let text =
            format!("Resources:\n  Site: {stack}\n  Table: {{ Type: AWS::DynamoDB::Table }}\n");
        assert_eq!(nested(&text).unwrap(), ["functions/site/template.yaml"]);
    }
}
