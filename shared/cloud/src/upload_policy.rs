use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_s3::config::Region;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// What a POST to S3 may do ('Browser-based uploads using POST', AWS Signature Version 4): one key, one type, so many bytes.
pub(crate) struct UploadPolicy<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: String,
    pub(crate) content_type: &'static str,
    pub(crate) max_bytes: u32,
    pub(crate) now: Timestamp,
    pub(crate) lifetime: SignedDuration,
}

impl UploadPolicy<'_> {
    /// The fields of the form, all that S3 asks for but the file.
    pub(crate) fn sign(
        &self,
        credentials: &Credentials,
        region: &Region,
    ) -> BTreeMap<&'static str, String> {
        let day = self.now.strftime("%Y%m%d");
        let scope = format!("{day}/{region}/s3/aws4_request");
        let mut fields = BTreeMap::from([
            ("key", self.key.clone()),
            ("Content-Type", self.content_type.to_owned()),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            (
                "x-amz-credential",
                format!("{}/{scope}", credentials.access_key_id()),
            ),
            (
                "x-amz-date",
                self.now.strftime("%Y%m%dT%H%M%SZ").to_string(),
            ),
        ]);
        if let Some(token) = credentials.session_token() {
            fields.insert("x-amz-security-token", token.to_owned());
        }

        let policy = STANDARD.encode(self.document(&fields).to_string());
        let key = generate_signing_key(
            credentials.secret_access_key(),
            SystemTime::from(self.now),
            region.as_ref(),
            "s3",
        );
        fields.insert(
            "x-amz-signature",
            calculate_signature(key, policy.as_bytes()),
        );
        fields.insert("policy", policy);
        fields
    }

    /// Every field as it must come, so that none can be changed and none added.
    fn document(&self, fields: &BTreeMap<&'static str, String>) -> Value {
        let mut conditions = vec![
            json!({ "bucket": self.bucket }),
            json!(["content-length-range", 1, self.max_bytes]),
        ];
        conditions.extend(fields.iter().map(|(name, value)| json!({ *name: value })));
        let expires = (self.now + self.lifetime).strftime("%Y-%m-%dT%H:%M:%SZ");
        json!({ "expiration": expires.to_string(), "conditions": conditions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> UploadPolicy<'static> {
        UploadPolicy {
            bucket: "files",
            key: "uploads/a/b".to_owned(),
            content_type: "image/png",
            max_bytes: 1000,
            now: "2026-03-01T12:00:00.123Z".parse().unwrap(),
            lifetime: SignedDuration::from_mins(5),
        }
    }

    fn fields(token: Option<&str>) -> BTreeMap<&'static str, String> {
        let credentials =
            Credentials::new("AKID", "secret", token.map(str::to_owned), None, "test");
        policy().sign(&credentials, &Region::new("eu-west-1"))
    }

    #[test]
    fn the_policy_binds_every_field_and_the_size() {
        let fields = fields(Some("session"));
        let document = STANDARD.decode(&fields["policy"]).unwrap();
        let document: Value = serde_json::from_slice(&document).unwrap();

        assert_eq!(
            document,
            json!({
                "expiration": "2026-03-01T12:05:00Z",
                "conditions": [
                    {"bucket": "files"},
                    ["content-length-range", 1, 1000],
                    {"Content-Type": "image/png"},
                    {"key": "uploads/a/b"},
                    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
                    {"x-amz-credential": "AKID/20260301/eu-west-1/s3/aws4_request"},
                    {"x-amz-date": "20260301T120000Z"},
                    {"x-amz-security-token": "session"},
                ],
            })
        );
        assert_eq!(fields["x-amz-signature"].len(), 64);
    }

    #[test]
    fn without_a_session_there_is_no_token_to_send() {
        assert!(!fields(None).contains_key("x-amz-security-token"));
    }
}
