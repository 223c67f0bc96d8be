//! The files the documentation pages load. `assets/README.md` says where they come from and how to renew them.

/// A file that is part of this function.
pub(crate) struct Asset {
    /// Its name, with the version: a name's content never changes.
    pub(crate) name: &'static str,
    /// The media type of the file.
    pub(crate) content_type: &'static str,
    /// The content of the file.
    pub(crate) content: Content,
}

/// The form in which a file is kept.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// The content as it is.
    Plain(&'static str),
    /// Packed by gzip, which is how nearly everybody takes it.
    Gzip(&'static [u8]),
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// All files of the documentation pages.
pub(crate) static ASSETS: [Asset; 5] = [
    Asset {
        name: "swagger-ui-bundle-5.35.0.js",
        content_type: JAVASCRIPT,
        content: Content::Gzip(include_bytes!("../assets/swagger-ui-bundle-5.35.0.js.gz")),
    },
    Asset {
        name: "swagger-ui-5.35.0.css",
        content_type: CSS,
        content: Content::Gzip(include_bytes!("../assets/swagger-ui-5.35.0.css.gz")),
    },
    Asset {
        name: "docs-2.js",
        content_type: JAVASCRIPT,
        content: Content::Plain(include_str!("../assets/docs-2.js")),
    },
    Asset {
        name: "redoc-2.5.4.js",
        content_type: JAVASCRIPT,
        content: Content::Gzip(include_bytes!("../assets/redoc-2.5.4.js.gz")),
    },
    Asset {
        name: "redoc-2.js",
        content_type: JAVASCRIPT,
        content: Content::Plain(include_str!("../assets/redoc-2.js")),
    },
];
