//! Images of products: what they show, in which order, and where their files are.

mod files;
mod keys;
mod rules;
mod store;
mod upload;

pub use files::{ImageFile, ImageFolder};
pub use rules::{
    Image, ImageId, ImageRefusal, MOST_IMAGES, SIZES, alternative_text, in_order, moved, size_named,
};
pub use store::{Images, Standing};
pub use upload::Upload;

pub(crate) use keys::{PREFIX, image};
