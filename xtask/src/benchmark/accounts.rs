//! Who calls in the benchmark: an administrator, who may do everything, somebody to do it to, and somebody who leaves.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::Request;
use http_body_util::BodyExt;
use lambda_harness::{Function, Launch};
use serde_json::{Value, json};

use super::events::Events;
use crate::aws::{get, http_client};
use crate::description::Description;

/// Of all accounts here.
const PASSWORD: &str = "quiet-harbour-27-lanterns";
/// The functions whose calls each end the session they are made with.
const ENDING: [&str; 2] = ["revoke_session", "revoke_token"];
/// Log-ins come from clients of their own, far from those of the events that are measured.
pub(crate) const FIRST_LOG_IN: u32 = 1_000_000;
/// Events a function is sent in one benchmark, and a few more.
const CALLS: usize = 150;

/// Who a function's events come from, and whom they are about.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The address to log in with.
    pub(crate) email: String,
    /// The password.
    pub(crate) password: String,
    /// Sessions of the account, used in turn.
    pub(crate) sessions: Vec<Session>,
    /// The id of another account.
    pub(crate) subject: String,
}

/// A session that a call can be made with.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its id.
    pub(crate) id: String,
    /// An access token of it.
    pub(crate) access: String,
}

/// The accounts of a benchmark.
pub(crate) struct Accounts<'a> {
    log_in: LogIn<'a>,
    subject: String,
}

/// The function that logs in, run here: the gateway would let one client do so five times a minute.
pub(crate) struct LogIn<'a> {
    /// Its binary.
    pub(crate) binary: PathBuf,
    /// Its environment.
    pub(crate) environment: &'a BTreeMap<String, String>,
    /// The file with its sample event.
    pub(crate) sample: PathBuf,
    /// Log-ins so far, counted from [`FIRST_LOG_IN`].
    pub(crate) made: Cell<u32>,
}

impl<'a> Accounts<'a> {
    /// Register and verify them all, and make the first an administrator.
    pub(crate) async fn make(stack: &Description, log_in: LogIn<'a>) -> Result<Self> {
        let admin = join(stack, "admin@example.com").await?;
        let subject = join(stack, "subject@example.com").await?;
        join(stack, "leaver@example.com").await?;
        let table = stack.outputs.get("IdentityTable");
        let request = json!({
            "TableName": table.context("the stack has no identity table")?,
            "Key": {"pk": {"S": format!("USER#{admin}")}, "sk": {"S": "USER"}},
            "UpdateExpression": "SET #role = :admin",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": {":admin": {"S": "admin"}},
        });
        let target = "DynamoDB_20120810.UpdateItem";
        stack.aws().target("dynamodb", target, &request).await?;
        Ok(Self { log_in, subject })
    }

    /// Who calls a function. Logged in afresh: another function may have ended the sessions there were.
    pub(crate) async fn caller_of(&self, function: &str) -> Result<Caller> {
        let name = match function {
            "delete_account" => "leaver",
            _ => "admin",
        };
        let count = match function {
            name if ENDING.contains(&name) => CALLS,
            _ => 1,
        };
        let mut caller = Caller {
            email: format!("{name}@example.com"),
            password: PASSWORD.to_owned(),
            sessions: Vec::new(),
            subject: self.subject.clone(),
        };
        caller.sessions = self.log_in.repeatedly(&caller, count).await?;
        Ok(caller)
    }
}

impl LogIn<'_> {
    async fn repeatedly(&self, caller: &Caller, count: usize) -> Result<Vec<Session>> {
        let launch = Launch::new(&self.binary).envs(self.environment).quiet();
        let process = Function::start(&launch).await?;
        process.ready().await?;
        let mut events = Events::read(&self.sample, caller.clone())?.after(self.made.get());
        let mut sessions = Vec::new();
        for _ in 0..count {
            self.made.set(self.made.get() + 1);
            let outcome = process.invoke(&events.next()).await;
            let answer = outcome.answer().and_then(|answer| answer["body"].as_str());
            let answer: Value = serde_json::from_str(answer.unwrap_or_default())
                .with_context(|| format!("the log-in failed: {outcome:?}"))?;
            let access = answer["access"].as_str();
            let access = access.with_context(|| format!("the log-in was refused: {answer}"))?;
            sessions.push(Session {
                id: session_of(access).context("an access token names no session")?,
                access: access.to_owned(),
            });
        }
        process.kill().await;
        Ok(sessions)
    }
}

/// The session that an access token belongs to.
fn session_of(access: &str) -> Option<String> {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(access.split('.').nth(1)?);
    let claims: Value = serde_json::from_slice(&claims.ok()?).ok()?;
    Some(claims["sid"].as_str()?.to_owned())
}

/// Register and verify an address. Gives the account's id.
async fn join(stack: &Description, email: &str) -> Result<String> {
    let auth = format!("{}/api/v1/auth", stack.api_url);
    let body = json!({ "email": email, "password": PASSWORD, "password_confirm": PASSWORD });
    let registered = post(&format!("{auth}/register/"), &body).await?;
    let http = http_client();
    let token = get(&http, &format!("{}/token?to={email}", stack.inbox_url)).await?;
    let token = token.text();
    get(&http, &format!("{auth}/verify-email/?token={token}")).await?;
    let id = registered["user_id"].as_str();
    Ok(id
        .with_context(|| format!("the registration was refused: {registered}"))?
        .to_owned())
}

async fn post(url: &str, body: &Value) -> Result<Value> {
    let request = Request::post(url)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))?;
    let response = http_client().request(request).await?;
    let body = response.into_body().collect().await?.to_bytes();
    serde_json::from_slice(&body).with_context(|| format!("{url} answered no JSON"))
}
