//! An update of a deployed stack: what is in its tables and its bucket stays, and a function comes or goes.
//!
//! On a stack of the test's own, since the others use the deployed one meanwhile. It nests the real templates.

use end_to_end::{Stack, eventually, repository};
use roxmltree::Document;
use serde_json::{Value, json};

const BUCKET: &str = "tests-of-updates";

/// What is added to the functions of `site`: one more, of the same binary.
const ONE_MORE: &str = "
  OneMore:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${Name}-one_more
      Handler: one_more
      CodeUri: s3://tests-of-updates/site.zip
";

/// A stack that is deployed again and again.
struct Installation<'a> {
    stack: &'a Stack,
    name: String,
    deploys: u32,
}

impl Installation<'_> {
    /// Deploys the templates of the tables, the files and the functions of `site`, and waits until that is done.
    async fn deploy(&mut self, files: &str, site: &str) {
        self.deploys += 1;
        let data = std::fs::read_to_string(repository("infra/data.yaml")).unwrap();
        let mut urls = Vec::new();
        for (name, template) in [("data", data.as_str()), ("files", files), ("site", site)] {
            let key = format!("{}-{}-{name}.yaml", self.name, self.deploys);
            self.stack.aws.put_object(BUCKET, &key, template).await;
            urls.push(format!("{}/{BUCKET}/{key}", self.stack.endpoint()));
        }
        let nested = |url: &str, parameters: Value| {
            json!({
                "Type": "AWS::CloudFormation::Stack",
                "Properties": { "TemplateURL": url, "Parameters": parameters },
            })
        };
        let of =
            |stack: &str, output: &str| json!({"Fn::GetAtt": [stack, format!("Outputs.{output}")]});
        let name = &self.name;
        let template = json!({
            "Resources": {
                "Data": nested(&urls[0], json!({"Name": name, "DeletionProtection": "false", "MetricsToken": ""})),
                "Files": nested(&urls[1], json!({
                    "Name": name, "AllowedOrigins": "http://localhost:3000", "UploadVisibilitySeconds": "360",
                    "RequireTls": "true", "AlarmTopic": "arn:aws:sns:us-east-1:000000000000:nobody",
                })),
                "Site": nested(&urls[2], json!({
                    "Name": name, "Architecture": "x86_64", "LogLevel": "INFO", "SystemLogLevel": "WARN",
                    "Logs": format!("/{name}/"), "Tables": of("Data", "Tables"),
                    "Queues": format!("arn:aws:sqs:us-east-1:000000000000:{name}-"), "Bucket": of("Files", "Bucket"),
                    "AppName": "KinWise", "FrontendUrl": "http://localhost:3000", "AuditRetentionDays": "365",
                })),
            },
            "Outputs": { "Bucket": { "Value": of("Files", "Bucket") } },
        });
        let action = if self.deploys == 1 {
            "CreateStack"
        } else {
            "UpdateStack"
        };
        let template = template.to_string();
        let capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"];
        let asked = [
            ("TemplateBody", template.as_str()),
            ("Capabilities.member.1", capabilities[0]),
            ("Capabilities.member.2", capabilities[1]),
        ];
        self.ask(action, &asked).await;
        let status = eventually("the stack to be deployed", async || {
            let status = self.told("StackStatus").await;
            (!status.ends_with("IN_PROGRESS")).then_some(status)
        });
        let expected = if self.deploys == 1 {
            "CREATE_COMPLETE"
        } else {
            "UPDATE_COMPLETE"
        };
        assert_eq!(status.await, expected);
    }

    async fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let own = [
            ("Action", action),
            ("Version", "2010-05-15"),
            ("StackName", &self.name),
        ];
        let all = [&own[..], parameters].concat();
        self.stack.aws.query("cloudformation", &all).await
    }

    /// What `DescribeStacks` says of it, such as its status, or the value of its one output.
    async fn told(&self, element: &str) -> String {
        let answer = self.ask("DescribeStacks", &[]).await;
        let document = Document::parse(&answer).unwrap();
        let found = document
            .descendants()
            .find(|node| node.has_tag_name(element));
        found
            .and_then(|node| node.text())
            .unwrap_or_default()
            .to_owned()
    }

    /// What a function answers to a call of `/`.
    async fn call(&self, function: &str) -> Value {
        let event = std::fs::read_to_string(repository("events/site/show_root.json")).unwrap();
        let event = serde_json::from_str(&event).unwrap();
        let name = format!("{}-{function}", self.name);
        let (answer, failed) = self.stack.aws.invoke(&name, &event).await;
        assert!(!failed, "{answer}");
        answer
    }

    /// Asserts that the data of the first deploy are there.
    async fn has_its_data(&self) {
        let item = self
            .stack
            .aws
            .item(&format!("{}-identity", self.name), "k", "k")
            .await;
        assert_eq!(item["kept"]["S"], "yes");
        let objects = self
            .stack
            .aws
            .objects(&self.told("OutputValue").await, "")
            .await;
        assert!(objects.contains("<Key>kept</Key>"), "{objects}");
    }
}

#[tokio::test]
async fn an_update_of_a_template_keeps_the_data_and_functions_come_and_go() {
    let stack = Stack::deployed();
    let archive = stack.binary("show_root").with_file_name("bootstrap.zip");
    stack.aws.make_bucket(BUCKET).await;
    stack
        .aws
        .put_object(BUCKET, "site.zip", std::fs::read(archive).unwrap())
        .await;
    let read = |file: &str| std::fs::read_to_string(repository(file)).unwrap();
    let files = read("infra/files.yaml");
    let site = read("functions/site/template.yaml");
    let site = site.replace(
        "../../target/lambda/site/bootstrap.zip",
        "s3://tests-of-updates/site.zip",
    );
    let mut installation = Installation {
        stack: &stack,
        name: format!("updated-{:08x}", rand::random_range(0..u32::MAX)),
        deploys: 0,
    };

    installation.deploy(&files, &site).await;
    let item = json!({"pk": {"S": "k"}, "sk": {"S": "k"}, "kept": {"S": "yes"}});
    let table = format!("{}-identity", installation.name);
    stack.aws.put(&table, &item).await;
    let bucket = installation.told("OutputValue").await;
    stack.aws.put_object(&bucket, "kept", "yes").await;
    installation.has_its_data().await;

    // The bucket's template alone: what the other stacks are given of it has to be there still.
    let longer = files.replace(
        "MessageRetentionPeriod: 86400",
        "MessageRetentionPeriod: 86401",
    );
    assert_ne!(files, longer);
    installation.deploy(&longer, &site).await;
    installation.has_its_data().await;

    installation
        .deploy(&longer, &format!("{site}{ONE_MORE}"))
        .await;
    installation.has_its_data().await;
    assert_eq!(installation.call("one_more").await["statusCode"], 200);

    installation.deploy(&longer, &site).await;
    installation.has_its_data().await;
    let gone = format!("{}-one_more", installation.name);
    assert!(!stack.aws.has_function(&gone).await);
    assert_eq!(installation.call("show_root").await["statusCode"], 200);

    installation.ask("DeleteStack", &[]).await;
}
