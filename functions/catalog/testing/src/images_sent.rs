//! Images that sellers send.

use std::io::Cursor;

use api::App;
use aws_lambda_events::event::sqs::SqsEvent;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::{Call, LoggedIn, Shop};

/// A picture of one colour, of 40 by 20 pixels.
///
/// # Panics
/// Panics if it cannot be written.
pub fn photograph(grey: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(40, 20, Rgb([grey; 3]))
        .write_to(&mut file, ImageFormat::Png)
        .expect("memory can be written");
    file.into_inner()
}

/// Has a process look at what an event of one message tells of; whether it is done with it.
pub async fn process_image_in(process: App, event: SqsEvent) -> bool {
    // On the heap: it is large, and whoever waits for it would hold it.
    let worked = Box::pin(images::process_image::process_image(process, event));
    let Ok(answer) = worked.await;
    answer.batch_item_failures.is_empty()
}

impl Shop {
    /// The call that asks for a form to send an image of a product with.
    pub fn image_form_call(&self, caller: &LoggedIn, product: &str) -> Call {
        let body = json!({"content_type": "image/png", "alternative_text": "A tin of tea"});
        Call::post(&format!("{product}/images"), &body).with_token(&caller.access)
    }

    /// Asks for a form, as the seller.
    pub async fn image_form(&self, product: &str) -> Value {
        let call = self.image_form_call(&self.seller, product);
        self.app.call(call).await.expect(201).json
    }

    /// Sends a file with a form.
    ///
    /// # Panics
    /// Panics if the storage does not take it.
    pub async fn send_with(&self, form: &Value, file: &[u8]) {
        let (status, said) = self.app.upload(form, file).await;
        assert_eq!(status, 204, "{said}");
    }

    /// Sends a file with a new form. Gives the image's id; the worker has not seen it.
    ///
    /// # Panics
    /// Panics if the storage does not take it.
    pub async fn send_image(&self, product: &str, file: &[u8]) -> String {
        let form = self.image_form(product).await;
        self.send_with(&form, file).await;
        // The next one is of another moment, as two of one person are.
        self.app.advance(jiff::SignedDuration::from_millis(1));
        form["image_id"].as_str().expect("an id").to_owned()
    }

    /// What S3 tells of an image that was sent.
    pub fn sent_event(&self, product: &str, image: &str) -> SqsEvent {
        let key = self.image_upload_key(product, image);
        self.app.new_file_event(&key, 1000)
    }

    /// Has the worker look at an image that was sent; whether it is done with it.
    pub async fn process_image(&self, product: &str, image: &str) -> bool {
        let event = self.sent_event(product, image);
        process_image_in(self.app.app().clone(), event).await
    }

    /// Sends a file and has the worker look at it. Gives the image's id.
    ///
    /// # Panics
    /// Panics if the worker is not done with it.
    pub async fn upload_image(&self, product: &str, file: &[u8]) -> String {
        let image = self.send_image(product, file).await;
        assert!(self.process_image(product, &image).await);
        image
    }

    /// The key of the file of an image as it was sent.
    pub fn image_upload_key(&self, product: &str, image: &str) -> String {
        format!("image-uploads/{}/{image}", id_in(product))
    }

    /// The keys of the files of an image as it is shown, sorted.
    pub fn image_keys(&self, product: &str, image: &str) -> [String; 3] {
        [160, 1600, 640].map(|size| format!("images/{}/{image}/{size}.webp", id_in(product)))
    }

    /// The ids of the images that a product shows, in their order.
    ///
    /// # Panics
    /// Panics if the product is not seen by its seller.
    pub async fn images(&self, product: &str) -> Vec<String> {
        let answer = self.get(Some(&self.seller), product).await.expect(200);
        let images = answer.json["images"].as_array().expect("a list").iter();
        let id = |image: &Value| image["id"].as_str().expect("an id").to_owned();
        images.map(id).collect()
    }

    /// The uploads of a product that were refused, each with the reason, the newest first.
    ///
    /// # Panics
    /// Panics if the product is not seen by its seller.
    pub async fn image_refusals(&self, product: &str) -> Vec<(String, String)> {
        let images = format!("{product}/images");
        let answer = self.get(Some(&self.seller), &images).await.expect(200);
        let refusals = answer.json["refusals"].as_array().expect("a list").iter();
        let text = |refusal: &Value, name: &str| refusal[name].as_str().expect("a text").to_owned();
        let refusal = |refusal| (text(refusal, "image_id"), text(refusal, "code"));
        refusals.map(refusal).collect()
    }
}

/// The id at the end of a path.
fn id_in(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
