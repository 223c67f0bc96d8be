//! The functions as the emulator's Lambda has them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use http::Method;
use local_aws::Aws;
use serde_json::{Value, json};

const PREFIX: &str = "/2015-03-31/functions";
/// The emulator takes half a second; far more means it hangs.
const UPDATE_LIMIT: Duration = Duration::from_mins(1);

/// A function that is deployed.
#[derive(Clone, Debug)]
pub(crate) struct Deployed {
    /// What identifies its code.
    pub(crate) code: String,
    /// The environment of the function.
    pub(crate) environment: BTreeMap<String, String>,
}

/// All functions by their physical name.
pub(crate) async fn list(aws: &Aws) -> Result<BTreeMap<String, Deployed>> {
    let mut found = BTreeMap::new();
    let mut marker = String::new();
    loop {
        let path = format!("{PREFIX}/?MaxItems=50{marker}");
        let page = aws.rest("lambda", Method::GET, &path, None).await?;
        for function in page["Functions"].as_array().into_iter().flatten() {
            let variables = function["Environment"]["Variables"].as_object();
            let environment = variables
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect();
            found.insert(
                text(function, "FunctionName"),
                Deployed {
                    code: text(function, "CodeSha256"),
                    environment,
                },
            );
        }
        match page["NextMarker"].as_str() {
            Some(next) if !next.is_empty() => marker = format!("&Marker={next}"),
            _ => return Ok(found),
        }
    }
}

/// The place that functions take their code from.
#[derive(Clone, Debug)]
pub(crate) struct Archive {
    bucket: &'static str,
    key: String,
}

/// Put a crate's archive into a bucket, as the code of the functions it serves: it travels once, however many they are.
pub(crate) async fn upload(
    aws: &Aws,
    bucket: &'static str,
    name: &str,
    archive: &Path,
) -> Result<Archive> {
    let zip = tokio::fs::read(archive).await;
    let zip = zip.with_context(|| format!("cannot read {}", archive.display()))?;
    let key = format!("{name}.zip");
    let path = format!("/{bucket}/{key}");
    let answer = aws.call("s3", Method::PUT, &path, &[], zip).await?;
    if !answer.status.is_success() {
        bail!("the code of {name} cannot be uploaded: {}", answer.text());
    }
    Ok(Archive { bucket, key })
}

/// Replace a function's code by an uploaded one and wait until the new code serves. Returns what
/// identifies the new code.
pub(crate) async fn update_code(aws: &Aws, function: &str, code: &Archive) -> Result<String> {
    let path = format!("{PREFIX}/{function}/code");
    let body = json!({ "S3Bucket": code.bucket, "S3Key": code.key });
    let answer = aws.rest("lambda", Method::PUT, &path, Some(&body)).await?;
    let code = text(&answer, "CodeSha256");

    let started = Instant::now();
    let path = format!("{PREFIX}/{function}/configuration");
    loop {
        let now = aws.rest("lambda", Method::GET, &path, None).await?;
        match now["LastUpdateStatus"].as_str() {
            Some("Successful") | None => return Ok(code),
            Some("Failed") => bail!("{function} refused its new code: {now}"),
            Some(_) if started.elapsed() > UPDATE_LIMIT => {
                bail!("{function} does not take its new code")
            }
            Some(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// What an invocation came to.
pub(crate) struct Invocation {
    /// The answer of the function.
    pub(crate) answer: Value,
    /// Whether the function failed rather than answered.
    pub(crate) failed: bool,
}

/// Call a function with an event.
pub(crate) async fn invoke(aws: &Aws, function: &str, event: Vec<u8>) -> Result<Invocation> {
    let path = format!("{PREFIX}/{function}/invocations");
    let answer = aws.call("lambda", Method::POST, &path, &[], event).await?;
    if !answer.status.is_success() {
        bail!("{function} cannot be invoked: {}", answer.text());
    }
    Ok(Invocation {
        answer: answer.json()?,
        failed: answer.headers.contains_key("x-amz-function-error"),
    })
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
