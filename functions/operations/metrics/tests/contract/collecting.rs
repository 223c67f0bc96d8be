use metrics_page::collect_metrics::collect_metrics;

use crate::support::{Log, batch, collect, installation, scrape, value_of};

/// A line as a function writes it.
fn request(function: &str, status: u16) -> String {
    format!(
        r#"{{"_aws":{{}},"http.status":{status},"duration_us":900,"span":{{"function":"{function}"}}}}"#
    )
}

#[tokio::test]
async fn batches_that_are_added_at_once_all_count() {
    let app = installation().await;
    let lines = vec![request("show_root", 200), request("show_root", 404)];

    let batches = (0..8).map(|_| collect_metrics(app.app().clone(), batch(&lines)));
    for added in futures_util::future::join_all(batches).await {
        added.unwrap();
    }

    let samples = scrape(&app).await;
    for status in ["200", "404"] {
        let labels = [("function", "show_root"), ("status", status)];
        assert_eq!(
            value_of(&samples, "kinwise_requests_total", &labels),
            Some(8.0)
        );
    }
}

#[tokio::test]
async fn a_batch_without_a_figure_changes_nothing() {
    let app = installation().await;
    collect(&app, &[]).await;
    collect(
        &app,
        &["no JSON, but _aws".to_owned(), r#"{"_aws":1}"#.to_owned()],
    )
    .await;

    assert!(app.scan(&app.table("limits")).await.is_empty());
}

#[tokio::test]
async fn adding_up_measures_nothing_itself() {
    let app = installation().await;
    let log = Log::begin();
    collect(&app, &[request("show_root", 200), "{}".to_owned()]).await;

    // It would be called with its own line for ever.
    assert!(!log.lines().iter().any(|line| line.contains("_aws")));
}

#[tokio::test]
async fn the_sample_event_is_counted() {
    let app = installation().await;
    let sample = include_str!("../../../../../events/operations/collect_metrics.json");
    let event = serde_json::from_str(sample).unwrap();
    collect_metrics(app.app().clone(), event).await.unwrap();

    let labels = [("function", "check_health"), ("status", "200")];
    let samples = scrape(&app).await;
    assert_eq!(
        value_of(&samples, "kinwise_requests_total", &labels),
        Some(1.0)
    );
}
