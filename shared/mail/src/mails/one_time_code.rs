//! "Your login code."

use domain::code::OneTimeCode;
use jiff::Timestamp;

use super::templates;
use crate::ends::Ends;
use crate::message::{Addressee, Brand, Frame, Message};

/// Brings a one-time code to its owner.
#[derive(Debug)]
pub struct OneTimeCodeMail<'a> {
    /// Who logs in.
    pub addressee: &'a Addressee,
    /// The code.
    pub code: &'a OneTimeCode,
    /// When the code ends.
    pub ends_at: Timestamp,
    /// When the mail is written.
    pub now: Timestamp,
}

struct View {
    frame: Frame,
    code: String,
    ends: Ends,
}

templates!(
    View,
    "one_time_code",
    "one_time_code/subject.txt",
    "one_time_code/body.txt",
    "one_time_code/body.html"
);

impl OneTimeCodeMail<'_> {
    /// Writes the mail.
    pub fn render(&self, brand: &Brand) -> Message {
        let view = View {
            frame: Frame::new(brand, self.addressee),
            code: self.code.expose().to_owned(),
            ends: Ends::new(self.ends_at, self.now),
        };
        message(&self.addressee.email, &view)
    }
}
