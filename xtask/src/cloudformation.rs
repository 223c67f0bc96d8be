//! What CloudFormation knows of a stack: status, parameters, outputs, resources.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use local_aws::Aws;
use roxmltree::{Document, Node};

const VERSION: &str = "2010-05-15";

/// A stack as `DescribeStacks` tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stack {
    /// The status of the stack, such as `UPDATE_COMPLETE`.
    pub(crate) status: String,
    /// The outputs by key.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The parameters by name.
    pub(crate) parameters: BTreeMap<String, String>,
}

/// The stack, if there is one.
pub(crate) async fn describe(aws: &Aws, stack: &str) -> Result<Option<Stack>> {
    let answer = query(aws, "DescribeStacks", stack, &[]).await?;
    if !answer.0.is_success() {
        return if answer.1.contains("does not exist") {
            Ok(None)
        } else {
            bail!("CloudFormation: {}", answer.1)
        };
    }
    let document = Document::parse(&answer.1)?;
    let Some(member) = members(document.root(), "Stacks").next() else {
        return Ok(None);
    };
    let pairs = |list, key, value| {
        members(member, list)
            .map(|entry| (text(entry, key), text(entry, value)))
            .collect()
    };
    Ok(Some(Stack {
        status: text(member, "StackStatus"),
        outputs: pairs("Outputs", "OutputKey", "OutputValue"),
        parameters: pairs("Parameters", "ParameterKey", "ParameterValue"),
    }))
}

/// What a resource of a stack is called in AWS; of a nested stack, its ARN.
pub(crate) async fn physical_id(aws: &Aws, stack: &str, logical: &str) -> Result<String> {
    let (_, body) = succeed(aws, "DescribeStackResources", stack, &[]).await?;
    let document = Document::parse(&body)?;
    let mut members = members(document.root(), "StackResources");
    let found = members.find(|member| text(*member, "LogicalResourceId") == logical);
    let found = found.with_context(|| format!("{logical} of {stack} was not deployed"))?;
    Ok(text(found, "PhysicalResourceId"))
}

/// The reason why the last operation on a stack failed: the first resource that did, with its reason.
pub(crate) async fn failure(aws: &Aws, stack: &str) -> Option<String> {
    let (status, body) = query(aws, "DescribeStackEvents", stack, &[]).await.ok()?;
    if !status.is_success() {
        return None;
    }
    let document = Document::parse(&body).ok()?;
    // Newest first: the last operation's events end where the one before it was complete.
    let mut first = None;
    for (index, event) in members(document.root(), "StackEvents").enumerate() {
        let status = text(event, "ResourceStatus");
        let own = text(event, "LogicalResourceId") == stack;
        if index > 0 && own && status.ends_with("_COMPLETE") && !status.contains("ROLLBACK") {
            break;
        }
        let reason = text(event, "ResourceStatusReason");
        if status.ends_with("_FAILED") && !own && !reason.contains("cancelled") {
            first = Some(format!("{}: {reason}", text(event, "LogicalResourceId")));
        }
    }
    first
}

async fn succeed(
    aws: &Aws,
    action: &str,
    stack: &str,
    parameters: &[(&str, &str)],
) -> Result<(http::StatusCode, String)> {
    let answer = query(aws, action, stack, parameters).await?;
    if !answer.0.is_success() {
        bail!("CloudFormation refused {action}: {}", answer.1);
    }
    Ok(answer)
}

async fn query(
    aws: &Aws,
    action: &str,
    stack: &str,
    parameters: &[(&str, &str)],
) -> Result<(http::StatusCode, String)> {
    let mut all = vec![("StackName", stack)];
    all.extend_from_slice(parameters);
    let answer = aws.query("cloudformation", VERSION, action, &all).await?;
    Ok((answer.status, answer.text()))
}

/// The `member` elements of the first list of that name below a node.
fn members<'a, 'input>(
    node: Node<'a, 'input>,
    list: &str,
) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
    let found = node
        .descendants()
        .find(|node| node.tag_name().name() == list);
    found
        .into_iter()
        .flat_map(|list| list.children())
        .filter(|node| node.tag_name().name() == "member")
}

/// The text of the first element of that name below a node.
fn text(node: Node<'_, '_>, name: &str) -> String {
    node.descendants()
        .find(|node| node.tag_name().name() == name)
        .and_then(|node| node.text())
        .unwrap_or_default()
        .to_owned()
}
