use operations_testing::{Call, TestApp};
use prometheus_parse::Value;
use serde_json::json;

use crate::support::{Log, TOKEN, collect, installation, scrape, scrape_with, set_token, value_of};

#[tokio::test]
async fn abuse_090_without_a_token_in_the_installation_there_is_no_page() {
    let app = TestApp::start().await;
    for token in ["off", "nineteen-characters"] {
        set_token(&app, token).await;
        let process = app.another_process();
        for sent in ["", token, "anything"] {
            let call = Call::get("/metrics").with_token(sent);
            app.call_another(&process, call)
                .await
                .expect_error(404, "not_found");
        }
        let call = Call::get("/metrics");
        app.call_another(&process, call)
            .await
            .expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn abuse_090_nobody_without_the_token_sees_a_figure() {
    let app = installation().await;
    let member = app.member("ann@example.com").await;
    let access = app.log_in(&member).await.access;

    let call = || Call::get("/metrics");
    for refused in [
        call(),
        call().with_header("authorization", TOKEN),
        call().with_header("authorization", &format!("Basic {TOKEN}")),
        call().with_header("cookie", &format!("access={TOKEN}")),
        call().with_token(&TOKEN[1..]),
        call().with_token(&TOKEN.to_uppercase()),
        call().with_token(&access),
        Call::get(&format!("/metrics?token={TOKEN}")),
    ] {
        let answer = app.call(refused).await;
        answer.expect_error(401, "not_authenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let answer = scrape_with(&app, TOKEN).await.expect(200);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    app.deliver().await;
}

#[tokio::test]
async fn another_token_is_known_after_five_minutes() {
    let app = installation().await;
    let _ = scrape_with(&app, TOKEN).await.expect(200);
    let another = "another-token-of-scrapes";
    set_token(&app, another).await;

    let _ = scrape_with(&app, another).await.expect(401);
    app.advance(jiff::SignedDuration::from_mins(5));
    let _ = scrape_with(&app, another).await.expect(200);
    let _ = scrape_with(&app, TOKEN).await.expect(401);
}

#[tokio::test]
async fn what_happens_is_on_the_page_once_its_lines_are_read() {
    let app = installation().await;
    let log = Log::begin();
    let member = app.member("ann@example.com").await;
    let tokens = app.log_in(&member).await;
    for _ in 0..6 {
        let wrong = Call::post(
            "/api/v1/auth/token",
            &json!({"login": "ann@example.com", "password": "wrong wrong wrong"}),
        );
        app.call(wrong.from("198.51.100.7")).await;
    }
    let task = json!({"type": "add", "x": 5, "y": 3});
    let id = app.ask_for(&tokens, &task).await;
    app.deliver().await;
    let _ = app.ask_about(&tokens, &id).await.expect(200);
    let lines = log.lines();
    assert!(!lines.is_empty());

    assert_eq!(
        scrape(&app)
            .await
            .iter()
            .filter(|s| s.metric == "kinwise_requests_total")
            .count(),
        0
    );
    collect(&app, &lines).await;
    let samples = scrape(&app).await;

    let value = |metric, labels: &[_]| value_of(&samples, metric, labels).unwrap_or_default();
    let token = ("function", "obtain_token");
    let refused = value("kinwise_requests_total", &[token, ("status", "401")]);
    let limited = value("kinwise_requests_total", &[token, ("status", "429")]);
    assert_eq!((refused, limited), (5.0, 1.0));
    assert_eq!(
        value(
            "kinwise_throttled_requests_total",
            &[("limit", "token-client")]
        ),
        1.0
    );
    let logins = "kinwise_logins_total";
    assert_eq!(
        value(logins, &[("method", "password"), ("outcome", "refused")]),
        5.0
    );
    let all: f64 = ["password", "code"]
        .map(|method| value(logins, &[("method", method), ("outcome", "accepted")]))
        .into_iter()
        .sum();
    assert_eq!(all, 1.0);
    let done = [("kind", "add"), ("state", "SUCCESS")];
    assert_eq!(value("kinwise_task_tries_total", &done), 1.0);
    let mails = samples
        .iter()
        .filter(|sample| sample.metric == "kinwise_mails_total");
    assert!(mails.count() > 0);
    assert_eq!(
        value(
            "kinwise_queue_messages",
            &[("queue", "work"), ("state", "waiting")]
        ),
        0.0
    );
    assert_eq!(
        value("kinwise_queue_dead_letters", &[("queue", "relay-failures")]),
        0.0
    );
    assert_eq!(
        value(
            "kinwise_queue_oldest_task_age_seconds",
            &[("queue", "work")]
        ),
        0.0
    );

    let duration = samples.iter().find(|sample| {
        sample.metric == "kinwise_request_duration_seconds"
            && sample.labels.get("function") == Some("obtain_token")
    });
    let Value::Histogram(buckets) = &duration.unwrap().value else {
        panic!("a histogram is one");
    };
    assert!(buckets.is_sorted_by(|a, b| a.less_than < b.less_than && a.count <= b.count));
    assert_eq!(buckets.last().unwrap().less_than, f64::INFINITY);
    let obtained = samples.iter().filter(|sample| {
        sample.metric == "kinwise_requests_total"
            && sample.labels.get("function") == Some("obtain_token")
    });
    let obtained: f64 = obtained
        .map(|sample| match sample.value {
            Value::Counter(count) => count,
            _ => 0.0,
        })
        .sum();
    assert_eq!(buckets.last().unwrap().count, obtained);
}
