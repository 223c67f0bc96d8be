//! CloudFormation's intrinsic functions, as far as the body of an HTTP API uses them: the emulator keeps the body with them
//! unresolved.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use yaml_serde::Value as Yaml;

/// What a template's references stand for.
pub(crate) struct Names<'a> {
    /// The region of the stack.
    pub(crate) region: &'a str,
    /// The values of the template's parameters.
    pub(crate) parameters: &'a BTreeMap<String, String>,
}

/// Reads a template with the short forms of CloudFormation's functions written out, as JSON has them.
pub(crate) fn parse(text: &str) -> anyhow::Result<Value> {
    json(yaml_serde::from_str(text)?)
}

fn json(yaml: Yaml) -> anyhow::Result<Value> {
    Ok(match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                "Ref" => "Ref".to_owned(),
                name => format!("Fn::{name}"),
            };
            Value::Object(Map::from_iter([(name, json(tagged.value)?)]))
        }
        Yaml::Sequence(items) => items.into_iter().map(json).collect::<Result<_, _>>()?,
        Yaml::Mapping(fields) => {
            let field = |(name, value): (Yaml, Yaml)| {
                let name = name.as_str().unwrap_or_default().to_owned();
                anyhow::Ok((name, json(value)?))
            };
            Value::Object(fields.into_iter().map(field).collect::<Result<_, _>>()?)
        }
        plain => serde_json::to_value(plain)?,
    })
}

impl Names<'_> {
    /// What a `Ref` stands for.
    fn reference(&self, name: &str) -> Option<String> {
        match name {
            "AWS::Region" => Some(self.region.to_owned()),
            "AWS::Partition" => Some("aws".to_owned()),
            "AWS::AccountId" => Some("000000000000".to_owned()),
            _ => self.parameters.get(name).cloned(),
        }
    }

    /// A value with its references replaced. What is not understood stays as it is.
    pub(crate) fn resolve(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(fields) => {
                if fields.len() == 1
                    && let Some((name, argument)) = fields.iter().next()
                    && let Some(result) = self.call(name, argument)
                {
                    return result;
                }
                let fields = fields.iter();
                let fields = fields.map(|(name, field)| (name.clone(), self.resolve(field)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }

    /// One of CloudFormation's functions, as far as an API's body uses them.
    fn call(&self, name: &str, argument: &Value) -> Option<Value> {
        let arguments = argument.as_array().map_or(&[][..], Vec::as_slice);
        match (name, arguments) {
            ("Ref", _) => Some(self.reference(argument.as_str()?)?.into()),
            ("Fn::Sub", _) => Some(self.substitute(argument.as_str()?).into()),
            ("Fn::Split", [separator, text]) => {
                let text = self.resolve(text);
                Some(text.as_str()?.split(separator.as_str()?).collect())
            }
            _ => None,
        }
    }

    fn substitute(&self, text: &str) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                break;
            };
            let found = self.reference(name);
            result.push_str(&found.unwrap_or_else(|| format!("${{{name}}}")));
            rest = after;
        }
        result.push_str(rest);
        result
    }
}
