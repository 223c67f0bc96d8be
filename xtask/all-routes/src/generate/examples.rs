//! An endpoint's call, as the examples of the `OpenAPI` document say.

use anyhow::{Context as _, Result};
use api::Endpoint;
use serde_json::Value;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use super::gateway;

/// An id, where the document says only that it is one.
pub(super) const ID: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";

/// What differs between two requests.
#[derive(Default)]
pub(super) struct Call {
    pub(super) route_key: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) path_parameters: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    /// Headers that the operation requires, in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) accept: String,
    pub(super) is_secured: bool,
    pub(super) body: Option<String>,
}

/// The document, as values to look things up in, and as it orders the fields of its schemas.
pub(super) struct Examples<'a> {
    pub(super) values: Value,
    pub(super) document: &'a OpenApi,
}

impl Examples<'_> {
    /// An endpoint's first operation, called as its examples say.
    pub(super) fn call(&self, endpoint: &Endpoint) -> Result<Call> {
        let (name, path) = (endpoint.name(), endpoint.path());
        let method = endpoint.methods().into_iter().next();
        let method = method.with_context(|| format!("{name} has no method"))?;
        let operation = &self.values["paths"][&path][method.to_lowercase()];

        let mut call = Call {
            route_key: format!("{} {path}", gateway::method(endpoint, method.clone())),
            accept: accept(operation),
            is_secured: is_secured(operation),
            body: self.body(operation),
            method,
            path,
            ..Call::default()
        };
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let field = parameter["name"].as_str().unwrap_or_default();
            let value = || {
                let value = self.value(parameter).map(text);
                let value = value.or_else(|| self.value(&parameter["schema"]).map(text));
                let value = value.with_context(|| format!("{name}: no example of {field}"))?;
                anyhow::Ok((field.to_owned(), value))
            };
            match parameter["in"].as_str() {
                Some("path") => call.path_parameters.push(value()?),
                Some("query") if is_sampled(endpoint, parameter) => call.query.push(value()?),
                Some("header") if parameter["required"] == true => {
                    let (name, value) = value()?;
                    call.headers.push((name.to_lowercase(), value));
                }
                _ => {}
            }
        }
        Ok(call)
    }

    /// The JSON body of an operation, its fields in the schema's order.
    fn body(&self, operation: &Value) -> Option<String> {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let name = reference(schema)?;
        let Value::Object(fields) = self.value(schema)? else {
            return None;
        };
        let mut order = self.order(name);
        // A body that takes fields of any name has those of its example behind its own.
        let others = fields.keys().filter(|name| !order.contains(name));
        order.extend(others.cloned().collect::<Vec<_>>());
        let ordered = order.iter().filter_map(|name| {
            let value = fields.get(name.as_str())?;
            Some(format!("{}:{value}", Value::from(name.as_str())))
        });
        Some(format!("{{{}}}", ordered.collect::<Vec<_>>().join(",")))
    }

    /// An example of a schema or a parameter: its own, or one made of what it consists of.
    fn value(&self, schema: &Value) -> Option<Value> {
        if let Some(example) = schema.get("example").or_else(|| schema.get("default")) {
            return Some(example.clone());
        }
        if let Some(example) = schema["examples"].as_array().and_then(|all| all.first()) {
            return Some(example.clone());
        }
        if let Some(name) = reference(schema) {
            return self.value(&self.values["components"]["schemas"][name]);
        }
        if let Some(fields) = schema["properties"].as_object() {
            let fields = fields
                .iter()
                .filter_map(|(name, field)| Some((name.clone(), self.value(field)?)));
            return Some(Value::Object(fields.collect()));
        }
        if let Some(items) = schema.get("items") {
            return Some(Value::from(vec![self.value(items)?]));
        }
        let is = |kind: &str| match &schema["type"] {
            Value::Array(kinds) => kinds.iter().any(|one| one == kind),
            one => one == kind,
        };
        match schema["format"].as_str() {
            Some("uuid") => Some(ID.into()),
            _ if is("boolean") => Some(true.into()),
            _ => None,
        }
    }

    fn order(&self, schema: &str) -> Vec<String> {
        let schemas = self.document.components.as_ref().map(|all| &all.schemas);
        match schemas.and_then(|all| all.get(schema)) {
            Some(RefOr::T(Schema::Object(object))) => object.properties.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

/// The name of the schema that a reference leads to. What may be null as well is one that is there.
fn reference(schema: &Value) -> Option<&str> {
    let choices = schema["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    let mut all = choices.iter().chain([schema]);
    let target = all.find_map(|one| one["$ref"].as_str())?;
    target.rsplit('/').next()
}

fn is_sampled(endpoint: &Endpoint, parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    parameter["required"] == true || endpoint.sampled().contains(&name)
}

/// What the caller takes: JSON where there is some, otherwise what there is.
fn accept(operation: &Value) -> String {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let successes = responses.filter(|(status, _)| status.starts_with('2'));
    let types: Vec<&str> = successes
        .filter_map(|(_, response)| response["content"].as_object())
        .flat_map(|content| content.keys().map(String::as_str))
        .collect();
    if types.is_empty() || types.contains(&"application/json") {
        "application/json".to_owned()
    } else {
        format!("{},*/*;q=0.1", types.join(","))
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Whether an operation is for those alone who say who they are: where nobody has to, one of its requirements is empty.
fn is_secured(operation: &Value) -> bool {
    let requirements = operation["security"].as_array();
    let is_empty = |one: &Value| one.as_object().is_none_or(serde_json::Map::is_empty);
    requirements.is_some_and(|all| !all.is_empty() && !all.iter().any(is_empty))
}
