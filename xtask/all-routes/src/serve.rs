use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use api::App;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use lambda_http::RequestExt as _;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;

/// Serves all routes until Ctrl-C.
pub(crate) async fn serve(port: u16) -> anyhow::Result<()> {
    let app = App::from_env()?;
    let mut endpoints = areas::endpoints();
    endpoints.push(areas::FALLBACK);
    let router = api::router(&app, &endpoints).layer(from_fn(as_the_gateway_does));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("port {port} cannot be listened on"))?;
    println!("All routes at http://localhost:{port}/");
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async {
        // Without a handler for it there is nothing to wait for; the process ends as ever.
        let _ = tokio::signal::ctrl_c().await;
    })
    .await?;
    Ok(())
}

/// Tells the routes the caller's address in the way API Gateway does.
async fn as_the_gateway_does(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.http.source_ip = Some(peer.ip().to_string());
    next.run(request.with_request_context(RequestContext::ApiGatewayV2(context)))
        .await
}
