//! The bucket, as browsers, S3 and an operator handle it.

use aws_lambda_events::event::sqs::SqsEvent;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};

use crate::TestApp;
use crate::http::Http;

/// What stands between the fields of a form.
const BOUNDARY: &str = "----form-of-a-test";

impl Http {
    /// Sends a file with the form of an upload, as a browser does. Gives the status and what S3 said.
    pub async fn upload(&self, form: &Value, file: &[u8]) -> (u16, String) {
        let mut body = Vec::new();
        for (name, value) in form["fields"].as_object().expect("a form has fields") {
            let value = value.as_str().unwrap_or_default();
            let field = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend(field.into_bytes());
        }
        // The name and the type that a browser gives say nothing to anybody.
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../me.svg\"\r\n\
             Content-Type: image/svg+xml\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(file);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());

        let request = Request::post(form["url"].as_str().unwrap_or_default())
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(body))
            .expect("a request of plain parts");
        let (status, _, answer) = self.send(request).await.expect("the storage answers");
        let said = String::from_utf8_lossy(&answer).into_owned();
        (status.as_u16(), said)
    }
}

impl TestApp {
    /// Sends a file with the form of an upload. Gives the status and what S3 said.
    pub async fn upload(&self, form: &Value, file: &[u8]) -> (u16, String) {
        self.emulator.http.upload(form, file).await
    }

    /// Opens an address, with no proof but what is in it.
    pub async fn download(&self, url: &str) -> (u16, HeaderMap, Bytes) {
        let (status, headers, body) = self.emulator.http.get(url).await;
        (status.as_u16(), headers, body)
    }

    /// The keys of all files, sorted.
    pub async fn file_keys(&self) -> Vec<String> {
        let listed = self
            .admin
            .s3()
            .list_objects_v2()
            .bucket(&self.settings().files_bucket)
            .send()
            .await
            .expect("the emulator's buckets can be read");
        let objects = listed.contents.unwrap_or_default();
        let mut keys: Vec<String> = objects
            .into_iter()
            .filter_map(|object| object.key)
            .collect();
        keys.sort();
        keys
    }

    /// The event of a new file, as S3 puts it into a queue and the queue hands it to a worker.
    pub fn new_file_event(&self, key: &str, size: usize) -> SqsEvent {
        let notice = json!({"Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": self.emulator.region,
            "eventTime": self.now().to_string(),
            "eventName": "ObjectCreated:Post",
            "userIdentity": {"principalId": "AWS:AROAEXAMPLE:create_avatar_upload"},
            "requestParameters": {"sourceIPAddress": "203.0.113.7"},
            "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "EXAMPLE"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "uploads",
                "bucket": {
                    "name": self.settings().files_bucket,
                    "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                    "arn": format!("arn:aws:s3:::{}", self.settings().files_bucket),
                },
                "object": {
                    "key": key,
                    "size": size,
                    "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                    "sequencer": "0055AED6DCD90281E5",
                },
            },
        }]});
        self.upload_queue_event(&notice.to_string())
    }

    /// The event of some message in the queue of uploads.
    pub fn upload_queue_event(&self, body: &str) -> SqsEvent {
        let event = json!({"Records": [{
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": self.emulator.queue_arn("avatar-uploads"),
            "awsRegion": self.emulator.region,
        }]});
        serde_json::from_value(event).expect("an event as AWS sends it")
    }
}
