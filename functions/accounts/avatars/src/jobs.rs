//! The job of pictures.

mod delete_avatar;

pub(crate) use delete_avatar::delete_avatar;
