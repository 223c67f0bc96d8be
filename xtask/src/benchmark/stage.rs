//! The stack that functions are measured on: what they are called with is arranged by calling other functions, and put
//! back before each call that is measured.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http::Method;
use local_aws::{Aws, HttpClient, get, http_client};
use serde_json::{Value, json};

use super::authenticator::Authenticator;
use super::events::{Filling, fill, fill_messages, fill_news, fill_upload, kinds};
use super::files::{Files, PICTURE};
use super::scenes::{Arranged, arrange};
use super::snapshot::Snapshot;
use crate::commands::invoke::physical_name;
use crate::description::Description;
use crate::lambda;
use crate::mailbox::Mail;
use crate::sample;
use crate::workspace::Workspace;

const IDENTITY: &str = "identity";
const TASKS: &str = "tasks";
/// The tables that decide what a call is answered. The audit log does not, and people are derived.
const TABLES: [&str; 6] = [IDENTITY, "limits", TASKS, "mail", "catalog", "stock"];
/// All tables: what a list reads goes by what there is, and must not go by which functions were measured before.
const ALL: [&str; 8] = [
    IDENTITY, "limits", TASKS, "mail", "catalog", "stock", "audit", "people",
];
/// The version of a product before the first change of one that changes before each call: it has had no more until then.
const FIRST_CHANGE: u64 = 1_000;
const MAPPINGS: &str = "/2015-03-31/event-source-mappings/";
/// What runs besides requests is done within seconds; after a failed try the worker waits up to a minute.
const WAIT_LIMIT: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(200);

/// A stack with nothing on it but what a deployment leaves.
pub(crate) struct Stage<'a> {
    workspace: &'a Workspace,
    stack: &'a Description,
    aws: Aws,
    http: HttpClient,
    /// What hands events from streams and queues to functions.
    mappings: Vec<String>,
    empty: Snapshot,
}

impl<'a> Stage<'a> {
    /// Open the stage on a stack that was just deployed.
    pub(crate) async fn open(workspace: &'a Workspace, stack: &'a Description) -> Result<Self> {
        let aws = stack.aws();
        let listed = aws.rest("lambda", Method::GET, MAPPINGS, None).await?;
        let listed = listed["EventSourceMappings"].as_array();
        let ids = listed
            .into_iter()
            .flatten()
            .filter_map(|mapping| Some(mapping["UUID"].as_str()?.to_owned()));
        Ok(Self {
            workspace,
            stack,
            mappings: ids.collect(),
            empty: take(stack, &aws, &ALL).await?,
            http: http_client(),
            aws,
        })
    }

    /// Arrange what a function needs to do what it is for, from an empty stage. A function has one scene: mails to people of
    /// its name stay in the inbox.
    pub(crate) async fn scene(&self, function: &str) -> Result<Scene> {
        self.empty.restore(&self.aws).await?;
        self.run_beside(true).await?;
        let arranged = arrange(self, function)
            .await
            .with_context(|| format!("what {function} needs cannot be arranged"))?;
        // Mails, work and lists wait while calls are measured: they would take the processor, and change what is put back.
        self.run_beside(false).await?;
        let Arranged {
            filling,
            authenticator,
            upload,
        } = arranged;
        let mut event = self.sample(function)?;
        fill(&mut event, &filling);
        self.fill_news(&mut event, &filling)?;
        let mut before = take(self.stack, &self.aws, &TABLES).await?;
        let tasks = before.reopen_tasks(&table(self.stack, TASKS)?, &kinds(&mut event));
        fill_messages(&mut event, &tasks);
        if let Some(key) = &upload {
            fill_upload(&mut event, key, PICTURE.len());
        }
        let changed = filling
            .get("product_id")
            .filter(|_| function == "index_products");
        let changed = match changed {
            Some(id) => Some(Changed {
                aws: self.aws.clone(),
                table: table(self.stack, "catalog")?,
                product: id.clone(),
                version: FIRST_CHANGE,
            }),
            None => None,
        };
        Ok(Scene {
            authenticator,
            changed,
            before: Some((self.aws.clone(), before)),
            upload: match upload {
                Some(key) => Some((self.files()?, key, PICTURE.to_vec())),
                None => None,
            },
            ..Scene::bare(event)
        })
    }

    /// Hand events from streams and queues to functions, or let them wait.
    pub(crate) async fn run_beside(&self, runs: bool) -> Result<()> {
        for id in &self.mappings {
            let path = format!("{MAPPINGS}{id}");
            let body = json!({ "Enabled": runs });
            self.aws
                .rest("lambda", Method::PUT, &path, Some(&body))
                .await?;
        }
        Ok(())
    }

    /// A function's sample event.
    pub(crate) fn sample(&self, function: &str) -> Result<Value> {
        let file = sample::of(self.workspace, function)?;
        let text =
            std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", file.display()))
    }

    /// Have news of a mail be about the one that was found.
    fn fill_news(&self, event: &mut Value, filling: &Filling) -> Result<()> {
        if let (Some(id), Some(address)) = (filling.get("message_id"), filling.get("email")) {
            let set = variable(self.stack, "MAIL_CONFIGURATION_SET")?;
            fill_news(event, id, address, set);
        }
        Ok(())
    }

    /// Have a function do its work that is not called over HTTP, with its sample, filled.
    pub(crate) async fn run(&self, function: &str, filling: &Filling) -> Result<()> {
        let mut event = self.sample(function)?;
        self.fill_news(&mut event, filling)?;
        let physical = physical_name(self.stack, function)?;
        let ran = lambda::invoke(&self.aws, physical, serde_json::to_vec(&event)?).await?;
        if ran.failed {
            bail!("{function} failed: {}", ran.answer);
        }
        Ok(())
    }

    /// Call a deployed function with its sample, filled, and take only success for an answer. Gives the body.
    pub(crate) async fn call(&self, function: &str, filling: &Filling) -> Result<Value> {
        self.call_with(function, filling, None).await
    }

    /// The same, with another body than the sample's, where there is one.
    pub(crate) async fn call_with(
        &self,
        function: &str,
        filling: &Filling,
        body: Option<&Value>,
    ) -> Result<Value> {
        let mut event = self.sample(function)?;
        fill(&mut event, filling);
        if let Some(body) = body {
            event["body"] = body.to_string().into();
        }
        let physical = physical_name(self.stack, function)?;
        let event = serde_json::to_vec(&event)?;
        let answer = lambda::invoke(&self.aws, physical, event).await?.answer;
        if !matches!(answer["statusCode"].as_u64(), Some(200..=299)) {
            bail!("{function} refused: {answer}");
        }
        let body = answer["body"].as_str().unwrap_or_default();
        Ok(serde_json::from_str(body).unwrap_or_default())
    }

    /// Call a function until its answer has something, and give that.
    pub(crate) async fn call_until<T>(
        &self,
        function: &str,
        filling: &Filling,
        wanted: impl Fn(&Value) -> Option<T>,
    ) -> Result<T> {
        let started = Instant::now();
        while started.elapsed() < WAIT_LIMIT {
            if let Some(found) = wanted(&self.call(function, filling).await?) {
                return Ok(found);
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("{function} never answered what was waited for");
    }

    /// Wait for a mail to an address that has something, and give that.
    pub(crate) async fn mailed<T>(
        &self,
        address: &str,
        wanted: impl Fn(&Mail) -> Option<T>,
    ) -> Result<T> {
        let url = format!("{}/messages", self.stack.inbox_url);
        let started = Instant::now();
        while started.elapsed() < WAIT_LIMIT {
            let answer = get(&self.http, &url).await?;
            let mails: Vec<Mail> = serde_json::from_slice(&answer.body)?;
            let mut own = mails.iter().filter(|mail| mail.to == [address]);
            if let Some(found) = own.find_map(&wanted) {
                return Ok(found);
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the mail to {address} that was waited for never came");
    }

    /// Have a task be one that failed.
    pub(crate) async fn fail(&self, task: &str) -> Result<()> {
        let request = json!({
            "TableName": table(self.stack, TASKS)?,
            "Key": {"pk": {"S": format!("TASK#{task}")}, "sk": {"S": "TASK"}},
            "UpdateExpression": "SET #state = :failure",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":failure": {"S": "FAILURE"}},
        });
        let target = "DynamoDB_20120810.UpdateItem";
        self.aws.target("dynamodb", target, &request).await?;
        Ok(())
    }

    /// Give an account the role of an administrator and nothing else: its password and sessions stay, which `create-admin`
    /// would end.
    pub(crate) async fn promote(&self, user_id: &str) -> Result<()> {
        let request = json!({
            "TableName": table(self.stack, IDENTITY)?,
            "Key": {"pk": {"S": format!("USER#{user_id}")}, "sk": {"S": "USER"}},
            "UpdateExpression": "SET #role = :admin",
            "ExpressionAttributeNames": {"#role": "role"},
            "ExpressionAttributeValues": {":admin": {"S": "admin"}},
        });
        let target = "DynamoDB_20120810.UpdateItem";
        self.aws.target("dynamodb", target, &request).await?;
        let request = json!({
            "TableName": table(self.stack, IDENTITY)?,
            "Item": {
                "pk": {"S": format!("GRANT#{user_id}")},
                "sk": {"S": "GRANT"},
                "role": {"S": "admin"},
            },
        });
        let target = "DynamoDB_20120810.PutItem";
        self.aws.target("dynamodb", target, &request).await?;
        Ok(())
    }

    /// The bucket of the stage.
    pub(crate) fn files(&self) -> Result<Files> {
        Ok(Files::new(&self.aws, variable(self.stack, "FILES_BUCKET")?))
    }
}

/// A table's name: the stack's stands before its own.
fn table(stack: &Description, name: &str) -> Result<String> {
    Ok(format!("{}-{name}", variable(stack, "STACK_NAME")?))
}

fn variable<'a>(stack: &'a Description, name: &str) -> Result<&'a str> {
    let value = stack.environment.get(name);
    value
        .map(String::as_str)
        .with_context(|| format!("the functions have no {name}"))
}

async fn take(stack: &Description, aws: &Aws, tables: &[&str]) -> Result<Snapshot> {
    let tables: Result<Vec<_>> = tables.iter().map(|name| table(stack, name)).collect();
    Snapshot::take(aws, &tables?).await
}

/// A product that has changed each time, and what of it the bucket has is not put back.
struct Changed {
    aws: Aws,
    table: String,
    product: String,
    version: u64,
}

impl Changed {
    async fn change(&mut self) -> Result<()> {
        self.version += 1;
        let request = json!({
            "TableName": self.table,
            "Key": {"pk": {"S": format!("PRODUCT#{}", self.product)}, "sk": {"S": "PRODUCT"}},
            "UpdateExpression": "SET version = :version",
            "ExpressionAttributeValues": {":version": {"N": self.version.to_string()}},
        });
        let target = "DynamoDB_20120810.UpdateItem";
        self.aws.target("dynamodb", target, &request).await?;
        Ok(())
    }
}

/// What a function is called with, and on.
pub(crate) struct Scene {
    event: Value,
    authenticator: Option<Authenticator>,
    before: Option<(Aws, Snapshot)>,
    upload: Option<(Files, String, Vec<u8>)>,
    changed: Option<Changed>,
    /// The function was called.
    is_used: bool,
    /// What it was called with changes nothing.
    is_kept: bool,
}

impl Scene {
    /// An event for a function that needs nothing.
    pub(crate) fn bare(event: Value) -> Self {
        Self {
            event,
            authenticator: None,
            before: None,
            upload: None,
            changed: None,
            is_used: false,
            is_kept: false,
        }
    }

    /// Upload another picture from now on, where one is.
    pub(crate) fn upload_instead(&mut self, picture: Vec<u8>) {
        if let Some((_, key, old)) = &mut self.upload {
            fill_upload(&mut self.event, key, picture.len());
            *old = picture;
        }
    }

    /// Whether the event has an access token.
    pub(crate) fn has_caller(&self) -> bool {
        self.event["headers"]["authorization"].is_string()
    }

    /// Put back what there was, and give the event to call with.
    pub(crate) async fn next(&mut self) -> Result<Value> {
        if let Some((aws, before)) = self.before.as_ref().filter(|_| !self.is_kept) {
            let had_changed = before.restore(aws).await?;
            // To look for changes takes the processor's caches away from the function, so one that has made none at first is
            // not looked after any more.
            self.is_kept = self.is_used && !had_changed;
        }
        self.is_used = true;
        if let Some((files, key, picture)) = &self.upload {
            files.upload(key, picture).await?;
        }
        if let Some(changed) = &mut self.changed {
            changed.change().await?;
        }
        let mut event = self.event.clone();
        if let Some(authenticator) = &self.authenticator {
            fill(
                &mut event,
                &Filling::from([("code", authenticator.next_code()?)]),
            );
        }
        Ok(event)
    }
}
