//! The HTTP API's routes on the emulator. They are in the OpenAPI `Body` of `infra/api.yaml`, which the emulator does not
//! import; AWS does, so this is for the local stack alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use http::Method;
use local_aws::Aws;
use serde_json::{Value, json};

use crate::intrinsics::Names;

/// The logical id of the API in `infra/api.yaml`.
pub(crate) const API: &str = "Api";

/// Make the API have the routes of its template, and no others.
pub(crate) async fn synchronise(
    aws: &Aws,
    api: &str,
    template: &Value,
    names: &Names<'_>,
) -> Result<()> {
    let body = &template["Resources"][API]["Properties"]["Body"];
    synchronise_routes(aws, api, &wanted_routes(body, names)?).await?;
    set_cors(aws, api, &names.resolve(&body["x-amazon-apigateway-cors"])).await
}

/// Route key → function address.
fn wanted_routes(body: &Value, names: &Names<'_>) -> Result<BTreeMap<String, String>> {
    let mut wanted = BTreeMap::new();
    for (path, methods) in body["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let integration = operation["x-amazon-apigateway-integration"]["$ref"].as_str();
            let pointer = integration.and_then(|reference| reference.strip_prefix('#'));
            let integration = pointer.and_then(|pointer| body.pointer(pointer));
            let uri = integration.map(|integration| names.resolve(&integration["uri"]));
            let uri = uri.as_ref().and_then(Value::as_str);
            let uri = uri.with_context(|| format!("{method} {path} leads nowhere"))?;
            let key = match (path.as_str(), method.as_str()) {
                ("/$default", _) => "$default".to_owned(),
                (path, "x-amazon-apigateway-any-method") => format!("ANY {}", slashed(path)),
                (path, method) => format!("{} {}", method.to_uppercase(), slashed(path)),
            };
            wanted.insert(key, uri.to_owned());
        }
    }
    Ok(wanted)
}

/// On AWS `/x/{proxy+}` is the way to route `/x/`, which no route may be called. On the emulator the greedy part must not be
/// empty, and a route may end in a slash.
fn slashed(path: &str) -> &str {
    path.strip_suffix("{proxy+}").unwrap_or(path)
}

async fn synchronise_routes(aws: &Aws, api: &str, wanted: &BTreeMap<String, String>) -> Result<()> {
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
    let mut integrations: BTreeMap<String, String> = uris
        .iter()
        .map(|(id, uri)| ((*uri).to_owned(), (*id).to_owned()))
        .collect();
    for (key, uri) in wanted {
        if kept.contains(key.as_str()) {
            continue;
        }
        if !integrations.contains_key(uri) {
            let integration = json!({
                "integrationType": "AWS_PROXY",
                "integrationUri": uri,
                "payloadFormatVersion": "2.0",
            });
            let path = format!("{base}/integrations");
            let made = aws
                .rest("apigateway", Method::POST, &path, Some(&integration))
                .await?;
            integrations.insert(uri.clone(), text(&made, "integrationId").to_owned());
        }
        let target = format!("integrations/{}", integrations[uri]);
        let route = json!({ "routeKey": key, "target": target });
        let path = format!("{base}/routes");
        aws.rest("apigateway", Method::POST, &path, Some(&route))
            .await?;
    }
    Ok(())
}

/// The emulator forgets them with every change of the API's properties.
async fn set_cors(aws: &Aws, api: &str, cors: &Value) -> Result<()> {
    let body = json!({ "corsConfiguration": cors });
    let path = format!("/v2/apis/{api}");
    aws.rest("apigateway", Method::PATCH, &path, Some(&body))
        .await?;
    Ok(())
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intrinsics::parse;

    #[test]
    fn the_body_becomes_route_keys_and_function_addresses() {
        let operation =
            r##"{ x-amazon-apigateway-integration: { $ref: "#/components/x/show_root" } }"##;
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/${Name}-show_root";
        let body = parse(&format!(
            "paths:
  /: {{ x-amazon-apigateway-any-method: {operation} }}
  /any/{{proxy+}}: {{ get: {operation} }}
  /$default: {{ x-amazon-apigateway-any-method: {operation} }}
components: {{ x: {{ show_root: {{ uri: !Sub '{uri}' }} }} }}
"
        ));
        let names = Names {
            region: "us-east-1",
            parameters: &BTreeMap::from([("Name".to_owned(), "kin".to_owned())]),
        };

        let wanted = wanted_routes(&body.unwrap(), &names).unwrap();

        let keys: Vec<_> = wanted.keys().map(String::as_str).collect();
        assert_eq!(keys, ["$default", "ANY /", "GET /any/"]);
        let address = "arn:aws:apigateway:us-east-1:lambda:path/kin-show_root";
        assert_eq!(wanted["ANY /"], address);
    }

    #[test]
    fn a_route_that_leads_nowhere_is_named() {
        let body = json!({ "paths": { "/x": { "get": {} } } });
        let names = Names {
            region: "us-east-1",
            parameters: &BTreeMap::new(),
        };
        let refused = wanted_routes(&body, &names).unwrap_err();
        assert_eq!(refused.to_string(), "get /x leads nowhere");
    }
}
