//! "Your account will be deleted."

use accounts::link::LinkToken;
use mail::{LinkView, link_mail, templates};

link_mail! {
    /// Says when an account will be deleted, with a link that keeps it.
    pub struct DeletionNotice {
        /// The owner of the account that is to be deleted.
        addressee
    }
    token: LinkToken,
    page: "/cancel-deletion",
}

templates!(
    LinkView,
    "deletion_notice",
    "deletion_notice/subject.txt",
    "deletion_notice/body.txt",
    "deletion_notice/body.html"
);
