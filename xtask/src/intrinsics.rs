//! CloudFormation's intrinsic functions, as far as the body of an HTTP API uses them: the emulator hands
//! the body out with them unresolved.

use serde_json::Value;

use crate::cloudformation::{Resource, Stack};

/// What a template's references stand for.
pub(crate) struct Names<'a> {
    /// The region of the stack.
    pub(crate) region: &'a str,
    /// The stack with its parameters.
    pub(crate) stack: &'a Stack,
    /// The resources of the stack.
    pub(crate) resources: &'a [Resource],
    /// The conditions of the template.
    pub(crate) conditions: &'a Value,
}

impl Names<'_> {
    /// A resource's name in AWS.
    pub(crate) fn physical(&self, logical: &str) -> Option<&str> {
        let found = self.resources.iter().find(|one| one.logical == logical)?;
        Some(&found.physical)
    }

    /// What a `Ref` stands for.
    fn reference(&self, name: &str) -> Option<String> {
        match name {
            "AWS::Region" => Some(self.region.to_owned()),
            "AWS::Partition" => Some("aws".to_owned()),
            "AWS::AccountId" => Some("000000000000".to_owned()),
            _ => self
                .stack
                .parameters
                .get(name)
                .cloned()
                .or_else(|| self.physical(name).map(str::to_owned)),
        }
    }

    /// A `Fn::GetAtt` of a function's address, the only one an API's body uses.
    fn attribute(&self, name: &str) -> Option<String> {
        let logical = name.strip_suffix(".Arn")?;
        let function = self.physical(logical)?;
        let region = self.region;
        Some(format!(
            "arn:aws:lambda:{region}:000000000000:function:{function}"
        ))
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
                fields
                    .iter()
                    .map(|(name, field)| (name.clone(), self.resolve(field)))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
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
            ("Fn::GetAtt", [resource, attribute]) => {
                let name = format!("{}.{}", resource.as_str()?, attribute.as_str()?);
                Some(self.attribute(&name)?.into())
            }
            ("Fn::Join", [separator, parts]) => {
                // A parameter that is a list arrives as text with commas.
                let parts = match self.resolve(parts) {
                    Value::String(list) => list.split(',').map(str::to_owned).collect(),
                    parts => strings(&parts),
                };
                Some(parts.join(separator.as_str()?).into())
            }
            ("Fn::If", [condition, then, otherwise]) => {
                let holds = self.resolve(&self.conditions[condition.as_str()?]);
                Some(self.resolve(if holds == Value::Bool(true) {
                    then
                } else {
                    otherwise
                }))
            }
            ("Fn::Equals", [left, right]) => {
                Some((self.resolve(left) == self.resolve(right)).into())
            }
            ("Fn::Not", [condition]) => Some((self.resolve(condition) != Value::Bool(true)).into()),
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
            let found = self.attribute(name).or_else(|| self.reference(name));
            result.push_str(&found.unwrap_or_else(|| format!("${{{name}}}")));
            rest = after;
        }
        result.push_str(rest);
        result
    }
}

fn strings(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
