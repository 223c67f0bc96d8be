use axum::http::StatusCode;
use serde_json::json;

use crate::support::get;

#[tokio::test]
async fn the_root_names_the_product_and_where_to_go_on() {
    let answer = get("/").await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.json(),
        json!({
            "name": "KinWise",
            "version": env!("CARGO_PKG_VERSION"),
            "links": {
                "docs": "/api/docs",
                "redoc": "/api/redoc",
                "schema": "/api/schema",
                "health": "/health",
            },
        })
    );
}

#[tokio::test]
async fn every_link_of_the_root_exists() {
    for (name, path) in get("/").await.json()["links"].as_object().unwrap() {
        // The health check's answer is about AWS, which is not here.
        if name != "health" {
            let answer = get(path.as_str().unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{name}");
        }
    }
}
