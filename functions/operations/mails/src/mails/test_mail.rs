//! "Mail arrives."

use kernel::id::TaskId;
use mail::templates;
use mail::{Addressee, Brand, Frame, Message};

/// Says that mail arrives, to whom an operator names.
#[derive(Debug)]
pub struct TestMail<'a> {
    /// The person that the operator names.
    pub addressee: &'a Addressee,
    /// The task that sends it, by which the operator finds it again.
    pub task_id: TaskId,
}

struct View {
    frame: Frame,
    task_id: String,
}

templates!(
    View,
    "test_mail",
    "test_mail/subject.txt",
    "test_mail/body.txt",
    "test_mail/body.html"
);

impl TestMail<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let view = View {
            frame: Frame::new(brand, self.addressee),
            task_id: self.task_id.to_string(),
        };
        message(&self.addressee.email, &view)
    }
}
