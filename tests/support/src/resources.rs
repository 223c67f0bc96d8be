//! What `template.yaml` makes for an installation, made for one test.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_sdk_s3::types::CreateBucketConfiguration;
use aws_sdk_sqs::types::QueueAttributeName;
use cloud::{Clients, Settings};
use domain::task::MAX_RECEIVES;
use futures_util::future::join_all;
use serde_json::json;

use crate::app::Options;
use crate::emulator::Emulator;

/// Where mails come from.
const FROM_ADDRESS: &str = "no-reply@kinwise.example";
/// As `template.yaml` sets it: six times the mail worker's time-out. No test lives that long.
const VISIBILITY_SECONDS: u32 = 180;

/// An index: its name, the attribute of its partitions, the one it is sorted by, and what it holds.
type Index = (&'static str, &'static str, &'static str, Held);

/// What an index holds of an item, beside the keys.
#[derive(Clone, Copy)]
enum Held {
    All,
    Only(&'static str),
}

/// The tables with their indexes, as `infra/data.yaml` has them.
const TABLES: [(&str, &[Index]); 5] = [
    (
        "identity",
        &[
            ("by-day", "day_pk", "day_sk", Held::All),
            ("due", "due_pk", "due_sk", Held::Only("id")),
        ],
    ),
    ("tasks", &[]),
    ("limits", &[]),
    (
        "audit",
        &[
            ("by-actor", "actor_pk", "sk", Held::All),
            ("by-object", "object_pk", "sk", Held::All),
            ("by-action", "action_pk", "sk", Held::All),
        ],
    ),
    ("people", &[]),
];

/// The queues, by the last part of their names.
pub(crate) const QUEUES: [&str; 3] = ["mail-urgent", "mail-bulk", "work"];

/// Makes tables, queues, secrets, the bucket and the sender's identity, and the settings that name them.
pub(crate) async fn make(emulator: &Emulator, clients: &Clients, options: &Options) -> Settings {
    let id: u64 = rand::random_range(0..u64::MAX);
    let name = |what: &str| format!("test-{id:016x}-{what}");
    let tables = TABLES.map(|(table, _)| name(table));
    let queues = QUEUES.map(name);
    let signing_key = name("signing-key");
    let pepper = name("pepper");
    let factor_key = name("factor-key");
    let bucket = name("files");

    let indexes = TABLES.map(|(_, indexes)| indexes);
    tokio::join!(
        join_all(
            tables
                .iter()
                .zip(indexes)
                .map(|(table, indexes)| make_table(clients, table, indexes))
        ),
        make_secret(clients, &signing_key, "{}".to_owned()),
        make_secret(clients, &pepper, random_text(64)),
        make_secret(clients, &factor_key, random_text(64)),
        make_bucket(emulator, clients, &bucket),
        verify_sender(clients),
    );
    let urls = join_all(
        queues
            .iter()
            .map(|queue| make_queue(emulator, clients, queue)),
    )
    .await;

    let prefix = urls[0].trim_end_matches(QUEUES[0]);
    let settings = Settings::read(|variable| {
        let value = match variable {
            "APP_NAME" => "KinWise",
            "FRONTEND_URL" => crate::app::FRONTEND_URL,
            "FROM_ADDRESS" => FROM_ADDRESS,
            "DAILY_MAIL_LIMIT" => return Some(options.daily_mail_limit.to_string()),
            "IDENTITY_TABLE" => &tables[0],
            "TASKS_TABLE" => &tables[1],
            "LIMITS_TABLE" => &tables[2],
            "AUDIT_TABLE" => &tables[3],
            "PEOPLE_TABLE" => &tables[4],
            "FILES_BUCKET" => &bucket,
            "FACTOR_KEY_SECRET" => &factor_key,
            "SIGNING_KEY_SECRET" => &signing_key,
            "CODE_PEPPER_SECRET" => &pepper,
            "QUEUE_URL_PREFIX" => prefix,
            "TOKEN_ISSUER" => "https://api.kinwise.example",
            "ACCESS_TOKEN_MINUTES" => "30",
            "REFRESH_TOKEN_DAYS" => "7",
            "AUDIT_RETENTION_DAYS" => "365",
            _ => return None,
        };
        Some(value.to_owned())
    });
    settings.expect("every setting is given")
}

async fn make_table(clients: &Clients, name: &str, indexes: &[Index]) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .expect("name and type are set")
    };
    let key = |name: &str, kind: KeyType| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .expect("name and type are set")
    };
    let mut attributes = vec!["pk", "sk"];
    for (_, hash, range, _) in indexes {
        attributes.extend([hash, range]);
    }
    attributes.sort_unstable();
    attributes.dedup();
    let projection = |held: Held| {
        let projection = Projection::builder();
        match held {
            Held::All => projection.projection_type(ProjectionType::All),
            Held::Only(attribute) => projection
                .projection_type(ProjectionType::Include)
                .non_key_attributes(attribute),
        }
        .build()
    };
    let index = |(name, hash, range, held): &Index| {
        GlobalSecondaryIndex::builder()
            .index_name(*name)
            .key_schema(key(hash, KeyType::Hash))
            .key_schema(key(range, KeyType::Range))
            .projection(projection(*held))
            .build()
            .expect("name and keys are set")
    };
    let indexes: Vec<_> = indexes.iter().map(index).collect();
    clients
        .dynamodb()
        .create_table()
        .table_name(name)
        .set_attribute_definitions(Some(attributes.into_iter().map(attribute).collect()))
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .expect("the emulator makes a table");
}

/// A queue with its dead-letter queue.
async fn make_queue(emulator: &Emulator, clients: &Clients, name: &str) -> String {
    let dead_letters = format!("{name}-dead-letters");
    let redrive = json!({
        "deadLetterTargetArn": emulator.queue_arn(&dead_letters),
        "maxReceiveCount": MAX_RECEIVES,
    });
    let sqs = clients.sqs();
    sqs.create_queue()
        .queue_name(&dead_letters)
        .send()
        .await
        .expect("the emulator makes a queue");
    let made = sqs
        .create_queue()
        .queue_name(name)
        .attributes(
            QueueAttributeName::VisibilityTimeout,
            VISIBILITY_SECONDS.to_string(),
        )
        .attributes(QueueAttributeName::RedrivePolicy, redrive.to_string())
        .send()
        .await
        .expect("the emulator makes a queue");
    made.queue_url.expect("a queue has a URL")
}

async fn make_secret(clients: &Clients, name: &str, text: String) {
    clients
        .secrets_manager()
        .create_secret()
        .name(name)
        .secret_string(text)
        .send()
        .await
        .expect("the emulator keeps a secret");
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

async fn verify_sender(clients: &Clients) {
    clients
        .ses()
        .create_email_identity()
        .email_identity(FROM_ADDRESS)
        .send()
        .await
        .expect("the emulator verifies a sender");
}

fn random_text(length: usize) -> String {
    (0..length)
        .map(|_| char::from(rand::random_range(b'a'..=b'z')))
        .collect()
}
