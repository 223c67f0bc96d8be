//! The templates that an installation is deployed from, as far as tests make what they describe.
//!
//! `template.yaml` is read first, then every template that it nests: an area's tables and queues are found because they are
//! deployed. What a test stands on is so what production stands on, and a table or an index that no template has is none
//! here either.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Map, Value};
use yaml_serde::Value as Yaml;

/// A stack: the resources of a template, and the values of its parameters.
#[derive(Debug)]
pub(crate) struct Stack {
    parameters: BTreeMap<String, Value>,
    resources: Map<String, Value>,
}

/// A resource of a stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resource<'a> {
    /// Its name in the template.
    pub(crate) logical_id: &'a str,
    properties: &'a Value,
    stack: &'a Stack,
}

/// What CloudFormation's own parameters stand for in one installation.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// `AWS::StackName`, which all names begin with.
    pub(crate) stack: &'a str,
    /// `AWS::Region`.
    pub(crate) region: &'a str,
    /// `AWS::AccountId`.
    pub(crate) account: &'a str,
}

/// The stacks of an installation. The files are read once in a process.
pub(crate) fn stacks() -> &'static [Stack] {
    static STACKS: OnceLock<Vec<Stack>> = OnceLock::new();
    STACKS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        read(&root, BTreeMap::new())
    })
}

/// All resources of one type.
pub(crate) fn resources(kind: &str) -> impl Iterator<Item = Resource<'static>> {
    stacks().iter().flat_map(move |stack| stack.resources(kind))
}

/// Reads a template and those that it nests.
fn read(path: &Path, given: BTreeMap<String, Value>) -> Vec<Stack> {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    let mut template = parse(&text);
    let mut parameters = BTreeMap::new();
    for (name, parameter) in template["Parameters"].as_object().into_iter().flatten() {
        if let Some(default) = parameter.get("Default") {
            parameters.insert(name.clone(), default.clone());
        }
    }
    parameters.extend(given);
    let stack = Stack {
        parameters,
        resources: match template["Resources"].take() {
            Value::Object(resources) => resources,
            _ => Map::new(),
        },
    };
    let mut nested = Vec::new();
    for resource in stack.resources("AWS::CloudFormation::Stack") {
        let file = resource.properties["TemplateURL"].as_str();
        let file = path.with_file_name(file.expect("a nested stack names its template"));
        nested.extend(read(&file, resource.given()));
    }
    let mut stacks = vec![stack];
    stacks.extend(nested);
    stacks
}

/// Reads a template with the short forms of CloudFormation's functions written out, as JSON has them.
fn parse(text: &str) -> Value {
    json(yaml_serde::from_str(text).expect("a template is YAML"))
}

fn json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                "Ref" => "Ref".to_owned(),
                name => format!("Fn::{name}"),
            };
            Value::Object(Map::from_iter([(name, json(tagged.value))]))
        }
        Yaml::Sequence(items) => items.into_iter().map(json).collect(),
        Yaml::Mapping(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let name = name.as_str().expect("a template's fields have names");
                (name.to_owned(), json(value))
            })
            .collect(),
        plain => serde_json::to_value(plain).expect("plain YAML is JSON"),
    }
}

impl Stack {
    fn resources(&self, kind: &str) -> impl Iterator<Item = Resource<'_>> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(logical_id, resource)| Resource {
                logical_id,
                properties: &resource["Properties"],
                stack: self,
            })
    }

    /// A value with the functions in it resolved.
    fn resolve(&self, value: &Value, names: &Names<'_>) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.resolve(item, names)).collect(),
            Value::Object(fields) => match function(fields) {
                Some(("Ref", Value::String(name))) => self.reference(name, names),
                Some(("Fn::Sub", Value::String(text))) => self.substitute(text, names).into(),
                Some(("Fn::GetAtt", Value::String(path))) => self.attribute(path, names),
                Some((name, argument)) => {
                    panic!("tests' support does not know {name} of {argument}")
                }
                None => fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.resolve(value, names)))
                    .collect(),
            },
            plain => plain.clone(),
        }
    }

    /// What `!Ref` gives for a parameter.
    fn reference(&self, name: &str, names: &Names<'_>) -> Value {
        match name {
            "AWS::StackName" => names.stack.into(),
            "AWS::Region" => names.region.into(),
            "AWS::AccountId" => names.account.into(),
            "AWS::Partition" => "aws".into(),
            _ => {
                let value = self.parameters.get(name);
                let value = value.unwrap_or_else(|| panic!("{name} is no parameter with a value"));
                self.resolve(value, names)
            }
        }
    }

    /// A text with what stands in `${…}` replaced.
    fn substitute(&self, text: &str, names: &Names<'_>) -> String {
        let mut parts = text.split("${");
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').expect("`${` has its `}`");
            result += &text_of(&self.reference(name, names));
            result += rest;
        }
        result
    }

    /// What `!GetAtt` gives for the ARN of a queue.
    fn attribute(&self, path: &str, names: &Names<'_>) -> Value {
        let queue = path.strip_suffix(".Arn").and_then(|id| {
            self.resources("AWS::SQS::Queue")
                .find(|queue| queue.logical_id == id)
        });
        let queue = queue.unwrap_or_else(|| panic!("{path} is not the ARN of a queue"));
        let name = queue.text("QueueName", names);
        format!("arn:aws:sqs:{}:{}:{name}", names.region, names.account).into()
    }
}

impl Resource<'_> {
    /// A property, where the template sets it.
    pub(crate) fn property(&self, name: &str, names: &Names<'_>) -> Option<Value> {
        let value = self.properties.get(name)?;
        Some(self.stack.resolve(value, names))
    }

    /// A property that has to be there, as a text.
    pub(crate) fn text(&self, name: &str, names: &Names<'_>) -> String {
        let value = self.property(name, names);
        text_of(&value.unwrap_or_else(|| panic!("{} has no {name}", self.logical_id)))
    }

    /// What the resource is called in the functions' environment: `CODE_PEPPER_SECRET` of `CodePepperSecret`.
    pub(crate) fn variable(&self) -> String {
        let mut variable = String::new();
        for letter in self.logical_id.chars() {
            if letter.is_ascii_uppercase() && !variable.is_empty() {
                variable.push('_');
            }
            variable.push(letter.to_ascii_uppercase());
        }
        variable
    }

    /// What a nested stack is given: its parameters, in terms that mean the same in its template.
    fn given(&self) -> BTreeMap<String, Value> {
        let parameters = &self.stack.parameters;
        let given = self.properties["Parameters"].as_object();
        given
            .into_iter()
            .flatten()
            .map(|(name, value)| {
                let value = match value.as_object().and_then(function) {
                    Some(("Ref", Value::String(name))) => parameters.get(name).unwrap_or(value),
                    _ => value,
                };
                (name.clone(), value.clone())
            })
            .collect()
    }
}

/// The function that an object stands for, with its argument.
fn function(fields: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = fields.iter().next().filter(|_| fields.len() == 1)?;
    let is_function = name == "Ref" || name.starts_with("Fn::");
    is_function.then_some((name.as_str(), argument))
}

/// A text, or a number as a text.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Names, Resource, Stack, parse, resources};

    const NAMES: Names<'_> = Names {
        stack: "test-1",
        region: "eu-west-1",
        account: "123456789012",
    };

    fn find(kind: &str, logical_id: &str) -> Resource<'static> {
        let mut found = resources(kind).filter(|resource| resource.logical_id == logical_id);
        found.next().expect("the templates have it")
    }

    #[test]
    fn a_table_of_a_nested_stack_is_found_with_its_name_and_its_indexes() {
        let table = find("AWS::DynamoDB::Table", "IdentityTable");

        assert_eq!(table.text("TableName", &NAMES), "test-1-identity");
        let indexes = table.property("GlobalSecondaryIndexes", &NAMES);
        let projection = json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["id"]});
        assert_eq!(indexes.expect("indexes")[1]["Projection"], projection);
    }

    #[test]
    fn a_secret_is_named_as_its_variable() {
        let secret = find("AWS::SecretsManager::Secret", "CodePepperSecret");

        assert_eq!(secret.variable(), "CODE_PEPPER_SECRET");
    }

    #[test]
    fn a_queue_has_the_values_that_its_stack_is_given() {
        let queue = find("AWS::SQS::Queue", "MailUrgentQueue");

        assert_eq!(queue.text("QueueName", &NAMES), "test-1-mail-urgent");
        assert_eq!(queue.text("VisibilityTimeout", &NAMES), "180");
        let dead_letters = "arn:aws:sqs:eu-west-1:123456789012:test-1-mail-urgent-dead-letters";
        let redrive = json!({"deadLetterTargetArn": dead_letters, "maxReceiveCount": 4});
        assert_eq!(queue.property("RedrivePolicy", &NAMES), Some(redrive));
    }

    #[test]
    fn every_table_and_queue_is_named_after_its_installation() {
        for (kind, name, least) in [
            ("AWS::DynamoDB::Table", "TableName", 5),
            ("AWS::SQS::Queue", "QueueName", 11),
        ] {
            let names = resources(kind).map(|resource| resource.text(name, &NAMES));
            let names: Vec<String> = names.collect();
            assert!(names.len() >= least, "{kind}: {names:?}");
            let is_named = |name: &String| name.starts_with("test-1-");
            assert!(names.iter().all(is_named), "{kind}: {names:?}");
        }
    }

    #[test]
    fn the_short_forms_of_functions_are_written_out() {
        let template = parse("{ a: !Ref B, c: [!Sub 'x-${D}', !GetAtt E.Arn], f: 1, g: true }");

        let expected = json!({
            "a": {"Ref": "B"}, "c": [{"Fn::Sub": "x-${D}"}, {"Fn::GetAtt": "E.Arn"}], "f": 1, "g": true,
        });
        assert_eq!(template, expected);
    }

    #[test]
    #[should_panic(expected = "tests' support does not know Fn::Select")]
    fn a_function_that_is_not_known_is_no_value() {
        let stack = Stack {
            parameters: [].into(),
            resources: [].into_iter().collect(),
        };
        let value: Value = parse("!Select [0, [a, b]]");
        let _ = stack.resolve(&value, &NAMES);
    }
}
