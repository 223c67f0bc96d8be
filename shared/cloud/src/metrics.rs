//! What is measured: log lines that are figures, too.
//!
//! A figure is counted by a log line that is written anyway, and by nothing else: no write, no call, nothing that is lost when
//! a process ends. An event of `tracing` whose *name* is a [`Metric`]'s becomes a line in CloudWatch's embedded metric format:
//! its fields, and besides them the block `_aws`, which tells CloudWatch what of them is a metric. Who keeps the same figures
//! for Prometheus reads the same lines (`operations::metrics`).
//!
//! ```
//! use cloud::metrics::MAIL;
//!
//! tracing::info!(name: MAIL.name, mails = 1, mail.kind = "welcome", mail.outcome = "sent", "a mail went out");
//! ```
//!
//! The first field after the name is one without a dot: the macro knows it no other way.
//!
//! The values of what a metric is told apart by are few and known: names of functions, kinds of tasks, words of a list. Never an
//! id, an address or a path: each value of each is a metric of its own, which CloudWatch charges for.

use std::fmt;

use kernel::clock::{Clock as _, SystemClock};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Something that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// The name of the events that measure it.
    pub name: &'static str,
    /// The field that is the figure.
    pub value: &'static str,
    /// The unit of the figure, by its name in CloudWatch.
    pub unit: &'static str,
    /// The fields that CloudWatch tells figures apart by, in sets: an event counts in each set of which it has all fields.
    pub dimensions: &'static [&'static [&'static str]],
}

/// An answer. Its number of samples is that of requests.
///
/// By function it is a metric where the answer is a 5xx alone: a metric costs $0.30 a month, there are a hundred functions, and
/// Lambda has calls and durations by function for nothing.
pub const REQUEST: Metric = Metric {
    name: "metric/request",
    value: "duration_us",
    unit: "Microseconds",
    dimensions: &[&["status"], &["function", "status"], &["limit"]],
};

/// Somebody who wants to log in.
pub const LOG_IN: Metric = Metric {
    name: "metric/log_in",
    value: "log_ins",
    unit: "Count",
    dimensions: &[&["login.outcome"], &["login.method", "login.outcome"]],
};

/// What became of a try of a task. The figure is the time since the task was to be done.
pub const TASK: Metric = Metric {
    name: "metric/task",
    value: "task.age_ms",
    unit: "Milliseconds",
    dimensions: &[&["task.state"], &["task.kind", "task.state"]],
};

/// A mail that was handed to SES, or was not.
pub const MAIL: Metric = Metric {
    name: "metric/mail",
    value: "mails",
    unit: "Count",
    dimensions: &[&["mail.outcome"], &["mail.kind", "mail.outcome"]],
};

/// Everything that is measured.
pub const METRICS: [Metric; 4] = [REQUEST, LOG_IN, TASK, MAIL];

/// How log lines are written: as one JSON object each, and those that measure something in the embedded metric format.
pub(crate) struct Lines {
    plain: Format<Json>,
    /// The namespace of the metrics, as JSON.
    namespace: String,
}

impl Lines {
    pub(crate) fn new(namespace: &str) -> Self {
        let plain = tracing_subscriber::fmt::format().json();
        Self {
            plain: plain.flatten_event(true).with_span_list(false),
            namespace: serde_json::Value::from(namespace).to_string(),
        }
    }

    /// The block that tells CloudWatch what of a line is a metric. All names in it are plain.
    fn write_block(
        &self,
        metric: &Metric,
        fields: &Fields,
        writer: &mut Writer<'_>,
    ) -> fmt::Result {
        let (namespace, at) = (&self.namespace, SystemClock.now().as_millisecond());
        write!(
            writer,
            r#""_aws":{{"Timestamp":{at},"CloudWatchMetrics":[{{"Namespace":{namespace},"Dimensions":["#
        )?;
        let sets = metric.dimensions.iter();
        let told = sets.filter(|set| set.iter().all(|name| fields.0.contains(name)));
        for (place, set) in told.enumerate() {
            let separator = if place > 0 { "," } else { "" };
            write!(writer, r#"{separator}["{}"]"#, set.join(r#"",""#))?;
        }
        let Metric { value, unit, .. } = metric;
        write!(
            writer,
            r#"],"Metrics":[{{"Name":"{value}","Unit":"{unit}"}}]}}]}}"#
        )
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let name = event.metadata().name();
        let Some(metric) = METRICS.iter().find(|metric| metric.name == name) else {
            return self.plain.format_event(context, writer, event);
        };
        let mut line = String::with_capacity(512);
        let line_writer = Writer::new(&mut line);
        self.plain.format_event(context, line_writer, event)?;
        let Some(open) = line.trim_end().strip_suffix('}') else {
            return writer.write_str(&line);
        };
        let mut fields = Fields(Vec::with_capacity(16));
        event.record(&mut fields);
        write!(writer, "{open},")?;
        self.write_block(metric, &fields, &mut writer)?;
        writer.write_str("}\n")
    }
}

/// The names of the fields that an event has.
struct Fields(Vec<&'static str>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, _: &dyn fmt::Debug) {
        self.0.push(field.name());
    }
}

#[cfg(test)]
mod tests;
