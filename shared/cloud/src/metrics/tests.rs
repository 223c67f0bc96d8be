use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::start::lines_to;

/// What was written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lines(work: impl FnOnce()) -> Vec<Value> {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = lines_to("kin-\"wise\"", move || writer.clone());
    tracing::subscriber::with_default(subscriber, work);
    let bytes = written.0.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

/// What the specification of the embedded metric format asks of a line, by its own schema
/// (`CloudWatch_Embedded_Metric_Format_Specification`).
fn assert_is_embedded_metric(line: &Value) {
    let aws = line["_aws"].as_object().unwrap();
    assert!(aws["Timestamp"].as_i64().unwrap() > 1_600_000_000_000);
    let directives = aws["CloudWatchMetrics"].as_array().unwrap();
    assert!(!directives.is_empty());
    for directive in directives {
        let keys: Vec<_> = directive.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 3, "{keys:?}");
        let namespace = directive["Namespace"].as_str().unwrap();
        assert!((1..=1024).contains(&namespace.len()));
        for set in directive["Dimensions"].as_array().unwrap() {
            let set = set.as_array().unwrap();
            assert!((1..=30).contains(&set.len()));
            for name in set {
                // The value of a dimension is a text at the root.
                let name = name.as_str().unwrap();
                let value = line[name]
                    .as_str()
                    .unwrap_or_else(|| panic!("{name}: {line}"));
                assert!((1..=1024).contains(&value.len()));
                assert!((1..=250).contains(&name.len()) && name.is_ascii());
            }
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!((1..=100).contains(&metrics.len()));
        for metric in metrics {
            // The value of a metric is a number at the root.
            let name = metric["Name"].as_str().unwrap();
            assert!(line[name].is_number(), "{name}: {line}");
            let units = ["Microseconds", "Milliseconds", "Count"];
            assert!(units.contains(&metric["Unit"].as_str().unwrap()));
        }
    }
}

#[test]
fn what_is_measured_is_a_line_and_a_metric() {
    let lines = lines(|| {
        let span = tracing::info_span!("request", function = "show_root");
        let _entered = span.enter();
        let none: Option<&str> = None;
        tracing::info!(name: REQUEST.name, status = "2xx", duration_us = 412, limit = none, "answered");
        tracing::info!(name: REQUEST.name, status = "5xx", function = "show_root", duration_us = 9, "answered");
        tracing::info!(name: REQUEST.name, status = "429", limit = "a", duration_us = 9, "answered");
        tracing::info!(name: LOG_IN.name, log_ins = 1, login.method = "code", login.outcome = "accepted", "a log-in");
        tracing::info!(name: TASK.name, attempt = 1, task.age_ms = 3, task.kind = "a", task.state = "SUCCESS", "done");
        tracing::info!(name: MAIL.name, mails = 1, mail.kind = "a", mail.outcome = "sent", "a mail");
    });

    assert_eq!(lines.len(), 6);
    for line in &lines {
        assert_is_embedded_metric(line);
        assert_eq!(line["span"]["function"], "show_root");
    }
    let told = |line: &Value| line["_aws"]["CloudWatchMetrics"][0].clone();
    assert_eq!(lines[0]["message"], "answered");
    assert_eq!(
        told(&lines[0]),
        json!({
            "Namespace": "kin-\"wise\"",
            "Dimensions": [["status"]],
            "Metrics": [{"Name": "duration_us", "Unit": "Microseconds"}],
        })
    );
    let failed = json!([["status"], ["function", "status"]]);
    assert_eq!(told(&lines[1])["Dimensions"], failed);
    assert_eq!(
        told(&lines[2])["Dimensions"],
        json!([["status"], ["limit"]])
    );
}

#[test]
fn any_other_line_is_none() {
    let lines = lines(|| tracing::warn!(duration_us = 1, status = "2xx", "not measured"));

    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].get("_aws"), None);
}

#[test]
fn every_metric_has_a_name_of_its_own() {
    for (place, metric) in METRICS.iter().enumerate() {
        let others = &METRICS[place + 1..];
        assert!(
            others
                .iter()
                .all(|other| other.name != metric.name && other.value != metric.value)
        );
    }
}
