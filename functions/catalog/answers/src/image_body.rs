use catalog::image::Image;
use catalog::product::ProductId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An image of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageBody {
    /// Its id.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55")]
    id: Uuid,
    /// What it shows, in words.
    #[schema(example = "A tin of green tea")]
    alternative_text: String,
    /// The width of its largest size, in pixels.
    #[schema(example = 1600)]
    width: u32,
    /// The height of its largest size, in pixels.
    #[schema(example = 1200)]
    height: u32,
    /// Where it is shown from in its three sizes, the smallest first: paths of this API.
    #[schema(example = json!([
        "/api/v1/products/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33/images/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55/160",
        "/api/v1/products/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33/images/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55/640",
        "/api/v1/products/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33/images/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e55/1600",
    ]))]
    urls: Vec<String>,
}

impl ImageBody {
    /// An image of a product.
    pub fn of(product_id: ProductId, image: &Image) -> Self {
        let (width, height) = image.size;
        let url = |size| format!("/api/v1/products/{product_id}/images/{}/{size}", image.id);
        Self {
            id: image.id.uuid(),
            alternative_text: image.alternative_text.clone(),
            width,
            height,
            urls: catalog::image::SIZES.map(url).to_vec(),
        }
    }
}
