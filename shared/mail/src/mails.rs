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

use crate::ends::Ends;
use crate::message::Frame;

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

/// What a mail made by `link_mail!` shows.
struct LinkView {
    frame: Frame,
    link: String,
    ends: Ends,
}

/// Declares a mail whose point is a link with a secret, to one page of the front end. Its `message` comes from
/// `templates!` over `LinkView`.
macro_rules! link_mail {
    (
        $(#[$about:meta])+
        pub struct $name:ident {
            $(#[$who:meta])+
            addressee
        }
        $page:literal
    ) => {
        $(#[$about])+
        #[derive(Debug)]
        pub struct $name<'a> {
            $(#[$who])+
            pub addressee: &'a crate::message::Addressee,
            /// The secret of the link.
            pub token: &'a domain::link::LinkToken,
            /// When the link ends.
            pub ends_at: jiff::Timestamp,
            /// When the mail is written.
            pub now: jiff::Timestamp,
        }

        impl $name<'_> {
            /// Writes the mail.
            pub fn render(&self, brand: &crate::message::Brand) -> crate::message::Message {
                let frame = crate::message::Frame::new(brand, self.addressee);
                let link = frame.page(&format!(concat!($page, "?token={}"), self.token.expose()));
                let ends = crate::ends::Ends::new(self.ends_at, self.now);
                let view = crate::mails::LinkView { frame, link, ends };
                message(&self.addressee.email, &view)
            }
        }
    };
}
use link_mail;
