//! One struct per mail.

mod deletion_notice;
mod email_change;
mod export_ready;
mod one_time_code;
mod password_reset;
mod pre_registration;
mod security_notice;
mod verification;
mod welcome;

pub use deletion_notice::DeletionNotice;
pub use email_change::EmailChange;
pub use export_ready::ExportReady;
pub use one_time_code::OneTimeCodeMail;
pub use password_reset::PasswordReset;
pub use pre_registration::PreRegistration;
pub use security_notice::{Place, SecurityNotice};
pub use verification::Verification;
pub use welcome::Welcome;

/// Declares the three templates of a mail over one view, and `message`, which renders them.
macro_rules! templates {
    ($view:ident, $kind:literal, $subject:tt, $text:tt, $html:tt) => {
        #[derive(askama::Template)]
        #[template(path = $subject)]
        struct Subject<'a> {
            view: &'a $view,
        }

        #[derive(askama::Template)]
        #[template(path = $text)]
        struct Text<'a> {
            view: &'a $view,
        }

        #[derive(askama::Template)]
        #[template(path = $html)]
        struct Html<'a> {
            view: &'a $view,
        }

        fn message(to: &domain::email::EmailAddress, view: &$view) -> crate::Message {
            use askama::Template as _;

            const INFALLIBLE: &str = "a template over strings always renders";
            crate::Message {
                to: to.clone(),
                subject: Subject { view }.render().expect(INFALLIBLE),
                text: Text { view }.render().expect(INFALLIBLE),
                html: Html { view }.render().expect(INFALLIBLE),
                kind: $kind,
            }
        }
    };
}
use templates;
