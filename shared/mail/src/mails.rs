//! How a mail is written: three templates over one view, and a struct that renders them.

use crate::ends::Ends;
use crate::message::Frame;

/// Declares the three templates of a mail over one view, and `message`, which renders them.
#[macro_export]
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

        fn message(to: &$crate::EmailAddress, view: &$view) -> $crate::Message {
            use askama::Template as _;

            const INFALLIBLE: &str = "a template over strings always renders";
            $crate::Message {
                to: to.clone(),
                subject: Subject { view }.render().expect(INFALLIBLE),
                text: Text { view }.render().expect(INFALLIBLE),
                html: Html { view }.render().expect(INFALLIBLE),
                kind: $kind,
                purpose: $crate::Purpose::Owner,
            }
        }
    };
}
/// What a mail made by `link_mail!` shows.
pub struct LinkView {
    /// What the layout shows.
    pub frame: Frame,
    /// The address of the link.
    pub link: String,
    /// The moment at which the link expires, in words.
    pub ends: Ends,
}

/// Declares a mail whose point is a link with a secret, to one page of the front end. Its `message` comes from
/// `templates!` over `LinkView`.
#[macro_export]
macro_rules! link_mail {
    (
        $(#[$about:meta])+
        pub struct $name:ident {
            $(#[$who:meta])+
            addressee
        }
        token: $token:ty,
        page: $page:literal $(,)?
    ) => {
        $(#[$about])+
        #[derive(Debug)]
        pub struct $name<'a> {
            $(#[$who])+
            pub addressee: &'a $crate::Addressee,
            /// The secret of the link.
            pub token: &'a $token,
            /// The moment at which the link expires.
            pub ends_at: jiff::Timestamp,
            /// The moment at which the mail is written.
            pub now: jiff::Timestamp,
        }

        impl $name<'_> {
            /// Renders the mail for a deployment.
            pub fn render(&self, brand: &$crate::Brand) -> $crate::Message {
                let frame = $crate::Frame::new(brand, self.addressee);
                let link = frame.page(&format!(concat!($page, "?token={}"), self.token.expose()));
                let ends = $crate::Ends::new(self.ends_at, self.now);
                let view = $crate::LinkView { frame, link, ends };
                message(&self.addressee.email, &view)
            }
        }
    };
}
