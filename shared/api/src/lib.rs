//! The HTTP side of an endpoint: errors, extractors, limits, and the one way in which every function serves its route.
//!
//! # The life of a request
//!
//! 1. **Function.** A crate's `lib.rs` lists its [`Endpoint`]s, and its binary passes the list to [`serve!`], which
//!    serves the one that Lambda names in `_HANDLER`. The same list mounts into one process ([`router`]) for the tests
//!    and `cargo lambda watch`.
//! 2. **Envelope.** It is around every route. It takes the request's id, the client's address and the agent from the
//!    gateway's own record ([`RequestInfo`]), opens the span that every log line stands in, and answers HEAD as
//!    GET, but where a GET changes something: a scanner of links must not use one up.
//! 3. **Extractors**, in the order of the handler's signature; the first that refuses ends the request.
//!    [`Authenticated`] and [`Permitted`] find the caller by one strongly consistent round trip, so a revoked session
//!    or a changed role is seen by the very next call; a handler without either is public, which its signature shows.
//!    [`FreshlyPermitted`] also refuses a session whose newest proof is too old for what is done to others.
//!    [`PathId`] and [`Json`] refuse what cannot be read. A list takes [`List`] or [`ListOrFile`], which read its
//!    filters and its page together, and refuse names that neither knows. The body is at most 64 KiB.
//! 4. **Limits** count what could have an effect, so the handler asks the [`Limiter`] once it knows that the body is one. What
//!    costs something at once (a try of a proof) is counted before it, by one conditional write; what ends in a change is
//!    counted in the change's own transaction. Of many parallel calls exactly the quota passes. Never two limits at once,
//!    nor a limit beside a try: a refused caller must not use up another's. Two limits nobody has to ask for: a change that
//!    a caller makes is counted as one of [`WRITES`], and a refused body as one of [`REFUSED_BODIES`].
//! 5. **Handler.** It checks fields, all of them before it answers ([`Fields`]), loads, changes, answers. Values with
//!    rules are parsed into types here; storage is called by its business names.
//! 6. **Error.** Whatever is not a success is an [`ApiError`]: a status, a stable code, a sentence for people, and a
//!    cause that only the log gets. An [`ErrorCode`] becomes one by `.into()` or `?`, and so do the errors of the
//!    shared crates: 503 where a service fails, 409 where others were faster each time, 500 otherwise. The envelope gives it the one body ([`ErrorBody`]) and
//!    logs it, once.
//! 7. **Headers.** The envelope adds `x-request-id`, `RateLimit` and `RateLimit-Policy`, `nosniff` and
//!    `strict-transport-security`, and `cache-control: no-store` where the handler says nothing of it. A last line in
//!    the log has method, path, status and time, never the query.
//!
//! # An endpoint is one file
//!
//! Constants, request, answer, handler, private helpers, in this order. The name of the handler is the function's one
//! name.
//!
//! ```text
//! pub const ENDPOINT: Endpoint = endpoint!(rename_list)
//!     .limited(&[PER_ACCOUNT])
//!     .refusing(&[LIST_ARCHIVED]);
//!
//! /// Names given by one account: each is an entry in the audit log.
//! const PER_ACCOUNT: Limit = Limit {
//!     name: "list-name-account",
//!     quota: 60,
//!     window: SignedDuration::from_hours(1),
//!     per: Per::Account,
//! };
//!
//! /// 409: an archived list is not changed any more.
//! const LIST_ARCHIVED: ErrorCode = ErrorCode::conflict("list_archived", "The list is archived.")
//!     .when("the list is archived");
//!
//! /// The new name of a list.
//! #[derive(Debug, Deserialize, ToSchema)]
//! pub struct RenameList {
//!     /// The name, of 1 to 60 characters.
//!     #[schema(required, example = "Groceries", max_length = 60)]
//!     #[serde(default)]
//!     name: String,
//! }
//!
//! /// Rename a list.
//! ///
//! /// At most 60 an hour and account.
//! #[utoipa::path(
//!     patch, path = "/api/v1/lists/{id}", tag = "lists",
//!     security(("bearer" = [])),
//!     params(("id" = String, Path, description = "The list's id.")),
//!     request_body = RenameList,
//!     responses((status = 200, description = "The list as it is now", body = ListBody), Errors)
//! )]
//! pub async fn rename_list(
//!     State(app): State<App>,
//!     Authenticated(caller): Authenticated<Caller>,
//!     limiter: Limiter,
//!     info: RequestInfo,
//!     PathId(id): PathId<ListId>,
//!     Json(body): Json<RenameList>,
//! ) -> Answer<axum::Json<ListBody>> {
//!     let name = ListName::parse(&body.name).map_err(|error| Fields::error("name", error))?;
//!
//!     let audit = info.audit(&app, actions::LIST_RENAMED).by(caller.user_id);
//!     let audit = limiter.account_with(audit, &PER_ACCOUNT, caller.user_id);
//!     match Lists(app.store()).rename(caller.user_id, id, &name, &audit).await? {
//!         RenameOutcome::Renamed(list) => Ok(axum::Json(list.into())),
//!         RenameOutcome::Archived => Err(LIST_ARCHIVED.into()),
//!         RenameOutcome::Unknown => Err(ApiError::not_found()),
//!     }
//! }
//! ```
//!
//! It is listed by a line in the crate's `lib.rs` and a resource in the template. An endpoint declares the limits that
//! it counts its calls against and the codes that it refuses with, so that the tables of both in `docs/` are generated
//! and complete. In debug builds the envelope panics where an answer shows that something is not declared. The
//! annotation describes the endpoint in the OpenAPI document ([`openapi::document`]); no deployed function carries
//! that.

mod caller;
mod csv;
mod endpoint;
mod envelope;
mod error;
mod error_code;
mod fields;
mod gateway;
mod idempotency;
mod if_match;
mod json;
mod limiter;
mod list;
mod maybe_caller;
mod names;
pub mod openapi;
mod page_or_file;
mod paging;
mod patch;
mod path_id;
mod permitted;
mod picture;
mod query;
mod redirect;
mod refusal;
mod request;
mod route;
mod secret;
mod serve;
mod upload_form;

pub use caller::Authenticated;
pub use cloud::App;
pub use endpoint::{Description, Endpoint};
pub use error::{ApiError, ErrorBody, Errors};
pub use error_code::{
    CHANGED_MEANWHILE, CHANGED_SINCE, EVERYWHERE, ErrorCode, REAUTHENTICATION_REQUIRED,
};
pub use fields::Fields;
pub use idempotency::{Begun, IDEMPOTENCY_KEY, IdempotencyKey, Once};
pub use identity::{Caller, PUBLIC_KEYS};
pub use if_match::{IfMatch, Version};
pub use json::{Json, JsonObject};
pub use limiter::{Limiter, REFUSED_BODIES, WRITES};
pub use list::{List, ListOrFile, NoFilters};
pub use maybe_caller::MaybeCaller;
pub use page_or_file::{Exported, FormatParams, ListFormat, PageOrFile};
pub use paging::{PageBody, PageParams, Paging};
pub use patch::Patch;
pub use path_id::{PathId, PathIds};
pub use permitted::{CallerWithRole, FreshlyPermitted, Permitted};
pub use picture::{PicturePath, show_picture};
pub use redirect::send_on;
pub use request::RequestInfo;
pub use route::Route;
pub use secret::ShownSecret;
pub use serve::router;
pub use upload_form::UploadForm;

#[doc(hidden)]
pub use endpoint::Function;
#[doc(hidden)]
pub use pastey;
#[doc(hidden)]
pub use serve::{functions_of, serve_functions};
#[doc(hidden)]
pub use utoipa_axum;

/// The answer of an endpoint, or the reason why it refuses.
pub type Answer<T> = Result<T, ApiError>;
