//! The text that Prometheus scrapes (exposition format 0.0.4).

use std::fmt::Write as _;

/// The media type of the format.
pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A text that grows metric by metric. All series of a metric stand together, behind what it is.
#[derive(Default)]
pub(crate) struct Exposition(String);

/// The series of one metric.
pub(crate) struct Metric<'a> {
    name: &'static str,
    text: &'a mut String,
}

impl Exposition {
    /// Begins a metric of a kind: `counter`, `gauge` or `histogram`.
    pub(crate) fn metric(&mut self, name: &'static str, kind: &str, help: &str) -> Metric<'_> {
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        write(
            &mut self.0,
            format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"),
        );
        Metric {
            name,
            text: &mut self.0,
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl Metric<'_> {
    /// A series with its value; `part` is what a histogram adds to the name.
    pub(crate) fn series(&mut self, part: &str, labels: &[(&str, &str)], value: f64) {
        write(self.text, format_args!("{}{part}", self.name));
        for (place, (label, value)) in labels.iter().enumerate() {
            let value = value
                .replace('\\', r"\\")
                .replace('"', r#"\""#)
                .replace('\n', r"\n");
            let before = if place == 0 { '{' } else { ',' };
            write(self.text, format_args!("{before}{label}=\"{value}\""));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        write(self.text, format_args!("{end} {value}\n"));
    }
}

fn write(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments)
        .expect("a String takes all that is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_value_is_escaped() {
        let mut text = Exposition::default();
        let mut metric = text.metric("things", "gauge", "A \\ and\na line.");
        metric.series("", &[("a", "\"\\\n"), ("b", "")], 1.5);
        metric.series("_sum", &[], 2.0);

        assert_eq!(
            text.into_text(),
            "# HELP things A \\\\ and\\na line.\n# TYPE things gauge\n\
             things{a=\"\\\"\\\\\\n\",b=\"\"} 1.5\nthings_sum 2\n"
        );
    }
}
