//! A function's sample event, filled with what there is: the caller's token, a link that was mailed, an id that exists.

use std::collections::BTreeMap;

use serde_json::Value;

/// What stands in a sample's place, by the name it stands under: a header, a parameter of the path or of the query, a
/// field of the body. A name that a sample does not have says nothing to it.
pub(crate) type Filling = BTreeMap<&'static str, String>;

/// What the partition of a product begins with.
const PRODUCT: &str = "PRODUCT#";

/// Fill in a sample event. What the filling has no name for stays.
pub(crate) fn fill(event: &mut Value, filling: &Filling) {
    for (name, value) in filling {
        fill_header(event, name, value);
        fill_path(event, name, value);
    }
    fill_query(event, filling);
    fill_body(event, filling);
    fill_images(event, filling);
    fill_keys(event, filling);
}

fn fill_header(event: &mut Value, name: &str, value: &str) {
    if let Some(header) = event.pointer_mut(&format!("/headers/{name}")) {
        *header = value.into();
    }
}

fn fill_path(event: &mut Value, name: &str, value: &str) {
    let Some(parameter) = event.pointer_mut(&format!("/pathParameters/{name}")) else {
        return;
    };
    let old = parameter.as_str().unwrap_or_default().to_owned();
    *parameter = value.into();
    for place in ["/rawPath", "/requestContext/http/path"] {
        if let Some(path) = event.pointer_mut(place) {
            let parts = path.as_str().unwrap_or_default().split('/');
            let filled = parts.map(|part| if part == old { value } else { part });
            *path = filled.collect::<Vec<_>>().join("/").into();
        }
    }
}

fn fill_query(event: &mut Value, filling: &Filling) {
    let Some(Value::String(query)) = event.get_mut("rawQueryString") else {
        return;
    };
    let mut filled = form_urlencoded::Serializer::new(String::new());
    for (name, old) in form_urlencoded::parse(query.as_bytes()) {
        let new = filling.get(name.as_ref()).map_or(old.as_ref(), |new| new);
        filled.append_pair(&name, new);
    }
    *query = filled.finish();
}

fn fill_body(event: &mut Value, filling: &Filling) {
    let body = event["body"].as_str();
    let Some(Value::Object(mut fields)) = body.and_then(|body| serde_json::from_str(body).ok())
    else {
        return;
    };
    for (name, old) in &mut fields {
        if let Some(new) = filling.get(name.as_str()) {
            *old = new.as_str().into();
        }
    }
    event["body"] = Value::Object(fields).to_string().into();
}

/// Have the records of a stream be about what there is: by the texts of what an item has become.
fn fill_images(event: &mut Value, filling: &Filling) {
    for record in records(event) {
        for (name, value) in filling {
            let place = format!("/dynamodb/NewImage/{name}/S");
            if let Some(old) = record.pointer_mut(&place) {
                *old = value.as_str().into();
            }
        }
    }
}

/// Have the records of a stream that say which product has changed, and not what it is, be about the one that there is.
fn fill_keys(event: &mut Value, filling: &Filling) {
    let Some(id) = filling.get("product_id") else {
        return;
    };
    for record in records(event) {
        if let Some(key) = record.pointer_mut("/dynamodb/Keys/pk/S")
            && key.as_str().is_some_and(|key| key.starts_with(PRODUCT))
        {
            *key = format!("{PRODUCT}{id}").into();
        }
    }
}

/// Have the messages of a queue be about tasks that there are, by their kind.
pub(crate) fn fill_messages(event: &mut Value, tasks: &BTreeMap<String, String>) {
    for record in records(event) {
        let Some(mut message) = message(record) else {
            continue;
        };
        let kind = message["kind"].as_str().unwrap_or_default();
        if let Some(id) = tasks.get(kind) {
            message["task_id"] = id.as_str().into();
            record["body"] = message.to_string().into();
        }
    }
}

/// Have news of a mail be about one that was sent, by its id, its address and its configuration set.
pub(crate) fn fill_news(event: &mut Value, id: &str, address: &str, set: &str) {
    for (place, value) in [
        ("/detail/mail/messageId", id),
        ("/detail/mail/destination/0", address),
        ("/detail/mail/tags/ses:configuration-set/0", set),
        ("/detail/bounce/bouncedRecipients/0/emailAddress", address),
    ] {
        if let Some(old) = event.pointer_mut(place) {
            *old = value.into();
        }
    }
}

/// Have the notice of an upload be about a file that there is.
pub(crate) fn fill_upload(event: &mut Value, key: &str, size: usize) {
    for record in records(event) {
        let Some(mut notice) = message(record) else {
            continue;
        };
        if let Some(object) = notice.pointer_mut("/Records/0/s3/object") {
            object["key"] = key.into();
            object["size"] = size.into();
            record["body"] = notice.to_string().into();
        }
    }
}

/// The kinds of tasks that an event has messages about.
pub(crate) fn kinds(event: &mut Value) -> Vec<String> {
    let kinds = records(event).iter().filter_map(|record| {
        let kind = message(record)?["kind"].as_str()?.to_owned();
        Some(kind)
    });
    kinds.collect()
}

fn records(event: &mut Value) -> &mut [Value] {
    event
        .get_mut("Records")
        .and_then(Value::as_array_mut)
        .map_or(&mut [], Vec::as_mut_slice)
}

fn message(record: &Value) -> Option<Value> {
    serde_json::from_str(record["body"].as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{Filling, fill, fill_messages, fill_upload, kinds};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn filled(mut sample: Value, with: &[(&'static str, &str)]) -> Value {
        let filling: Filling = with
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        fill(&mut sample, &filling);
        sample
    }

    #[test]
    fn a_field_of_the_body_is_filled_if_the_sample_has_it() {
        let body = json!({"email": "a@example.com", "keep": true}).to_string();
        let event = filled(
            json!({ "body": body }),
            &[("email", "b@example.com"), ("code", "123456")],
        );
        let body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, json!({"email": "b@example.com", "keep": true}));
    }

    #[test]
    fn the_records_of_a_stream_are_filled() {
        let image = |id: &str| json!({"Records": [{"dynamodb": {"NewImage": {"id": {"S": id}, "size": {"N": "1"}}}}]});
        let event = filled(image("019b"), &[("id", "019c"), ("size", "2")]);
        assert_eq!(event, image("019c"));
        let keys = |pk: &str| json!({"Records": [{"dynamodb": {"Keys": {"pk": {"S": pk}}}}]});
        let event = filled(keys("PRODUCT#019b"), &[("product_id", "019c")]);
        assert_eq!(event, keys("PRODUCT#019c"));
        let event = filled(keys("CATEGORIES"), &[("product_id", "019c")]);
        assert_eq!(event, keys("CATEGORIES"));
    }

    #[test]
    fn an_event_without_a_body_gets_none() {
        let event = filled(json!({"rawPath": "/"}), &[("email", "b@example.com")]);
        assert_eq!(event["body"], Value::Null);
    }

    #[test]
    fn an_id_is_filled_in_everywhere_the_path_stands() {
        for (path, expected) in [
            ("/api/v1/users/019b/mfa", "/api/v1/users/019c/mfa"),
            ("/api/v1/users/019b", "/api/v1/users/019c"),
        ] {
            let event = filled(
                json!({
                    "rawPath": path,
                    "pathParameters": {"id": "019b"},
                    "requestContext": {"http": {"path": path}},
                }),
                &[("id", "019c")],
            );
            assert_eq!(event["rawPath"], expected);
            assert_eq!(event["pathParameters"]["id"], "019c");
            assert_eq!(event["requestContext"]["http"]["path"], expected);
        }
    }

    #[test]
    fn a_header_and_the_query_are_filled_and_escaped() {
        let event = filled(
            json!({
                "headers": {"authorization": "Bearer sample", "host": "api"},
                "rawQueryString": "email=a%40example.com&page=2",
            }),
            &[
                ("authorization", "Bearer real"),
                ("email", "b+c@example.com"),
            ],
        );
        let headers = json!({"authorization": "Bearer real", "host": "api"});
        assert_eq!(event["headers"], headers);
        let query = "email=b%2Bc%40example.com&page=2";
        assert_eq!(event["rawQueryString"], query);
    }

    #[test]
    fn a_message_is_about_the_task_of_its_kind() {
        let message = |kind: &str| json!({"task_id": "sample", "kind": kind}).to_string();
        let mut event = json!({"Records": [{"body": message("a")}, {"body": message("b")}]});
        assert_eq!(kinds(&mut event), ["a", "b"]);
        let tasks = BTreeMap::from([("b".to_owned(), "real".to_owned())]);
        fill_messages(&mut event, &tasks);
        let id = |index: usize| {
            let body: Value =
                serde_json::from_str(event["Records"][index]["body"].as_str().unwrap()).unwrap();
            body["task_id"].as_str().unwrap().to_owned()
        };
        assert_eq!([id(0), id(1)], ["sample", "real"]);
    }

    #[test]
    fn a_notice_is_about_the_file() {
        let notice = json!({"Records": [{"s3": {"object": {"key": "sample", "size": 1}}}]});
        let mut event = json!({"Records": [{"body": notice.to_string()}]});
        fill_upload(&mut event, "uploads/real", 2);
        let filled = json!({"Records": [{"s3": {"object": {"key": "uploads/real", "size": 2}}}]});
        let body: Value =
            serde_json::from_str(event["Records"][0]["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, filled);
    }
}
