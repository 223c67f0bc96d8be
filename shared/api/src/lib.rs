//! The HTTP side of an endpoint: errors, extractors, limits, and the one way every function serves its route.
//!
//! An area's `lib.rs` lists its [`Endpoint`]s; a function's binary passes one of them to [`serve`]. The same list mounts
//! into one process ([`router`]) for the tests and the quick loop, and describes itself ([`openapi::document`]).

mod caller;
mod endpoint;
mod envelope;
mod error;
mod fields;
mod json;
mod limiter;
pub mod openapi;
mod permitted;
mod request;
mod serve;
mod sign_in;

pub use caller::Caller;
pub use cloud::App;
pub use endpoint::{EMPTY_REST, Endpoint, Routes};
pub use error::{ApiError, ErrorBody, Errors};
pub use fields::Fields;
pub use json::Json;
pub use limiter::Limiter;
pub use permitted::Permitted;
pub use request::RequestInfo;
pub use serve::{router, serve};
pub use sign_in::{FactorRequired, LoggedIn, LoggedInUser, SignedIn, sign_in};

#[doc(hidden)]
pub use utoipa_axum;

/// An endpoint's answer.
pub type Answer<T> = Result<T, ApiError>;
