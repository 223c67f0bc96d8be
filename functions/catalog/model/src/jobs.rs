//! What the catalogue has done in the background. The functions stand in the crates of who asks for it.

use jiff::SignedDuration;
use kernel::id::UserId;
use kernel::job::{Job, Queue};
use serde::{Deserialize, Serialize};

use crate::image::ImageId;
use crate::product::ProductId;
use crate::transfer::{Format, UploadId};
use crate::variant::VariantId;

/// Clears what was part of a product that was deleted: its variants, their stocks, its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearProduct {
    /// The product that was deleted.
    pub product_id: ProductId,
}

impl Job for ClearProduct {
    const KIND: &'static str = "clear_product";
    const QUEUE: Queue = Queue::WORK;
}

/// Deletes the files of an image that is no longer shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteImage {
    /// The product that it was of.
    pub product_id: ProductId,
    /// The image that was deleted.
    pub image_id: ImageId,
}

impl Job for DeleteImage {
    const KIND: &'static str = "delete_image";
    const QUEUE: Queue = Queue::WORK;
}

/// Sends an administrator the variants of which few are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendLowStock {
    /// The administrator.
    pub user_id: UserId,
    /// The variants that came to be few since it was last told.
    pub variants: Vec<VariantId>,
}

impl Job for SendLowStock {
    const KIND: &'static str = "send_low_stock";
    const QUEUE: Queue = Queue::MAIL_BULK;
}

/// The time limit of `transfer_products` (`Timeout` in the area's template). What takes longer is done in several runs.
pub const TRANSFER_TIMEOUT: SignedDuration = SignedDuration::from_secs(300);

/// Makes the catalogue as a file says that was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProducts {
    /// The upload that has the file.
    pub upload_id: UploadId,
    /// How the file is written.
    pub format: Format,
}

impl Job for ImportProducts {
    const KIND: &'static str = "import_products";
    const QUEUE: Queue = Queue::TRANSFERS;
    const TIME_LIMIT: SignedDuration = SignedDuration::from_secs(290);
}

/// Writes the whole catalogue into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportProducts {
    /// How the file is written.
    pub format: Format,
}

impl Job for ExportProducts {
    const KIND: &'static str = "export_products";
    const QUEUE: Queue = Queue::TRANSFERS;
    const TIME_LIMIT: SignedDuration = SignedDuration::from_secs(290);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Tasks outlive deploys: what is stored must stay readable.
    #[test]
    fn stored_inputs_are_read() {
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
        let import = json!({"upload_id": id, "format": "csv"});
        let read: ImportProducts = serde_json::from_value(import.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), import);
        let export = json!({"format": "jsonl"});
        let read: ExportProducts = serde_json::from_value(export.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), export);
    }
}
