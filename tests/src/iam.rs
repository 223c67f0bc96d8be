use aws_credential_types::Credentials;
use roxmltree::Document;
use serde_json::{Value, json};
use test_support::Aws;

use crate::stack::Stack;

const IAM: (&str, &str) = ("Version", "2010-05-08");

/// What a role may do.
#[derive(Debug, Clone)]
pub struct Role {
    /// The names of AWS's own policies.
    pub managed: Vec<String>,
    /// The statements of its own policies, as IAM has them.
    own: Vec<Value>,
}

/// One statement of a policy, in one form: lists where IAM takes a single text too.
#[derive(Debug, Clone)]
pub struct Statement {
    /// What is allowed.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// Under which condition; null if there is none.
    pub condition: Value,
}

impl Statement {
    /// What the partitions of a table are called that it is for, as patterns. None if it is for all of them.
    pub fn partitions(&self) -> Vec<String> {
        let named = &self.condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
        if named.is_null() {
            return Vec::new();
        }
        texts(named)
    }

    /// Whether it is about this partition.
    fn names(&self, partition: &str) -> bool {
        self.partitions().iter().any(|pattern| {
            let beginning = pattern.strip_suffix('*');
            beginning.map_or(pattern == partition, |begins| partition.starts_with(begins))
        })
    }
}

impl Role {
    /// Whether a statement allows this for a partition of a table whose statements name partitions.
    pub fn may(&self, action: &str, table: &str, partition: &str) -> bool {
        let table = format!(":table/{table}");
        self.statements().iter().any(|statement| {
            statement.actions.iter().any(|one| one == action)
                && statement.resources.iter().any(|arn| arn.ends_with(&table))
                && statement.names(partition)
        })
    }

    /// The statements of its own policies.
    pub fn statements(&self) -> Vec<Statement> {
        let read = |statement: &Value| {
            assert_eq!(statement["Effect"], "Allow");
            Statement {
                actions: texts(&statement["Action"]),
                resources: texts(&statement["Resource"]),
                condition: statement["Condition"].clone(),
            }
        };
        self.own.iter().map(read).collect()
    }
}

impl Stack {
    /// The role that a function is deployed with.
    pub async fn role_of(&self, function: &str) -> Role {
        let function = self.function(function);
        let configuration = self.aws.function_configuration(&function).await;
        let arn = configuration["Role"].as_str().unwrap_or_default();
        let name = arn.rsplit('/').next().unwrap_or_default();

        let asked = [("RoleName", name)];
        let attached = self.iam("ListAttachedRolePolicies", &asked).await;
        let managed = all(&attached, "PolicyName");
        let listed = self.iam("ListRolePolicies", &asked).await;
        let mut own = Vec::new();
        for policy in all(&listed, "member") {
            let asked = [("RoleName", name), ("PolicyName", &policy)];
            let found = self.iam("GetRolePolicy", &asked).await;
            match document(&all(&found, "PolicyDocument")[0])["Statement"].take() {
                Value::Array(statements) => own.extend(statements),
                statement => own.push(statement),
            }
        }
        Role { managed, own }
    }

    /// The AWS of the stack, called by somebody who may do what a role may.
    ///
    /// By a role of the test's own with the same statements: a function's role can be put on by Lambda alone.
    pub async fn with_rights_of(&self, role: &Role) -> Aws {
        let name = format!("end-to-end-{:016x}", rand::random_range(0..u64::MAX));
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                "Action": "sts:AssumeRole",
            }],
        });
        let trust = trust.to_string();
        let policy = json!({"Version": "2012-10-17", "Statement": role.own}).to_string();
        let made = [
            ("RoleName", name.as_str()),
            ("AssumeRolePolicyDocument", &trust),
        ];
        self.iam("CreateRole", &made).await;
        // A role that may do nothing has no policy; a policy has at least one statement.
        if !role.own.is_empty() {
            let put = [
                ("RoleName", name.as_str()),
                ("PolicyName", "the-same"),
                ("PolicyDocument", &policy),
            ];
            self.iam("PutRolePolicy", &put).await;
        }

        let arn = format!("arn:aws:iam::000000000000:role/{name}");
        let asked = [
            ("Action", "AssumeRole"),
            ("Version", "2011-06-15"),
            ("RoleArn", &arn),
            ("RoleSessionName", "end-to-end"),
        ];
        let answer = self.aws.query("sts", &asked).await;
        let text = |field: &str| all(&answer, field).remove(0);
        self.aws.called_with(Credentials::new(
            text("AccessKeyId"),
            text("SecretAccessKey"),
            Some(text("SessionToken")),
            None,
            "a role of the tests",
        ))
    }

    async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let all = [&[("Action", action), IAM], parameters].concat();
        self.aws.query("iam", &all).await
    }
}

/// The texts of all elements of a name.
fn all(xml: &str, name: &str) -> Vec<String> {
    let document = Document::parse(xml).expect("IAM answers with XML");
    let named = document
        .descendants()
        .filter(|node| node.tag_name().name() == name);
    named
        .filter_map(|node| node.text().map(str::to_owned))
        .filter(|text| !text.trim().is_empty())
        .collect()
}

/// A policy, which IAM percent-encodes.
fn document(text: &str) -> Value {
    let decoded = form_urlencoded::parse(text.as_bytes()).next();
    let (decoded, _) = decoded.expect("a policy is not empty");
    serde_json::from_str(&decoded).expect("a policy is JSON")
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        other => panic!("not a text or a list of texts: {other}"),
    }
}
