//! The calls that tests make most, in the services' own JSON: tables, queues, files, secrets.

use axum::http::Method;
use serde_json::{Value, json};

use super::Aws;

impl Aws {
    /// Calls `DynamoDB`.
    pub async fn dynamodb(&self, operation: &str, request: &Value) -> Value {
        let target = format!("DynamoDB_20120810.{operation}");
        self.json("dynamodb", &target, request).await
    }

    /// All items of a table.
    pub async fn scan(&self, table: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut request = json!({"TableName": table, "ConsistentRead": true});
        loop {
            let mut page = self.dynamodb("Scan", &request).await;
            if let Value::Array(found) = page["Items"].take() {
                items.extend(found);
            }
            match page["LastEvaluatedKey"].take() {
                Value::Null => return items,
                key => request["ExclusiveStartKey"] = key,
            }
        }
    }

    /// An item of a table; null if there is none.
    pub async fn item(&self, table: &str, pk: &str, sk: &str) -> Value {
        let mut request = at(table, pk, sk);
        request["ConsistentRead"] = json!(true);
        self.dynamodb("GetItem", &request).await["Item"].take()
    }

    /// Sets an attribute of an item that is there.
    pub async fn edit(&self, table: &str, pk: &str, sk: &str, attribute: &str, value: &Value) {
        let mut request = at(table, pk, sk);
        request["ConditionExpression"] = json!("attribute_exists(pk)");
        request["UpdateExpression"] = json!("SET #attribute = :value");
        request["ExpressionAttributeNames"] = json!({ "#attribute": attribute });
        request["ExpressionAttributeValues"] = json!({ ":value": value });
        self.dynamodb("UpdateItem", &request).await;
    }

    /// Puts an item, in DynamoDB's JSON, into a table.
    pub async fn put(&self, table: &str, item: &Value) {
        let request = json!({"TableName": table, "Item": item});
        self.dynamodb("PutItem", &request).await;
    }

    /// Takes an item out of a table.
    pub async fn remove(&self, table: &str, pk: &str, sk: &str) {
        self.dynamodb("DeleteItem", &at(table, pk, sk)).await;
    }

    /// Puts a message into a queue and gives its id.
    pub async fn send_message(&self, queue_url: &str, body: &str) -> String {
        let request = json!({"QueueUrl": queue_url, "MessageBody": body});
        let sent = self.json("sqs", "AmazonSQS.SendMessage", &request).await;
        sent["MessageId"].as_str().unwrap_or_default().to_owned()
    }

    /// The first thousand files of a bucket whose keys begin so, as S3 lists them: in XML.
    pub async fn objects(&self, bucket: &str, prefix: &str) -> String {
        let prefix: String = form_urlencoded::byte_serialize(prefix.as_bytes()).collect();
        let path = format!("/{bucket}?list-type=2&prefix={prefix}");
        let answer = self.send(Method::GET, "s3", &path, String::new()).await;
        assert!(answer.status.is_success(), "{bucket} cannot be read");
        answer.text()
    }

    /// Makes a bucket, unless it is there.
    pub async fn make_bucket(&self, bucket: &str) {
        let path = format!("/{bucket}");
        let answer = self.send(Method::PUT, "s3", &path, String::new()).await;
        assert!(answer.status.is_success(), "{bucket}: {}", answer.text());
    }

    /// Puts a file into a bucket.
    pub async fn put_object(&self, bucket: &str, key: &str, content: impl Into<Vec<u8>>) {
        let path = format!("/{bucket}/{key}");
        let answer = self.send(Method::PUT, "s3", &path, content).await;
        assert!(answer.status.is_success(), "{key}: {}", answer.text());
    }

    /// A secret's text.
    pub async fn secret(&self, id: &str) -> String {
        let request = json!({ "SecretId": id });
        let target = "secretsmanager.GetSecretValue";
        let secret = self.json("secretsmanager", target, &request).await;
        let text = secret["SecretString"].as_str();
        text.unwrap_or_default().to_owned()
    }
}

/// A request about one item.
fn at(table: &str, pk: &str, sk: &str) -> Value {
    json!({"TableName": table, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}})
}
