//! The HTTP API's routes on the emulator. SAM writes them into the API's OpenAPI `Body`, which the
//! emulator does not import; AWS does, so this is for the local stack alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use http::Method;
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::cloudformation::{Resource, Stack};

const API: &str = "AWS::ApiGatewayV2::Api";

/// What a template's references stand for.
pub(crate) struct Names<'a> {
    /// The stack's region.
    pub(crate) region: &'a str,
    /// The stack with its parameters.
    pub(crate) stack: &'a Stack,
    /// Its resources.
    pub(crate) resources: &'a [Resource],
    /// The template's conditions.
    pub(crate) conditions: &'a Value,
}

impl Names<'_> {
    fn physical(&self, logical: &str) -> Option<&str> {
        let found = self.resources.iter().find(|one| one.logical == logical)?;
        Some(&found.physical)
    }

    /// A `Ref`.
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
    fn resolve(&self, value: &Value) -> Value {
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

/// Make every API of the template have the routes of its body, and no others. Returns their ids.
pub(crate) async fn synchronise(
    aws: &Aws,
    template: &Value,
    names: &Names<'_>,
) -> Result<Vec<String>> {
    let mut apis = Vec::new();
    for (logical, resource) in template["Resources"].as_object().into_iter().flatten() {
        if resource["Type"] != API {
            continue;
        }
        let id = names
            .physical(logical)
            .with_context(|| format!("the API {logical} was not deployed"))?;
        let body = &resource["Properties"]["Body"];
        synchronise_api(aws, id, &wanted_routes(body, names)).await?;
        set_cors(aws, id, &names.resolve(&body["x-amazon-apigateway-cors"])).await?;
        apis.push(id.to_owned());
    }
    Ok(apis)
}

/// Route key → function address.
fn wanted_routes(body: &Value, names: &Names<'_>) -> BTreeMap<String, String> {
    let mut wanted = BTreeMap::new();
    for (path, methods) in body["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let uri = names.resolve(&operation["x-amazon-apigateway-integration"]["uri"]);
            let Some(uri) = uri.as_str() else {
                continue;
            };
            let key = match (path.as_str(), method.as_str()) {
                ("$default" | "/$default", _) => "$default".to_owned(),
                (path, "x-amazon-apigateway-any-method") => format!("ANY {}", slashed(path)),
                (path, method) => format!("{} {}", method.to_uppercase(), slashed(path)),
            };
            wanted.insert(key, uri.to_owned());
        }
    }
    wanted
}

/// On AWS `/x/{proxy+}` is the way to route `/x/`, which no route may be called. On the emulator the greedy part must not be
/// empty, and a route may end in a slash.
fn slashed(path: &str) -> &str {
    path.strip_suffix("{proxy+}").unwrap_or(path)
}

async fn synchronise_api(aws: &Aws, api: &str, wanted: &BTreeMap<String, String>) -> Result<()> {
    let base = format!("/v2/apis/{api}");
    let list = |kind: &str| format!("{base}/{kind}?maxResults=500");
    let integrations = aws
        .rest("apigateway", Method::GET, &list("integrations"), None)
        .await?;
    let uris: BTreeMap<&str, &str> = items(&integrations)
        .map(|one| (text(one, "integrationId"), text(one, "integrationUri")))
        .collect();
    let routes = aws
        .rest("apigateway", Method::GET, &list("routes"), None)
        .await?;

    let mut kept = BTreeSet::new();
    for route in items(&routes) {
        let key = text(route, "routeKey");
        let integration = text(route, "target").trim_start_matches("integrations/");
        let as_wanted = wanted
            .get(key)
            .is_some_and(|uri| uris.get(integration) == Some(&uri.as_str()));
        if as_wanted {
            kept.insert(key);
        } else {
            let path = format!("{base}/routes/{}", text(route, "routeId"));
            aws.rest("apigateway", Method::DELETE, &path, None).await?;
        }
    }
    for (key, uri) in wanted
        .iter()
        .filter(|(key, _)| !kept.contains(key.as_str()))
    {
        let integration = json!({
            "integrationType": "AWS_PROXY",
            "integrationUri": uri,
            "payloadFormatVersion": "2.0",
        });
        let made = aws
            .rest(
                "apigateway",
                Method::POST,
                &format!("{base}/integrations"),
                Some(&integration),
            )
            .await?;
        let target = format!("integrations/{}", text(&made, "integrationId"));
        let route = json!({ "routeKey": key, "target": target });
        aws.rest(
            "apigateway",
            Method::POST,
            &format!("{base}/routes"),
            Some(&route),
        )
        .await?;
    }
    Ok(())
}

/// SAM writes the API's CORS settings into the body as well.
async fn set_cors(aws: &Aws, api: &str, cors: &Value) -> Result<()> {
    let Some(settings) = cors.as_object() else {
        return Ok(());
    };
    let mut settings = settings.clone();
    for (name, value) in &mut settings {
        // So does a parameter that is a list, as text.
        let is_list = name.starts_with("allow") && name != "allowCredentials";
        if let (true, Some(text)) = (is_list || name == "exposeHeaders", value.as_str()) {
            *value = text.split(',').map(str::trim).collect();
        }
    }
    let body = json!({ "corsConfiguration": settings });
    aws.rest(
        "apigateway",
        Method::PATCH,
        &format!("/v2/apis/{api}"),
        Some(&body),
    )
    .await?;
    Ok(())
}

fn strings(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Names, wanted_routes};
    use crate::cloudformation::{Resource, Stack};
    use serde_json::json;

    #[test]
    fn the_body_sam_writes_becomes_route_keys_and_function_addresses() {
        let resources = [Resource {
            logical: "ShowRoot".to_owned(),
            physical: "stack-ShowRoot-1".to_owned(),
            kind: "AWS::Lambda::Function".to_owned(),
        }];
        let names = Names {
            region: "us-east-1",
            stack: &Stack::default(),
            resources: &resources,
            conditions: &json!({}),
        };
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ShowRoot.Arn}/invocations";
        let operation = json!({ "x-amazon-apigateway-integration": { "uri": { "Fn::Sub": uri } } });
        let body = json!({ "paths": {
            "/": { "get": operation },
            "/any/": { "x-amazon-apigateway-any-method": operation },
            "$default": { "x-amazon-apigateway-any-method": operation },
        }});

        let wanted = wanted_routes(&body, &names);

        let keys: Vec<_> = wanted.keys().map(String::as_str).collect();
        assert_eq!(keys, ["$default", "ANY /any/", "GET /"]);
        assert_eq!(
            wanted["GET /"],
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:stack-ShowRoot-1/invocations"
        );
    }
}
