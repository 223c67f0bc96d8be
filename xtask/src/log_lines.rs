//! The functions' logs: fetched from the emulator's CloudWatch, written short for people.

use std::collections::HashSet;
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::Result;
use local_aws::{Aws, now};
use serde_json::{Map, Value, json};

use crate::deploy::short;

/// Often enough to feel immediate, seldom enough to cost the emulator nothing.
const POLL: Duration = Duration::from_millis(400);
/// Failed looks in a row after which there is no stack any more.
const PATIENCE: u32 = 10;
/// A line may arrive this much later than the time it carries.
const OVERLAP_MS: i64 = 3_000;

/// The lines that are shown, and how they look.
pub(crate) struct View {
    /// The only function whose lines are shown, if there is one.
    pub(crate) function: Option<String>,
    /// Whether the lines have colours.
    pub(crate) colour: bool,
}

/// The log from a moment on, line by line.
pub(crate) struct Tail {
    aws: Aws,
    view: View,
    from: i64,
    seen: HashSet<String>,
}

impl Tail {
    /// The log of the last `back`.
    pub(crate) fn new(aws: Aws, view: View, back: Duration) -> Self {
        let start = now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .saturating_sub(back);
        Self {
            aws,
            view,
            from: i64::try_from(start.as_millis()).unwrap_or_default(),
            seen: HashSet::new(),
        }
    }

    /// What has come since the last call, oldest first.
    pub(crate) async fn next(&mut self) -> Result<Vec<String>> {
        let mut events = Vec::new();
        let mut newest = self.from;
        for group in self.groups().await? {
            let request = json!({ "logGroupName": group, "startTime": self.from });
            let answer = self
                .aws
                .target("logs", "Logs_20140328.FilterLogEvents", &request)
                .await?;
            for event in answer["events"].as_array().into_iter().flatten() {
                let time = event["timestamp"].as_i64().unwrap_or_default();
                newest = newest.max(time);
                events.push((time, event.clone()));
            }
        }
        events.sort_by_key(|(time, _)| *time);

        let mut lines = Vec::new();
        let mut current = HashSet::new();
        let mut repeats = std::collections::HashMap::new();
        for (time, event) in &events {
            let message = event["message"].as_str().unwrap_or_default();
            let stream = event["logStreamName"].as_str().unwrap_or_default();
            // Two equal lines of one call are two events.
            let place = format!("{stream} {time} {message}");
            let count: &mut usize = repeats.entry(place.clone()).or_default();
            *count += 1;
            let key = format!("{count} {place}");
            if !self.seen.contains(&key)
                && let Some(line) = self.view.format(*time, message)
            {
                lines.push(line);
            }
            current.insert(key);
        }
        self.from = self.from.max(newest - OVERLAP_MS);
        self.seen = current;
        Ok(lines)
    }

    /// Print what comes until something else ends the command.
    pub(crate) async fn follow(&mut self) -> Result<()> {
        let mut failures = 0;
        loop {
            match self.next().await {
                Ok(lines) => {
                    failures = 0;
                    for line in lines {
                        crate::output::line(line);
                    }
                }
                // A deploy may take a log group away between two looks.
                Err(error) if failures == PATIENCE => return Err(error),
                Err(_) => failures += 1,
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn groups(&self) -> Result<Vec<String>> {
        let answer = self
            .aws
            .target("logs", "Logs_20140328.DescribeLogGroups", &json!({}))
            .await?;
        let groups = answer["logGroups"].as_array().into_iter().flatten();
        Ok(groups
            .filter_map(|group| group["logGroupName"].as_str().map(str::to_owned))
            .collect())
    }
}

impl View {
    /// `12:34:56.789  INFO register_user  answered  http.status=201`, or nothing for a line that is
    /// not wanted.
    fn format(&self, time_ms: i64, message: &str) -> Option<String> {
        let Ok(Value::Object(mut fields)) = serde_json::from_str(message) else {
            return self.format_text(time_ms, message);
        };
        if let Some(Value::Object(span)) = fields.remove("span") {
            for (name, value) in span {
                fields.entry(name).or_insert(value);
            }
        }
        let function = take(&mut fields, "function");
        let function = short(&function).to_owned();
        if self.function.as_ref().is_some_and(|only| *only != function) {
            return None;
        }
        let level = take(&mut fields, "level");
        let text = take(&mut fields, "message");
        let time = take(&mut fields, "timestamp");
        let time = time
            .parse::<jiff::Timestamp>()
            .map_or(time_ms, jiff::Timestamp::as_millisecond);
        // The runtime's own span, and where in the source a line is from, tell a reader nothing.
        for name in ["target", "name", "requestId", "xrayTraceId", "spans"] {
            fields.remove(name);
        }
        let mut line = format!(
            "{} {} {}  {text}",
            self.dim(&clock(time)),
            self.level(&level),
            self.bold(&format!("{function:<20}"))
        );
        for (name, value) in &fields {
            let value = match value {
                Value::String(text) if !text.contains([' ', '\n']) && !text.is_empty() => {
                    text.clone()
                }
                value => value.to_string(),
            };
            let _ = write!(line, "  {}{value}", self.dim(&format!("{name}=")));
        }
        Some(line)
    }

    /// A line that is not JSON: a panic's, or the platform's, of which the usual three say nothing.
    fn format_text(&self, time_ms: i64, message: &str) -> Option<String> {
        let usual = ["START RequestId", "END RequestId", "REPORT RequestId"];
        if self.function.is_some() || usual.iter().any(|start| message.starts_with(start)) {
            return None;
        }
        Some(format!("{} {message}", self.dim(&clock(time_ms))))
    }

    fn level(&self, level: &str) -> String {
        let colour = match level {
            "ERROR" => "31",
            "WARN" => "33",
            "INFO" => "32",
            _ => "36",
        };
        self.paint(colour, &format!("{level:>5}"))
    }

    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The time of day in UTC, as the lines themselves have it.
fn clock(time_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(time_ms).unwrap_or_default();
    let text = format!("{time:.3}");
    let clock = text.split_once('T').map_or("", |(_, clock)| clock);
    clock.trim_end_matches('Z').to_owned()
}

/// Remove a field and return its text.
fn take(fields: &mut Map<String, Value>, name: &str) -> String {
    match fields.remove(name) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::View;

    fn view(function: Option<&str>) -> View {
        View {
            function: function.map(str::to_owned),
            colour: false,
        }
    }

    const LINE: &str = r#"{"timestamp":"2026-01-02T03:04:05.678901Z","level":"INFO","message":"answered","http.status":201,"target":"api","span":{"name":"request","function":"register_user"}}"#;

    #[test]
    fn a_json_line_is_shortened_to_what_a_reader_wants() {
        assert_eq!(
            view(None).format(0, LINE).expect("shown"),
            "03:04:05.678  INFO register_user         answered  http.status=201"
        );
    }

    #[test]
    fn another_functions_lines_and_the_platforms_are_left_out() {
        assert_eq!(view(Some("verify_email")).format(0, LINE), None);
        assert_eq!(view(None).format(0, "START RequestId: 1 Version: 2"), None);
        assert!(view(None).format(0, "thread 'main' panicked").is_some());
    }
}
