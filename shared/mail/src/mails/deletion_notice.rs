//! "Your account will be deleted."

use super::{LinkView, link_mail, templates};

link_mail! {
    /// Says when an account will be deleted, with a link that keeps it.
    pub struct DeletionNotice {
        /// Whose account it is.
        addressee
    }
    "/cancel-deletion"
}

templates!(
    LinkView,
    "deletion_notice",
    "deletion_notice/subject.txt",
    "deletion_notice/body.txt",
    "deletion_notice/body.html"
);
