//! How a mail is written: three templates in each language over one view, and a struct that renders them.

use crate::ends::Ends;
use crate::message::Frame;

/// Binds the templates of a mail to its view, and declares `message`, which renders those of the reader's language.
///
/// The paths are the same in each language: its configuration of askama says in which folder they are looked for. So a
/// language that a mail lacks is a file that is missing when the crate is built.
#[macro_export]
macro_rules! templates {
    ($view:ident, $kind:literal, $subject:literal, $text:literal, $html:literal) => {
        fn message(to: &$crate::EmailAddress, view: &$view) -> $crate::Message {
            let language = view.frame.language;
            let [subject, text, html] = match language {
                $crate::Language::English => {
                    $crate::rendered!(view: $view, "askama.en.toml", $subject, $text, $html)
                }
                $crate::Language::German => {
                    $crate::rendered!(view: $view, "askama.de.toml", $subject, $text, $html)
                }
            };
            $crate::Message {
                to: to.clone(),
                subject,
                text,
                html,
                language,
                kind: $kind,
                purpose: $crate::Purpose::Owner,
                opt_out: view.frame.opt_out.clone(),
                of: None,
            }
        }
    };
}

/// The three parts of a mail in one language.
#[doc(hidden)]
#[macro_export]
macro_rules! rendered {
    ($view:ident: $type:ident, $config:literal, $subject:literal, $text:literal, $html:literal) => {{
        #[derive(askama::Template)]
        #[template(path = $subject, config = $config)]
        struct Subject<'a> {
            view: &'a $type,
        }

        #[derive(askama::Template)]
        #[template(path = $text, config = $config)]
        struct Text<'a> {
            view: &'a $type,
        }

        #[derive(askama::Template)]
        #[template(path = $html, config = $config)]
        struct Html<'a> {
            view: &'a $type,
        }

        const INFALLIBLE: &str = "a template over strings always renders";
        [
            askama::Template::render(&Subject { view: $view }).expect(INFALLIBLE),
            askama::Template::render(&Text { view: $view }).expect(INFALLIBLE),
            askama::Template::render(&Html { view: $view }).expect(INFALLIBLE),
        ]
    }};
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
                let ends = $crate::Ends::new(self.ends_at, self.now, frame.language);
                let view = $crate::LinkView { frame, link, ends };
                message(&self.addressee.email, &view)
            }
        }
    };
}
