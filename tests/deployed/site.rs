//! What a person with a browser, and a load balancer, see of the API.

use end_to_end::{Request, Stack, Visitor};
use serde_json::json;

#[tokio::test]
async fn the_root_leads_to_pages_that_are_there() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    let root = visitor.send(Request::get("/")).await.expect(200);

    assert_eq!(root.text("name"), stack.output("AppName"));
    let links = root.json["links"].as_object().unwrap();
    assert!(links.len() >= 4);
    for path in links.values() {
        let _ = visitor
            .send(Request::get(path.as_str().unwrap()))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn a_page_loads_all_it_needs_from_here() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for page in ["/api/docs", "/api/redoc"] {
        let page = visitor.send(Request::get(page)).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");

        let html = String::from_utf8(page.body.to_vec()).unwrap();
        let attributes = ["src=\"", "href=\""].map(|attribute| html.split(attribute).skip(1));
        let mut loaded = 0;
        for rest in attributes.into_iter().flatten() {
            let address = rest.split('"').next().unwrap();
            if address.starts_with("data:") {
                continue;
            }
            let is_here = address.starts_with('/') && !address.starts_with("//");
            assert!(is_here, "{address}");
            let packed = Request::get(address).with_header("accept-encoding", "gzip");
            let asset = visitor.send(packed).await.expect(200);
            // The gateway hands bytes over as base64; they come out as they went in.
            let is_gzip = asset.body.starts_with(&[0x1f, 0x8b]);
            assert_eq!(asset.header("content-encoding") == "gzip", is_gzip);
            loaded += usize::from(asset.header("cache-control").contains("immutable"));
        }
        assert!(loaded >= 2);
    }
}

#[tokio::test]
async fn health_says_that_everything_works_and_nothing_else() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    let mut health = visitor.send(Request::get("/health")).await.expect(200).json;

    for check in health["checks"].as_object_mut().unwrap().values_mut() {
        assert!(check["latency_ms"].take().is_u64());
    }
    let healthy = json!({"status": "healthy", "latency_ms": null});
    let checks = json!({"table": healthy, "queue": healthy, "mail": healthy});
    assert_eq!(health, json!({"status": "healthy", "checks": checks}));
}
