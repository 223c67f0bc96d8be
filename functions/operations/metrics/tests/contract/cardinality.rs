use std::collections::BTreeSet;

use operations::metrics::{FAMILIES, REQUESTS_OF_A_FUNCTION};
use operations_testing::Call;
use prometheus_parse::{Sample, Value};

use crate::support::{Log, collect, installation, scrape};

/// The series that a sample stands for.
fn series(sample: &Sample) -> usize {
    match &sample.value {
        Value::Histogram(buckets) => buckets.len(),
        _ => 1,
    }
}

#[tokio::test]
async fn whatever_is_asked_the_series_are_few() {
    let app = installation().await;
    app.call_from_afar();
    let log = Log::begin();
    for number in 0..60 {
        for method in ["GET", "POST", "BREW"] {
            for path in [
                format!("/api/v1/tasks/{number}"),
                format!("/api/v1/admin/queues/{number}%00/pause"),
                format!("/_aws/{number}?\"_aws\":{{}}"),
                format!("/metrics?{number}"),
            ] {
                let call = Call::new(method, &path.replace('"', "%22").replace(['{', '}'], ""));
                app.call(call.with_header("user-agent", "\"_aws\":{\"x\":1}"))
                    .await;
            }
        }
    }
    let mut lines = log.lines();
    for status in 0..1_000 {
        lines.push(format!(
            r#"{{"_aws":{{}},"http.status":{status},"duration_us":{status},"span":{{"function":"get_task"}}}}"#
        ));
    }
    collect(&app, &lines).await;

    let samples = scrape(&app).await;
    let of_requests = samples.iter().filter(|sample| {
        ["kinwise_requests_total", "kinwise_request_duration_seconds"]
            .contains(&sample.metric.as_str())
    });
    let functions: BTreeSet<_> = of_requests
        .clone()
        .filter_map(|s| s.labels.get("function"))
        .collect();
    // The paths have numbers, and names of functions have none.
    let is_name = |function: &&str| !function.contains(|c: char| c.is_ascii_digit());
    assert!(functions.iter().all(is_name), "{functions:?}");
    assert!(functions.len() < 10, "{functions:?}");
    let bound = functions.len() * FAMILIES[0].most_series();
    let count: usize = of_requests.map(series).sum();
    assert!(count <= bound, "{count} > {bound}");
    assert!(FAMILIES[0].most_series() <= REQUESTS_OF_A_FUNCTION);
    for sample in &samples {
        for (name, value) in sample.labels.iter() {
            let is_word = value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-.+".contains(&b));
            assert!(is_word, "{name}={value}");
        }
    }
}
