use std::time::Duration;

use aws_lambda_events::event::cloudformation::{
    CloudFormationCustomResourceRequest as Change, CloudFormationCustomResourceResponse as Reply,
    CloudFormationCustomResourceResponseStatus as Status,
};
use cloud::App;
use identity::{KeyError, Rotation};
use kernel::error_chain;
use lambda_runtime::Error;
use serde::Deserialize;
use serde_json::Value;
use work::schedule::{self, Counts, Rhythm, Schedule};
use work::{Worker, worker};

pub const WORKER: Worker = worker!(rotate_signing_key).checking(schedule::CHECKS);

pub const SCHEDULE: Schedule = Schedule {
    name: "rotate_signing_key",
    rhythm: Rhythm::Monthly {
        day: 1,
        hour: 3,
        minute: 0,
    },
    about: "Makes a new signing key, and keeps the one before until its last token has expired",
};

/// The name of the custom resource; the key outlives every version of the stack.
const RESOURCE: &str = "signing-key";

/// The time that a first deploy waits before each further try. What IAM allows a role is eventually consistent, this one is
/// seconds old, and a refusal would roll the whole stack back.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(6),
];

/// What calls this function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// CloudFormation, on every deploy: there must be a key before the first log-in.
    Deploy(Box<Change>),
    /// The schedule, every month: the key is replaced.
    Schedule(Value),
}

/// Makes a new signing key, and keeps the previous public one until its last token has expired.
pub async fn rotate_signing_key(app: App, event: Event) -> Result<(), Error> {
    match event {
        Event::Schedule(event) => schedule::run(&app, &SCHEDULE, &event, replace(&app)).await,
        Event::Deploy(change) => answer_deploy(&app, *change).await,
    }
}

async fn replace(app: &App) -> Result<Counts, KeyError> {
    let rotation = identity::rotate_signing_key(app, false).await?;
    report(&rotation);
    let is_new = matches!(rotation, Rotation::Rotated(_));
    Ok(Counts::of("rotated", usize::from(is_new)))
}

/// CloudFormation waits an hour for an answer, so it gets one whatever happens.
async fn answer_deploy(app: &App, change: Change) -> Result<(), Error> {
    let (url, mut reply, is_delete) = match change {
        Change::Create(request) => (
            request.response_url,
            reply(
                request.stack_id,
                request.request_id,
                request.logical_resource_id,
            ),
            false,
        ),
        Change::Update(request) => (
            request.response_url,
            reply(
                request.stack_id,
                request.request_id,
                request.logical_resource_id,
            ),
            false,
        ),
        Change::Delete(request) => (
            request.response_url,
            reply(
                request.stack_id,
                request.request_id,
                request.logical_resource_id,
            ),
            true,
        ),
        other => return Err(format!("an unknown change: {other:?}").into()),
    };
    if !is_delete {
        match make_first(app).await {
            Ok(rotation) => report(&rotation),
            Err(error) => {
                tracing::error!(error.chain = error_chain(&error), "there is no signing key");
                reply.status = Status::Failed;
                reply.reason =
                    Some("the signing key could not be made; see the function's log".to_owned());
            }
        }
    }
    cloud::put_to_url(&url, serde_json::to_string(&reply)?).await
}

async fn make_first(app: &App) -> Result<Rotation, KeyError> {
    for pause in PAUSES {
        match identity::rotate_signing_key(app, true).await {
            Ok(rotation) => return Ok(rotation),
            Err(error) => {
                tracing::warn!(
                    error.chain = error_chain(&error),
                    "no signing key yet; trying again"
                );
            }
        }
        tokio::time::sleep(pause).await;
    }
    identity::rotate_signing_key(app, true).await
}

fn reply(stack_id: String, request_id: String, logical_resource_id: String) -> Reply {
    let mut reply = Reply::default();
    reply.status = Status::Success;
    reply.physical_resource_id.push_str(RESOURCE);
    reply.stack_id = stack_id;
    reply.request_id = request_id;
    reply.logical_resource_id = logical_resource_id;
    reply
}

fn report(rotation: &Rotation) {
    match rotation {
        Rotation::Rotated(kid) => tracing::info!(key.id = kid, "a new signing key signs"),
        Rotation::Kept(kid) => tracing::info!(key.id = kid, "the signing key stays"),
    }
}
