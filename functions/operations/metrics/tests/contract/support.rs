//! What the tests of metrics share.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};

use aws_lambda_events::event::cloudwatch_logs::LogsEvent;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use metrics_page::collect_metrics::collect_metrics;
use operations_testing::{Answer, Call, TestApp};
use prometheus_parse::{Sample, Scrape, Value};
use serde_json::json;
use tracing::subscriber::DefaultGuard;

/// The token of scrapes.
pub(crate) const TOKEN: &str = "a-token-of-scrapes-1";

/// The log lines that a test's own thread writes, as long as it is kept.
pub(crate) struct Log {
    written: Written,
    _guard: DefaultGuard,
}

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

impl Log {
    pub(crate) fn begin() -> Self {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = cloud::lines_to("kinwise", move || writer.clone());
        Self {
            written,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// The lines since this was last asked.
    pub(crate) fn lines(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.written.0.lock().unwrap());
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

/// An installation that has the token of scrapes.
pub(crate) async fn installation() -> TestApp {
    let app = TestApp::start().await;
    set_token(&app, TOKEN).await;
    app
}

/// Gives an installation a token of scrapes.
pub(crate) async fn set_token(app: &TestApp, token: &str) {
    let id = app.variable("METRICS_TOKEN_SECRET");
    let secrets = app.app().secrets();
    let written = secrets.write(id, token.to_owned(), "change the token");
    written.await.unwrap();
}

/// Log lines as CloudWatch hands them to a subscription: JSON, compressed, in base64.
pub(crate) fn batch(lines: &[String]) -> LogsEvent {
    let events = lines.iter().enumerate().map(|(place, line)| {
        json!({"id": format!("{place:056}"), "timestamp": 1_772_366_400_000_i64, "message": line})
    });
    let data = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "000000000000",
        "logGroup": "/kinwise/endpoints",
        "logStream": "2026/03/01/kinwise-check_health[1]0123456789abcdef",
        "subscriptionFilters": ["endpoints"],
        "logEvents": events.collect::<Vec<_>>(),
    });
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(data.to_string().as_bytes()).unwrap();
    let data = STANDARD.encode(gzip.finish().unwrap());
    serde_json::from_str(&json!({"awslogs": {"data": data}}).to_string()).unwrap()
}

/// Has log lines added up.
pub(crate) async fn collect(app: &TestApp, lines: &[String]) {
    collect_metrics(app.app().clone(), batch(lines))
        .await
        .unwrap();
}

/// A call of the page with a token.
pub(crate) async fn scrape_with(app: &TestApp, token: &str) -> Answer {
    app.call(Call::get("/metrics").with_token(token)).await
}

/// The series of the page, as another implementation of the format reads them.
pub(crate) async fn scrape(app: &TestApp) -> Vec<Sample> {
    let answer = scrape_with(app, TOKEN).await.expect(200);
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let lines = text.lines().map(|line| Ok(line.to_owned()));
    Scrape::parse(lines).unwrap().samples
}

/// The value of a counter or gauge; none where there is no such series.
pub(crate) fn value_of(samples: &[Sample], metric: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let is_it = |sample: &&Sample| {
        sample.metric == metric
            && sample.labels.len() == labels.len()
            && labels
                .iter()
                .all(|(name, value)| sample.labels.get(name) == Some(*value))
    };
    match samples.iter().find(is_it)?.value {
        Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => Some(value),
        _ => None,
    }
}
