//! The mail as a page for people, and as plain answers for a shell.

use std::net::TcpListener;

use anyhow::Result;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::gateway::serve_on;
use crate::mailbox::{Mailbox, Wanted};

/// Nothing from another host, and no script but our own: a mail is shown in a frame that inherits
/// this, so its inline styles are allowed and its pictures have to be inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      connect-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Inbox {
    mailbox: Mailbox,
    api_url: String,
}

#[derive(Deserialize)]
struct Recipient {
    to: String,
}

/// Serve the inbox on these listeners.
pub(crate) fn serve(
    listeners: Vec<TcpListener>,
    mailbox: Mailbox,
    api_url: &str,
) -> Result<Vec<JoinHandle<()>>> {
    let inbox = Inbox {
        mailbox,
        api_url: api_url.to_owned(),
    };
    let app = Router::new()
        .route("/", get(page))
        .route("/inbox.css", get(style))
        .route("/inbox.js", get(script))
        .route("/settings", get(settings))
        .route("/messages", get(messages))
        .route("/token", get(token))
        .route("/code", get(code))
        .with_state(inbox);
    serve_on(listeners, &app)
}

async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, include_str!("inbox_page/inbox.html")).into_response()
}

async fn style() -> Response {
    file(
        "text/css; charset=utf-8",
        include_str!("inbox_page/inbox.css"),
    )
}

async fn script() -> Response {
    file(
        "text/javascript; charset=utf-8",
        include_str!("inbox_page/inbox.js"),
    )
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], text).into_response()
}

/// What the page needs to know of the stack.
async fn settings(State(inbox): State<Inbox>) -> Response {
    Json(json!({ "api_url": inbox.api_url })).into_response()
}

async fn messages(State(inbox): State<Inbox>) -> Response {
    match inbox.mailbox.list().await {
        Ok(mails) => Json(mails).into_response(),
        Err(error) => unreachable_emulator(&error),
    }
}

/// The token of the newest link sent to `?to=`; waits until there is one.
async fn token(State(inbox): State<Inbox>, Query(query): Query<Recipient>) -> Response {
    find(&inbox, &query.to, Wanted::Token).await
}

/// The newest code sent to `?to=`, each one once; waits until there is a new one.
async fn code(State(inbox): State<Inbox>, Query(query): Query<Recipient>) -> Response {
    find(&inbox, &query.to, Wanted::Code).await
}

async fn find(inbox: &Inbox, to: &str, wanted: Wanted) -> Response {
    match inbox.mailbox.find(to, wanted).await {
        Ok(Some(found)) => found.into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, "no such mail has come").into_response(),
        Err(error) => unreachable_emulator(&error),
    }
}

fn unreachable_emulator(error: &anyhow::Error) -> Response {
    let text = format!("the local stack's mail cannot be read: {error:#}\n");
    (StatusCode::BAD_GATEWAY, text).into_response()
}
