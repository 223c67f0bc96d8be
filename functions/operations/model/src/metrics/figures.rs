//! Figures of a batch of log lines, before they are added to those that are kept.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::families::{
    Family, LOG_INS, MAILS, REQUESTS, TASK_AGE, TASK_ATTEMPTS, TASKS, THROTTLES,
};

/// The most characters of a label's value. Names in code are shorter.
const LONGEST_LABEL: usize = 64;

/// Figures, by family and label.
#[derive(Debug, Default)]
pub struct Figures(BTreeMap<(&'static str, String), BTreeMap<&'static str, u64>>);

/// A line that measures something. Which of the fields there are says what.
#[derive(Deserialize)]
struct Line {
    /// What makes it one that measures something.
    #[serde(rename = "_aws")]
    _aws: IgnoredAny,
    #[serde(default)]
    span: Span,
    #[serde(rename = "http.status")]
    status: Option<u16>,
    duration_us: Option<u64>,
    limit: Option<String>,
    #[serde(rename = "login.method")]
    method: Option<String>,
    #[serde(rename = "login.outcome")]
    log_in: Option<String>,
    #[serde(rename = "task.kind")]
    task: Option<String>,
    #[serde(rename = "task.state")]
    state: Option<String>,
    #[serde(rename = "task.age_ms")]
    age: Option<u64>,
    attempt: Option<u64>,
    #[serde(rename = "mail.kind")]
    mail: Option<String>,
    #[serde(rename = "mail.outcome")]
    sent: Option<String>,
}

/// Where a line was written.
#[derive(Default, Deserialize)]
struct Span {
    #[serde(default)]
    function: String,
}

impl Figures {
    /// Counts what a log line measures. False where it measures nothing.
    pub fn count(&mut self, line: &str) -> bool {
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            return false;
        };
        if let (Some(status), Some(duration)) = (line.status, line.duration_us) {
            let counts = self.of(&REQUESTS, &line.span.function);
            add(counts, REQUESTS.split.attribute(&status.to_string()), 1);
            for histogram in REQUESTS.histograms {
                add(counts, histogram.attribute(duration), 1);
                add(counts, histogram.sum, duration);
            }
            if let Some(limit) = line.limit {
                self.tell(&THROTTLES, &limit, "calls");
            }
        } else if let (Some(method), Some(outcome)) = (line.method, line.log_in) {
            self.tell(&LOG_INS, &method, &outcome);
        } else if let (Some(kind), Some(state)) = (line.task, line.state) {
            let counts = self.of(&TASKS, &kind);
            add(counts, TASKS.split.attribute(&state), 1);
            if ["SUCCESS", "FAILURE"].contains(&state.as_str()) {
                let measured = [(TASK_AGE, line.age), (TASK_ATTEMPTS, line.attempt)];
                for (histogram, measured) in measured {
                    let measured = measured.unwrap_or_default();
                    add(counts, histogram.attribute(measured), 1);
                    add(counts, histogram.sum, measured);
                }
            }
        } else if let (Some(kind), Some(outcome)) = (line.mail, line.sent) {
            self.tell(&MAILS, &kind, &outcome);
        } else {
            return false;
        }
        true
    }

    /// The figures by the family's key and the label's value, each with its attributes.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str, &BTreeMap<&'static str, u64>)> {
        let all = self.0.iter();
        all.map(|((key, label), counts)| (*key, label.as_str(), counts))
    }

    fn tell(&mut self, family: &Family, label: &str, value: &str) {
        add(self.of(family, label), family.split.attribute(value), 1);
    }

    fn of(&mut self, family: &Family, label: &str) -> &mut BTreeMap<&'static str, u64> {
        // Labels are names in code. Nothing else becomes one, whatever a line says.
        let is_name = !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        let label = if is_name { label } else { "other" };
        self.0.entry((family.key, label.to_owned())).or_default()
    }
}

fn add(counts: &mut BTreeMap<&'static str, u64>, attribute: &'static str, amount: u64) {
    let count = counts.entry(attribute).or_default();
    *count = count.saturating_add(amount);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(lines: &[&str]) -> Vec<String> {
        let mut figures = Figures::default();
        for line in lines {
            assert!(figures.count(line), "{line}");
        }
        let shown = figures.iter();
        shown
            .map(|(key, label, counts)| format!("{key}#{label} {counts:?}"))
            .collect()
    }

    #[test]
    fn each_line_counts_where_it_belongs() {
        let lines = [
            r#"{"_aws":{},"http.status":429,"duration_us":7000,"limit":"token-client","span":{"function":"obtain_token"}}"#,
            r#"{"_aws":{},"http.status":200,"duration_us":9000,"span":{"function":"obtain_token"}}"#,
            r#"{"_aws":{},"log_ins":1,"login.method":"code","login.outcome":"accepted"}"#,
            r#"{"_aws":{},"task.kind":"welcome","task.state":"SUCCESS","task.age_ms":1200,"attempt":2}"#,
            r#"{"_aws":{},"task.kind":"welcome","task.state":"RETRY","task.age_ms":200,"attempt":1}"#,
            r#"{"_aws":{},"mails":1,"mail.kind":"welcome","mail.outcome":"sent"}"#,
        ];
        assert_eq!(
            figures(&lines),
            [
                r#"log_ins#code {"accepted": 1}"#,
                r#"mails#welcome {"sent": 1}"#,
                r#"requests#obtain_token {"200": 1, "429": 1, "us_10000": 2, "us_sum": 16000}"#,
                r#"tasks#welcome {"RETRY": 1, "SUCCESS": 1, "ms_2500": 1, "ms_sum": 1200, "try_2": 1, "try_sum": 2}"#,
                r#"throttles#token-client {"calls": 1}"#,
            ]
        );
    }

    #[test]
    fn what_a_caller_wrote_is_no_label_and_no_figure() {
        let mut figures = Figures::default();

        let path =
            r#"{"http.path":"/\"_aws\":{}","http.status":200,"duration_us":1,"message":"_aws"}"#;
        for line in [path, "_aws", "", "{}", r#"{"_aws":{},"http.status":200}"#] {
            assert!(!figures.count(line), "{line}");
        }
        for kind in ["ann@example.com", "", "/api", &"k".repeat(65)] {
            let line = format!(r#"{{"_aws":{{}},"mail.kind":"{kind}","mail.outcome":"lost"}}"#);
            assert!(figures.count(&line));
        }
        let counted: Vec<_> = figures
            .iter()
            .map(|(_, label, _)| label.to_owned())
            .collect();
        assert_eq!(counted, ["other"]);
    }
}
