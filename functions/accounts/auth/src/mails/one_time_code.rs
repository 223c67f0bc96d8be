//! "Your login code."

use accounts::code::OneTimeCode;
use jiff::Timestamp;
use mail::templates;
use mail::{Addressee, Brand, Ends, Frame, Message};

/// Brings a one-time code to its owner.
#[derive(Debug)]
pub struct OneTimeCodeMail<'a> {
    /// The person who logs in.
    pub addressee: &'a Addressee,
    /// The code that the mail brings.
    pub code: &'a OneTimeCode,
    /// The moment at which the code expires.
    pub ends_at: Timestamp,
    /// The moment at which the mail is written.
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
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let view = View {
            frame: Frame::new(brand, self.addressee),
            code: self.code.expose().to_owned(),
            ends: Ends::new(self.ends_at, self.now, self.addressee.language),
        };
        message(&self.addressee.email, &view)
    }
}
