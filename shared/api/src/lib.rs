//! The HTTP side of an endpoint: errors, extractors, limits, and the one way every function serves its route.
//!
//! A crate's `lib.rs` lists its [`Endpoint`]s; its binary passes the list to [`serve!`], which serves the one that Lambda
//! names. The same list mounts into one process ([`router`]) for the tests and the quick loop, and describes itself
//! ([`openapi::document`]).

mod avatar;
mod caller;
mod code;
mod csv;
mod endpoint;
mod envelope;
mod error;
mod factor;
mod fields;
mod json;
mod limiter;
pub mod openapi;
mod page_or_file;
mod paging;
mod patch;
mod path_id;
mod permitted;
mod query;
mod reauthenticate;
mod request;
mod serve;
mod sign_in;

pub use avatar::{AvatarRefusal, AvatarUrls};
pub use caller::Caller;
pub use cloud::App;
pub use code::{CodeAnswer, check_code};
pub use endpoint::{Description, EMPTY_REST, Endpoint, Route};
pub use error::{ApiError, ErrorBody, Errors};
pub use factor::{
    FactorAnswer, FactorTries, VerifiedFactor, check_factor, find_factor, find_step, no_factor,
    seal_totp, verify_factor, wrong_code,
};
pub use fields::Fields;
pub use json::Json;
pub use limiter::Limiter;
pub use page_or_file::{Exported, Form, FormatParams, PageOrFile};
pub use paging::{PageBody, PageParams, Paging};
pub use patch::Patch;
pub use path_id::PathId;
pub use permitted::Permitted;
pub use query::Query;
pub use reauthenticate::check_password;
pub use request::RequestInfo;
pub use serve::router;
pub use sign_in::{FactorRequired, LoggedIn, LoggedInUser, SignedIn, sign_in};

#[doc(hidden)]
pub use endpoint::Function;
#[doc(hidden)]
pub use pastey;
#[doc(hidden)]
pub use serve::{functions_of, serve_functions};
#[doc(hidden)]
pub use utoipa_axum;

/// An endpoint's answer.
pub type Answer<T> = Result<T, ApiError>;
