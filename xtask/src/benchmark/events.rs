//! The events the benchmark sends: the sample of `events/`, each from another client, of a caller who exists and, where
//! an address is asked for, for another address, so that no limit answers in the function's place.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::accounts::{Caller, Session};

/// A function's events.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    sample: Value,
    caller: Option<Caller>,
    sent: u32,
}

impl Events {
    /// From the sample of a file.
    pub(crate) fn read(file: &Path, caller: Caller) -> Result<Self> {
        let text =
            std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let sample = serde_json::from_slice(&text)
            .with_context(|| format!("{} is not JSON", file.display()))?;
        Ok(Self {
            sample,
            caller: Some(caller),
            sent: 0,
        })
    }

    /// Always the same.
    pub(crate) fn constant(sample: Value) -> Self {
        Self {
            sample,
            caller: None,
            sent: 0,
        }
    }

    /// The same, as if so many had been sent: from clients that none of those came from.
    pub(crate) fn after(self, sent: u32) -> Self {
        Self { sent, ..self }
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> Value {
        self.sent += 1;
        let [_, a, b, c] = self.sent.to_be_bytes();
        let mut event = self.sample.clone();
        if let Some(address) = event.pointer_mut("/requestContext/http/sourceIp") {
            *address = format!("10.{a}.{b}.{c}").into();
        }
        if let Some(caller) = &self.caller {
            fill_path(&mut event, caller, self.sent);
            fill_body(&mut event, caller, self.sent);
        }
        event
    }
}

/// The caller's token, and an id that exists where the sample has one that does not.
fn fill_path(event: &mut Value, caller: &Caller, number: u32) {
    let mut sessions = caller.sessions.iter().cycle();
    let Some(Session { id, access }) = sessions.nth(number as usize) else {
        return;
    };
    if let Some(authorization) = event.pointer_mut("/headers/authorization") {
        *authorization = format!("Bearer {access}").into();
    }
    let path = event["rawPath"].as_str().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let filled = match parts.as_slice() {
        ["", "api", "v1", "users", "me", "sessions", old, ..] if !old.is_empty() => {
            path.replace(*old, id)
        }
        ["", "api", "v1", "users", old, ..] if !old.is_empty() && *old != "me" => {
            path.replace(*old, &caller.subject)
        }
        _ => return,
    };
    event["requestContext"]["http"]["path"] = filled.clone().into();
    event["rawPath"] = filled.into();
}

/// The caller's password, and another address for every event but those that log in.
fn fill_body(event: &mut Value, caller: &Caller, number: u32) {
    let body = event["body"]
        .as_str()
        .and_then(|body| serde_json::from_str::<Value>(body).ok());
    let Some(mut body) = body else {
        return;
    };
    let logs_in = event["rawPath"] == "/api/v1/auth/token/";
    if logs_in {
        body = serde_json::json!({ "email": caller.email });
    } else if body["email"].is_string() {
        body["email"] = format!("bench-{number}@example.com").into();
    }
    if logs_in || body["password"].is_string() {
        body["password"] = caller.password.as_str().into();
    }
    for field in ["current_password", "password_confirm"] {
        if body[field].is_string() {
            body[field] = caller.password.as_str().into();
        }
    }
    event["body"] = body.to_string().into();
}

#[cfg(test)]
mod tests {
    use super::{Caller, Events, Session};
    use serde_json::{Value, json};

    fn events(path: &str, body: &Value) -> Events {
        let session = |name: &str| Session {
            id: format!("session-{name}"),
            access: name.to_owned(),
        };
        Events {
            sample: json!({
                "rawPath": path,
                "headers": { "authorization": "Bearer sample" },
                "requestContext": { "http": { "sourceIp": "192.0.2.1", "path": path } },
                "body": body.to_string(),
            }),
            caller: Some(Caller {
                email: "admin@example.com".to_owned(),
                password: "right".to_owned(),
                sessions: vec![session("one"), session("two")],
                subject: "subject".to_owned(),
            }),
            sent: 0,
        }
    }

    #[test]
    fn every_event_comes_from_another_client_for_another_address() {
        let mut events = events("/x/", &json!({"email": "a@example.com", "code": "123456"}));
        let first = events.next();
        let second = events.next();
        assert_eq!(first["requestContext"]["http"]["sourceIp"], "10.0.0.1");
        assert_ne!(first["requestContext"], second["requestContext"]);
        assert_ne!(first["body"], second["body"]);
        assert!(first["body"].as_str().expect("text").contains("123456"));
    }

    #[test]
    fn a_log_in_is_the_callers_own() {
        let sample = json!({"email": "a@example.com", "password": "other"});
        let event = events("/api/v1/auth/token/", &sample).next();
        let body: Value =
            serde_json::from_str(event["body"].as_str().expect("text")).expect("JSON");
        let own = json!({"email": "admin@example.com", "password": "right"});
        assert_eq!(body, own);
    }

    #[test]
    fn the_sessions_are_used_in_turn_and_their_ids_stand_in_the_path() {
        let mut events = events("/api/v1/users/me/sessions/019b/", &json!({}));
        for name in ["two", "one"] {
            let event = events.next();
            let path = format!("/api/v1/users/me/sessions/session-{name}/");
            assert_eq!(event["headers"]["authorization"], format!("Bearer {name}"));
            assert_eq!(event["rawPath"], path.as_str());
            assert_eq!(event["requestContext"]["http"]["path"], path.as_str());
        }
    }

    #[test]
    fn an_administrator_acts_on_somebody_who_exists() {
        for (sample, filled) in [
            ("/api/v1/users/019b/mfa/", "/api/v1/users/subject/mfa/"),
            ("/api/v1/users/me/", "/api/v1/users/me/"),
            ("/api/v1/users/", "/api/v1/users/"),
        ] {
            let event = events(sample, &json!({})).next();
            assert_eq!(event["rawPath"], filled);
        }
    }
}
