//! The job of images.

mod delete_image;

pub(crate) use delete_image::delete_image;
