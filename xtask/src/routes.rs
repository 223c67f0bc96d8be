//! The HTTP API's routes on the emulator. SAM writes them into the API's OpenAPI `Body`, which the
//! emulator does not import; AWS does, so this is for the local stack alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use http::Method;
use local_aws::Aws;
use serde_json::{Value, json};

use crate::intrinsics::Names;

const API: &str = "AWS::ApiGatewayV2::Api";

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

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::wanted_routes;
    use crate::cloudformation::{Resource, Stack};
    use crate::intrinsics::Names;
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
