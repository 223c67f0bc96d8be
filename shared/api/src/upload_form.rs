use std::collections::BTreeMap;

use cloud::{App, FileName};
use jiff::SignedDuration;
use kernel::picture::{Format, MAX_BYTES, UPLOAD_LIFETIME};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Answer;
use crate::secret::ShownSecret;

/// A form to send one file with, straight to the storage.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadForm {
    /// The address that the form is sent to by POST, as `multipart/form-data`.
    #[schema(example = "https://kinwise-files.s3.eu-central-1.amazonaws.com/")]
    url: String,
    /// The form's fields, to be sent as they are and before the file, whose field is `file` and the last.
    #[schema(
        value_type = BTreeMap<String, String>,
        example = json!({ "Content-Type": "image/jpeg", "key": "uploads/…", "policy": "eyJ…" })
    )]
    fields: BTreeMap<&'static str, ShownSecret>,
    /// The number of seconds for which the form is valid.
    #[schema(example = 300)]
    expires_in: i64,
    /// The length of the longest file that the form takes, in bytes.
    #[schema(example = 15_728_640)]
    max_bytes: u32,
}

impl UploadForm {
    /// A form with which one file of this type, of at most this many bytes, can be sent to this key for a while. The answer of an
    /// endpoint has it flattened, behind the id of what is uploaded.
    pub async fn sign(
        app: &App,
        key: &dyn FileName,
        content_type: &'static str,
        max_bytes: u32,
        lifetime: SignedDuration,
    ) -> Answer<Self> {
        let files = app.files();
        let form = files
            .presign_post(key, content_type, max_bytes, lifetime)
            .await?;
        let fields = form.fields.into_iter();
        let fields = fields.map(|(name, value)| (name, value.into()));
        Ok(Self {
            url: form.url,
            fields: fields.collect(),
            expires_in: lifetime.as_secs(),
            max_bytes,
        })
    }

    /// A form for a picture of this format, as long as pictures may be.
    pub async fn for_picture(app: &App, key: &dyn FileName, format: Format) -> Answer<Self> {
        let content_type = format.media_type();
        Self::sign(app, key, content_type, MAX_BYTES, UPLOAD_LIFETIME).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Answer {
        upload_id: u32,
        #[serde(flatten)]
        form: UploadForm,
    }

    #[test]
    fn an_answer_has_the_fields_of_its_form_behind_its_own() {
        let form = UploadForm {
            url: "https://files.example.com/".to_owned(),
            fields: BTreeMap::from([("key", "uploads/7".to_owned().into())]),
            expires_in: 300,
            max_bytes: 15,
        };
        let answer = Answer { upload_id: 7, form };

        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"upload_id":7,"url":"https://files.example.com/","fields":{"key":"uploads/7"},"expires_in":300,"max_bytes":15}"#
        );
    }
}
