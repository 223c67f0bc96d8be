//! The bucket, as browsers and an operator handle it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;

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
            .bucket(self.variable("FILES_BUCKET"))
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

    /// The contents of a file.
    pub async fn read_file(&self, key: &str) -> Vec<u8> {
        let read = self
            .admin
            .s3()
            .get_object()
            .bucket(self.variable("FILES_BUCKET"))
            .key(key)
            .send()
            .await
            .expect("the file is there");
        let bytes = read.body.collect().await;
        bytes.expect("a body in memory can be read").to_vec()
    }

    /// Writes a file in place of what is there.
    pub async fn write_file(&self, key: &str, bytes: Vec<u8>) {
        self.admin
            .s3()
            .put_object()
            .bucket(self.variable("FILES_BUCKET"))
            .key(key)
            .body(bytes.into())
            .send()
            .await
            .expect("the emulator keeps a file");
    }

    /// Deletes a file.
    pub async fn delete_file(&self, key: &str) {
        self.admin
            .s3()
            .delete_object()
            .bucket(self.variable("FILES_BUCKET"))
            .key(key)
            .send()
            .await
            .expect("the emulator forgets a file");
    }
}
