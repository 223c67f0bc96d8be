//! A scrape by Prometheus itself, where it is installed (`prometheus` in the search path). Everywhere else another implementation
//! of the format reads the page, in the other tests.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use operations_testing::{Call, TestApp};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TOKEN, collect, installation};

/// Prometheus, until the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it, to scrape `target`; it listens at `address`.
fn start(target: &str, address: &str) -> Option<Running> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("prometheus-{address}"));
    std::fs::create_dir_all(&folder).unwrap();
    let config = folder.join("prometheus.yml");
    let text = format!(
        "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\nscrape_configs:\n  - job_name: kinwise\n    \
         authorization: {{ credentials: {TOKEN} }}\n    static_configs: [{{ targets: ['{target}'] }}]\n"
    );
    std::fs::write(&config, text).unwrap();
    let started = Command::new("prometheus")
        .arg(format!("--config.file={}", config.display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("data").display()
        ))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    started.ok().map(Running)
}

/// Answers the scrapes that come, each by a call of the routes.
async fn serve(app: &TestApp, listener: TcpListener) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = read_head(&mut stream).await;
        let mut call = Call::get("/metrics");
        for line in head.lines() {
            if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("authorization")
            {
                call = call.with_header("authorization", value);
            }
        }
        let answer = app.call(call).await;
        let (status, length, kind) = (
            answer.status,
            answer.body.len(),
            answer.header("content-type"),
        );
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&answer.body).await.unwrap();
    }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// The value that Prometheus has for a query, if it has one.
async fn ask(address: &str, query: &str) -> Option<f64> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let request = format!(
        "GET /api/v1/query?query={query} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let json = answer.find('{').zip(answer.rfind('}'));
    let (start, end) = json?;
    let answer: Value = serde_json::from_str(&answer[start..=end]).ok()?;
    answer["data"]["result"][0]["value"][1]
        .as_str()?
        .parse()
        .ok()
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "what was not tested is said")]
async fn prometheus_scrapes_the_page() {
    let app = installation().await;
    let line =
        r#"{"_aws":{},"http.status":200,"duration_us":30000,"span":{"function":"show_root"}}"#;
    collect(&app, &[line.to_owned(), line.to_owned()]).await;
    let page = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let Some(_prometheus) = start(&page.local_addr().unwrap().to_string(), &address) else {
        println!("Prometheus is not installed, and another implementation has to do");
        return;
    };

    let asked = async {
        for (query, wanted) in [
            ("up", 1.0),
            ("kinwise_requests_total%7Bstatus=%22200%22%7D", 2.0),
            ("kinwise_request_duration_seconds_sum", 0.06),
            (
                "histogram_quantile(1,kinwise_request_duration_seconds_bucket)",
                0.05,
            ),
            ("kinwise_queue_dead_letters%7Bqueue=%22work%22%7D", 0.0),
        ] {
            let value = app.eventually(async || ask(&address, query).await).await;
            assert!((value - wanted).abs() < 1e-9, "{query}: {value}");
        }
    };
    tokio::select! {
        () = asked => {}
        () = serve(&app, page) => {}
    }
}
