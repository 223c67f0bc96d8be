//! What S3 says of pictures that were sent to it.

use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::json;

use crate::TestApp;

impl TestApp {
    /// The event of a new file, as S3 puts it into a queue and the queue hands it to a worker.
    pub fn new_file_event(&self, key: &str, size: usize) -> SqsEvent {
        let notice = json!({"Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": self.emulator().region,
            "eventTime": self.now().to_string(),
            "eventName": "ObjectCreated:Post",
            "userIdentity": {"principalId": "AWS:AROAEXAMPLE:create_avatar_upload"},
            "requestParameters": {"sourceIPAddress": "203.0.113.7"},
            "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "EXAMPLE"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "uploads",
                "bucket": {
                    "name": self.variable("FILES_BUCKET"),
                    "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                    "arn": format!("arn:aws:s3:::{}", self.variable("FILES_BUCKET")),
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
            "eventSourceARN": self.emulator().queue_arn("avatar-uploads"),
            "awsRegion": self.emulator().region,
        }]});
        serde_json::from_value(event).expect("an event as AWS sends it")
    }
}
