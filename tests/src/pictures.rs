//! Pictures of accounts, sent as a browser sends them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use test_support::Http;

use crate::member::{Member, Tokens};
use crate::poll::eventually;

/// A picture of two by two pixels.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGM4IWcDRAwQCgAh9gSJHoU67gAAAABJRU5ErkJggg==";

/// A picture of two by two pixels, as a file.
pub fn two_pixels() -> Vec<u8> {
    BASE64_STANDARD.decode(PNG).expect("the picture is base64")
}

impl Member {
    /// Asks for the form that a PNG is sent with.
    pub async fn picture_form(&self, tokens: &Tokens) -> Value {
        let body = json!({"content_type": "image/png"});
        let asked = self
            .visitor
            .post_as(&tokens.access, "/api/v1/users/me/avatar", &body)
            .await;
        asked.expect(201).json
    }

    /// Sends a picture, and waits until the profile shows it. Gives what it shows.
    pub async fn show_picture(&self, tokens: &Tokens) -> Value {
        let form = self.picture_form(tokens).await;
        let (status, _) = Http::default().upload(&form, &two_pixels()).await;
        assert!((200..300).contains(&status), "{status}");
        let shown = eventually("the picture in the profile", async || {
            let me = self.visitor.me(&tokens.access).await.expect(200).json;
            me["avatar"].is_object().then(|| me["avatar"].clone())
        })
        .await;
        assert_eq!(shown["id"], form["avatar_id"]);
        shown
    }
}
