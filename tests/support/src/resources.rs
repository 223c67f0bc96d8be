//! What `template.yaml` makes for an installation, made for one test.

use std::collections::BTreeMap;

use aws_sdk_s3::types::CreateBucketConfiguration;
use cloud::Clients;
use futures_util::future::join_all;
use local_aws::installation_of;
use serde_json::{Map, Value, json};

use crate::app::Options;
use crate::emulator::Emulator;
use crate::templates::{Names, Resource, resources, text_of};

/// Where mails come from.
const FROM_ADDRESS: &str = "no-reply@kinwise.example";
/// Where the fonts are that are packaged with the function that writes reports.
const FONTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../functions/operations/report/fonts"
);
/// The attribute that says when an item may go, in every table that has one.
const EXPIRY: &str = "ttl";

/// What was made for a test.
pub(crate) struct Made {
    /// The environment that names it, as the functions of an installation have it.
    pub(crate) environment: BTreeMap<String, String>,
    /// The addresses of the queues, by their names without the installation's.
    pub(crate) queues: BTreeMap<String, String>,
}

/// Makes tables, queues, secrets, the bucket and the sender's identity, and the settings that name them.
pub(crate) async fn make(emulator: &Emulator, clients: &Clients, options: &Options) -> Made {
    let test = std::thread::current();
    let test = installation_of(test.name().unwrap_or_default());
    let stack = format!("{test}{:08x}", rand::random::<u32>());
    let names = Names {
        stack: &stack,
        region: &emulator.region,
        account: &emulator.account,
    };
    let bucket = format!("{stack}-files");

    let (_, secrets, queues, (), ()) = tokio::join!(
        join_all(
            resources("AWS::DynamoDB::Table").map(|table| make_table(emulator, &names, table))
        ),
        join_all(
            resources("AWS::SecretsManager::Secret")
                .map(|secret| make_secret(clients, &names, secret))
        ),
        make_queues(emulator, &names),
        make_bucket(emulator, clients, &bucket),
        verify_sender(clients, &stack),
    );
    let mut environment: BTreeMap<String, String> = secrets.into_iter().collect();
    for (name, value) in [
        ("APP_NAME", "KinWise"),
        ("FRONTEND_URL", crate::app::FRONTEND_URL),
        ("API_URL", crate::app::API_URL),
        ("FROM_ADDRESS", FROM_ADDRESS),
        ("STACK_NAME", &stack),
        ("FILES_BUCKET", &bucket),
        ("TOKEN_ISSUER", "https://api.kinwise.example"),
        ("ACCESS_TOKEN_MINUTES", "30"),
        ("REFRESH_TOKEN_DAYS", "7"),
        ("REFRESH_REPEAT_SECONDS", "60"),
        ("AUDIT_RETENTION_DAYS", "365"),
        ("TASK_RESULT_MINUTES", "60"),
        ("TIME_ZONE", "Europe/Berlin"),
        ("REPORT_FONTS", FONTS),
        (
            "QUEUE_MAPPINGS",
            "mail-urgent=none,mail-bulk=none,work=none,reports=none,transfers=none,avatar-uploads=none,image-uploads=none",
        ),
    ] {
        environment.insert(name.to_owned(), value.to_owned());
    }
    environment.insert(
        "MAIL_CONFIGURATION_SET".to_owned(),
        configuration_set(&stack),
    );
    environment.insert(
        "DAILY_MAIL_LIMIT".to_owned(),
        options.daily_mail_limit.to_string(),
    );
    environment.insert(
        "MAILS_PER_SECOND".to_owned(),
        options.mails_per_second.to_string(),
    );
    let queues: BTreeMap<String, String> = queues.into_iter().collect();
    let prefix = queues["mail-urgent"].trim_end_matches("mail-urgent");
    environment.insert("QUEUE_URL_PREFIX".to_owned(), prefix.to_owned());
    let (region, account) = (names.region, names.account);
    environment.insert(
        "QUEUE_ARN_PREFIX".to_owned(),
        format!("arn:aws:sqs:{region}:{account}:{stack}-"),
    );
    environment.insert(
        "TASK_SCHEDULE_ROLE".to_owned(),
        format!("arn:aws:iam::{account}:role/{stack}-schedules"),
    );
    Made {
        environment,
        queues,
    }
}

/// Makes a table as its template has it.
///
/// What guards data against loss and theft is left out, and so is the deletion of expired items: the emulator deletes by the
/// machine's clock, and a test lives by its own.
async fn make_table(emulator: &Emulator, names: &Names<'_>, table: Resource<'_>) {
    let properties = [
        "TableName",
        "BillingMode",
        "AttributeDefinitions",
        "KeySchema",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "StreamSpecification",
    ];
    let mut request: Map<String, Value> = properties
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), table.property(name, names)?)))
        .collect();
    // In a template, a stream is there because it is described.
    if let Some(stream) = request.get_mut("StreamSpecification") {
        stream["StreamEnabled"] = json!(true);
    }
    if let Some(expiry) = table.property("TimeToLiveSpecification", names) {
        assert_eq!(expiry["AttributeName"], EXPIRY, "{}", table.logical_id);
    }
    let request = Value::Object(request);
    emulator.aws.dynamodb("CreateTable", &request).await;
}

/// Makes all queues as their templates have them. Gives the name of each without the installation's, and its address.
async fn make_queues(emulator: &Emulator, names: &Names<'_>) -> Vec<(String, String)> {
    let has_dead_letters = |queue: &Resource<'_>| queue.property("RedrivePolicy", names).is_some();
    // A queue of dead letters has to be there before the queue that names it.
    let (later, first): (Vec<_>, Vec<_>) = resources("AWS::SQS::Queue").partition(has_dead_letters);
    let queue = |queue| make_queue(emulator, names, queue);
    let mut queues = join_all(first.into_iter().map(queue)).await;
    queues.extend(join_all(later.into_iter().map(queue)).await);
    queues
}

async fn make_queue(
    emulator: &Emulator,
    names: &Names<'_>,
    queue: Resource<'_>,
) -> (String, String) {
    let properties = [
        "DelaySeconds",
        "MessageRetentionPeriod",
        "RedrivePolicy",
        "VisibilityTimeout",
    ];
    let attributes: BTreeMap<&str, String> = properties
        .into_iter()
        .filter_map(|name| Some((name, text_of(&queue.property(name, names)?))))
        .collect();
    let name = queue.text("QueueName", names);
    let request = json!({"QueueName": name, "Attributes": attributes});
    let target = "AmazonSQS.CreateQueue";
    let made = emulator.aws.json("sqs", target, &request).await;
    let url = made["QueueUrl"].as_str().expect("a queue has a URL");
    let short = name.strip_prefix(&format!("{}-", names.stack));
    let short = short.expect("a queue's name begins with its installation's");
    (short.to_owned(), url.to_owned())
}

/// Makes a secret as its template has it. Gives its variable and its name.
async fn make_secret(
    clients: &Clients,
    names: &Names<'_>,
    secret: Resource<'_>,
) -> (String, String) {
    let text = match secret.property("GenerateSecretString", names) {
        Some(how) => random_text(how["PasswordLength"].as_u64().expect("a length")),
        None => secret.text("SecretString", names),
    };
    let variable = secret.variable();
    let name = format!("{}-{}", names.stack, variable.to_lowercase());
    clients
        .secrets_manager()
        .create_secret()
        .name(&name)
        .secret_string(text)
        .send()
        .await
        .expect("the emulator keeps a secret");
    (variable, name)
}

async fn make_bucket(emulator: &Emulator, clients: &Clients, name: &str) {
    // The one region that a bucket is in when it is said to be in none, and that S3 does not take for an answer.
    let elsewhere = (emulator.region != "us-east-1").then(|| {
        CreateBucketConfiguration::builder()
            .location_constraint(emulator.region.as_str().into())
            .build()
    });
    clients
        .s3()
        .create_bucket()
        .bucket(name)
        .set_create_bucket_configuration(elsewhere)
        .send()
        .await
        .expect("the emulator makes a bucket");
}

async fn verify_sender(clients: &Clients, stack: &str) {
    clients
        .ses()
        .create_email_identity()
        .email_identity(FROM_ADDRESS)
        .send()
        .await
        .expect("the emulator verifies a sender");
    clients
        .ses()
        .create_configuration_set()
        .configuration_set_name(configuration_set(stack))
        .send()
        .await
        .expect("the emulator makes a configuration set");
}

/// What the mails of an installation go through.
fn configuration_set(stack: &str) -> String {
    format!("{stack}-mail")
}

fn random_text(length: u64) -> String {
    (0..length)
        .map(|_| char::from(rand::random_range(b'a'..=b'z')))
        .collect()
}
