//! `events/AREA/NAME.json`: what API Gateway sends an endpoint's function, filled with the examples of the `OpenAPI`
//! document.
//!
//! An endpoint with several methods has the event of its first. Of the query it has the parameters that are required and
//! those that the endpoint names with `sampled_with`; of the body all fields, or the example of the whole body where that
//! has one, since some fields exclude each other.

use std::collections::BTreeMap;

use anyhow::Result;
use api::Endpoint;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use areas::Crate;

use super::examples::{Call, Examples};

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const API_ID: &str = "a1b2c3d4e5";
const DOMAIN: &str = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";
const CLIENT: &str = "203.0.113.7";

/// An access token whose signature is none: whoever asks who is calling refuses it.
const TOKEN: &str = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSIsImtpZCI6ImV4YW1wbGUifQ.eyJpc3MiOiJraW53aXNlIiwiYXVkIjoia2lud2lzZSIsInN1YiI6IjAxOWJjMGYyLTZkNDAtN2MzMS05YTU3LTJmNmIxYzhlNGQxMCIsInNpZCI6IjAxOWJjMGYzLTFhMDgtN2U5Mi04YzQ0LTVkN2EwYjNmOWUyMSIsInJvbGUiOiJ1c2VyIiwiaWF0IjoxNzY4NDY5NDAwLCJuYmYiOjE3Njg0Njk0MDAsImV4cCI6MTc2ODQ3MTIwMCwianRpIjoiZXhhbXBsZSJ9.bm90IGEgc2lnbmF0dXJlLCBzbyB0aGlzIHRva2VuIGlzIHJlZnVzZWQ7IGxvZyBpbiB0byBnZXQgb25lLi4uLg";

/// A request of version 2.0 of the payload format.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    version: &'static str,
    route_key: String,
    raw_path: String,
    raw_query_string: String,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    path_parameters: BTreeMap<String, String>,
    request_context: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

/// The events of all endpoints, by path.
pub(super) fn events(
    crates: &[Crate],
    fallback: &Endpoint,
    document: &OpenApi,
) -> Result<BTreeMap<String, String>> {
    let examples = Examples {
        values: serde_json::to_value(document)?,
        document,
    };
    let mut events = BTreeMap::new();
    let mut slashed = None;
    for one in crates {
        for endpoint in one.routes() {
            let call = examples.call(endpoint)?;
            let path = format!("events/{}/{}.json", one.area, endpoint.name());
            events.insert(path, call.event()?);
            if call.body.is_some() && slashed.is_none() {
                slashed = Some(call.with_slash());
            }
        }
    }
    if let (Some(call), Some(last)) = (slashed, crates.last()) {
        let path = format!("events/{}/{}.json", last.area, fallback.name());
        events.insert(path, call.event()?);
    }
    Ok(events)
}

impl Call {
    /// The same as somebody makes it who adds a slash: what the fallback is for.
    fn with_slash(self) -> Self {
        Self {
            route_key: "$default".to_owned(),
            path: self.path + "/",
            ..self
        }
    }

    fn event(&self) -> Result<String> {
        let filled = |path: String, (name, value): &(String, String)| {
            path.replace(&format!("{{{name}}}"), value)
        };
        let path = self.path_parameters.iter().fold(self.path.clone(), filled);
        let event = Event {
            version: "2.0",
            route_key: self.route_key.clone(),
            raw_query_string: form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&self.query)
                .finish(),
            headers: self.headers(),
            query_string_parameters: self.query.iter().cloned().collect(),
            path_parameters: self.path_parameters.iter().cloned().collect(),
            request_context: json!({
                "accountId": "123456789012",
                "apiId": API_ID,
                "domainName": DOMAIN,
                "domainPrefix": API_ID,
                "http": {
                    "method": self.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": CLIENT,
                    "userAgent": AGENT,
                },
                "requestId": "Xk2pRg01FiAEJ6w=",
                "routeKey": self.route_key,
                "stage": "$default",
                "time": "15/Jan/2026:09:30:00 +0000",
                "timeEpoch": 1_768_469_400_000_u64,
            }),
            raw_path: path,
            body: self.body.clone(),
            is_base64_encoded: false,
        };
        Ok(serde_json::to_string_pretty(&event)? + "\n")
    }

    /// What a browser and the gateway send along.
    fn headers(&self) -> BTreeMap<String, String> {
        let length = self.body.as_ref().map_or(0, String::len);
        let mut headers = BTreeMap::from([
            ("accept", self.accept.clone()),
            ("accept-encoding", "gzip, deflate, br".to_owned()),
            ("accept-language", "en-GB,en;q=0.8".to_owned()),
            ("content-length", length.to_string()),
            ("host", DOMAIN.to_owned()),
            ("user-agent", AGENT.to_owned()),
            (
                "x-amzn-trace-id",
                "Root=1-6968b301-0a1b2c3d4e5f60718293a401".to_owned(),
            ),
            ("x-forwarded-for", CLIENT.to_owned()),
            ("x-forwarded-port", "443".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ]);
        if self.is_secured {
            headers.insert("authorization", format!("Bearer {TOKEN}"));
        }
        if self.body.is_some() {
            headers.insert("content-type", "application/json".to_owned());
        }
        if self.method != "GET" {
            headers.insert("origin", "https://app.kinwise.example".to_owned());
        }
        let headers = headers.into_iter();
        let headers = headers.map(|(name, value)| (name.to_owned(), value));
        headers.chain(self.headers.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::examples::ID;

    fn event(path: &str) -> Value {
        let document = api::openapi::document(&areas::endpoints());
        let events = events(areas::CRATES, &areas::FALLBACK, &document).unwrap();
        serde_json::from_str(&events[path]).unwrap()
    }

    #[test]
    fn a_body_has_the_examples_in_the_order_of_the_fields() {
        let event = event("events/accounts/verify_otp.json");
        let body = event["body"].as_str().unwrap();
        let fields = r#"{"email":"ann@example.com","code":"012345","device_token":""#;
        assert!(body.starts_with(fields), "{body}");
        assert_eq!(event["headers"]["content-length"], body.len().to_string());
        assert_eq!(event["headers"]["content-type"], "application/json");
        assert_eq!(event["headers"]["authorization"], Value::Null);
        assert_eq!(event["routeKey"], "POST /api/v1/auth/otp/verify");
    }

    #[test]
    fn the_example_of_a_whole_body_has_fields_of_it_alone() {
        let document = api::openapi::document(&areas::endpoints());
        let values = serde_json::to_value(document).unwrap();
        for (name, schema) in values["components"]["schemas"].as_object().unwrap() {
            // It takes fields of any name.
            if schema["additionalProperties"].is_object() {
                continue;
            }
            for field in schema["example"].as_object().into_iter().flatten() {
                assert!(
                    schema["properties"].get(field.0).is_some(),
                    "{name}: {}",
                    field.0
                );
            }
        }
    }

    #[test]
    fn a_body_that_takes_any_field_has_those_of_its_example() {
        let event = event("events/operations/create_task.json");
        assert_eq!(event["body"], r#"{"type":"add","x":5,"y":3}"#);
    }

    #[test]
    fn fields_that_exclude_each_other_are_those_of_the_whole_bodys_example() {
        let event = event("events/accounts/obtain_token.json");
        let body = r#"{"login":"ann@example.com","password":"correct horse battery"}"#;
        assert_eq!(event["body"], body);
    }

    #[test]
    fn a_body_that_may_be_left_out_is_there() {
        let event = event("events/accounts/begin_totp.json");
        assert_eq!(event["body"], r#"{"password":"correct horse battery"}"#);
    }

    #[test]
    fn a_secured_endpoint_is_called_with_a_token_and_its_path_is_filled() {
        let event = event("events/accounts/get_user.json");
        let authorization = event["headers"]["authorization"].as_str().unwrap();
        assert!(authorization.starts_with("Bearer "));
        assert_eq!(event["pathParameters"], json!({ "id": ID }));
        let path = format!("/api/v1/users/{ID}");
        assert_eq!(event["rawPath"], path);
        assert_eq!(event["requestContext"]["http"]["path"], path);
        assert_eq!(event["routeKey"], "ANY /api/v1/users/{id}");
        assert_eq!(event["body"], Value::Null);
    }

    #[test]
    fn a_query_has_what_is_required_and_what_the_endpoint_names() {
        let verify = event("events/accounts/verify_email.json");
        let query = "token=67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(verify["rawQueryString"], query);
        let list = event("events/accounts/list_otps.json");
        assert_eq!(list["rawQueryString"], "email=ann%40example.com");
        let parameters = json!({"email": "ann@example.com"});
        assert_eq!(list["queryStringParameters"], parameters);
        let sessions = event("events/accounts/list_sessions.json");
        assert_eq!(sessions["rawQueryString"], "");
    }

    #[test]
    fn what_is_no_json_is_asked_for_by_its_type() {
        let docs = event("events/site/serve_docs.json");
        assert_eq!(docs["headers"]["accept"], "text/html,*/*;q=0.1");
    }

    #[test]
    fn the_fallback_gets_a_call_whose_path_has_a_slash_too_many() {
        let event = event("events/site/answer_unknown.json");
        assert_eq!(event["routeKey"], "$default");
        assert_eq!(event["rawPath"], "/api/v1/auth/register/");
        assert!(event["body"].is_string());
    }
}
