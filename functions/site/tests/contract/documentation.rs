use std::io::Read as _;

use axum::http::StatusCode;

use crate::support::{Answer, ask, get};

const PAGES: [&str; 2] = ["/api/docs", "/api/redoc"];

#[tokio::test]
async fn a_page_may_do_little_and_loads_only_our_own_files() {
    for page in PAGES {
        let answer = get(page).await;

        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let policy = answer.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.split("; ").any(|part| part == rule), "{policy}");
        }
        assert!(
            !policy.contains("script-src 'self' '") && !policy.contains("http"),
            "{policy}"
        );

        let files = loaded_by(&answer);
        assert!(files.len() >= 2, "{files:?}");
        for file in files {
            assert!(file.starts_with("/api/docs/assets"), "{file}");
            assert_eq!(get(&file).await.status, StatusCode::OK, "{file}");
        }
    }
}

#[tokio::test]
async fn a_file_is_packed_for_those_who_take_it() {
    for page in PAGES {
        for file in loaded_by(&get(page).await) {
            let plain = get(&file).await;
            let packed = ask("GET", &file, &[("accept-encoding", "br, gzip;q=0.8")]).await;

            for answer in [&plain, &packed] {
                assert_eq!(answer.status, StatusCode::OK);
                assert_eq!(
                    answer.header("cache-control"),
                    "public, max-age=31536000, immutable"
                );
                assert_eq!(answer.header("vary"), "accept-encoding");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
                let expected = match file.rsplit('.').next() {
                    Some("css") => "text/css",
                    _ => "text/javascript",
                };
                assert_eq!(
                    answer.header("content-type"),
                    format!("{expected}; charset=utf-8")
                );
            }
            assert_eq!(plain.header("content-encoding"), "");
            assert_eq!(unpacked(&packed), plain.text());
            // API Gateway passes on six megabytes, less a third for base64.
            assert!(plain.body.len() < 4_000_000);
        }
    }
}

#[tokio::test]
async fn who_does_not_take_gzip_gets_none() {
    let file = "/api/docs/assets/swagger-ui-5.35.0.css";
    for (accepted, coding) in [
        ("", ""),
        ("br", ""),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("gzip; q=0.0, *", ""),
        ("*", "gzip"),
        ("GZIP", "gzip"),
    ] {
        let answer = ask("GET", file, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
    }
}

#[tokio::test]
async fn no_name_leads_to_another_file() {
    for name in [
        "",
        "nothing.js",
        "README.md",
        "..%2FCargo.toml",
        "%2e%2e%2fCargo.toml",
        "docs-2.js%00",
        "%ff",
    ] {
        let answer = get(&format!("/api/docs/assets/{name}")).await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(answer.json()["code"], "not_found");
    }
}

#[tokio::test]
async fn no_file_asks_for_a_source_map_or_another_hosts_picture() {
    for page in PAGES {
        for file in loaded_by(&get(page).await) {
            let answer = get(&file).await;
            let mut comments = answer.text().lines().filter(|line| line.starts_with('/'));
            assert!(
                !comments.any(|line| line.contains("sourceMappingURL")),
                "{file}"
            );
            assert!(!answer.text().contains("cdn."), "{file}");
        }
    }
}

/// The addresses in a page's `src` and `href`, without links to follow.
fn loaded_by(page: &Answer) -> Vec<String> {
    let tags = page
        .text()
        .split('<')
        .filter(|tag| tag.starts_with("script ") || tag.starts_with("link "));
    tags.filter_map(|tag| {
        let (_, rest) = tag
            .split_once("src=\"")
            .or_else(|| tag.split_once("href=\""))?;
        rest.split('"').next()
    })
    .filter(|address| !address.starts_with("data:"))
    .map(str::to_owned)
    .collect()
}

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    match answer.header("content-encoding") {
        "gzip" => flate2::read::GzDecoder::new(answer.body.as_ref())
            .read_to_string(&mut text)
            .map(drop),
        _ => answer.body.as_ref().read_to_string(&mut text).map(drop),
    }
    .unwrap();
    text
}
