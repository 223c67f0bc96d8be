//! "Your account is open."

use super::templates;
use crate::message::{Addressee, Brand, Frame, Message};

/// Greets somebody whose address has just been verified.
#[derive(Debug)]
pub struct Welcome<'a> {
    /// Who joined.
    pub addressee: &'a Addressee,
}

struct View {
    frame: Frame,
}

templates!(
    View,
    "welcome",
    "welcome/subject.txt",
    "welcome/body.txt",
    "welcome/body.html"
);

impl Welcome<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        message(&self.addressee.email, &View { frame })
    }
}
