//! Figures: from a call, by its log line, to the page that Prometheus scrapes.

use end_to_end::{Request, Stack, Visitor, eventually};

/// `MetricsToken` in `samconfig.toml`.
const TOKEN: &str = "local-token-of-scrapes";

#[tokio::test]
async fn abuse_090_the_page_of_metrics_is_for_who_has_its_token() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for token in ["", "null", "local-token-of-scrape", &TOKEN.to_uppercase()] {
        let request = Request::get("/metrics");
        let request = request.with_header("authorization", &format!("Bearer {token}"));
        let answer = visitor.send(request).await;
        answer.expect_error(401, "not_authenticated");
    }
}

#[tokio::test]
async fn a_call_is_on_the_page_of_metrics() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;
    let _ = visitor.send(Request::get("/")).await.expect(200);

    let authorization = format!("Bearer {TOKEN}");
    let page = eventually("the call among the metrics", async || {
        let request = Request::get("/metrics").with_header("authorization", &authorization);
        let answer = visitor.send(request).await.expect(200);
        let page = String::from_utf8(answer.body.to_vec()).unwrap();
        let counted = r#"kinwise_requests_total{function="show_root",status="200"}"#;
        page.contains(counted).then_some(page)
    })
    .await;

    for line in [
        "# TYPE kinwise_requests_total counter",
        "# TYPE kinwise_request_duration_seconds histogram",
        r#"kinwise_queue_dead_letters{queue="work"} 0"#,
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
}
