//! What all tests share: an installation of a test's own, and the local stack's AWS around it.
//!
//! A [`TestApp`] is an installation: tables, queues, secrets and a mailbox on the local stack, as `template.yaml` and the
//! templates it nests describe them, a clock that stands still, and the routes and workers of an [`Area`] in this process.
//! Tests send it a [`Call`], let the outbox and the workers run with `deliver`, and look at what came of it. When it is
//! dropped it asserts that no task and no message was left unprocessed.
//!
//! This crate depends on no area, and a change in it is a change for all. What an area's tests share is a crate of the area,
//! `functions/AREA/testing`, which says what runs and brings the verbs that its callers use:
//!
//! ```ignore
//! pub fn area() -> Area {
//!     accounts_testing::area() // its callers log in
//!         .with_endpoints(&products::ENDPOINTS)
//!         .with_worker("catalog", workers::perform_work::perform_work) // a queue of the area's own, if it has one
//! }
//!
//! /// An installation with a catalogue in it.
//! pub struct TestApp(accounts_testing::TestApp);
//!
//! impl TestApp {
//!     pub async fn start() -> Self {
//!         Self(Box::pin(accounts_testing::TestApp::with(area(), Options::default())).await)
//!     }
//!
//!     /// Reads a product.
//!     pub async fn product(&self, id: ProductId) -> Answer {
//!         self.call(Call::get(&format!("/api/v1/products/{id}"))).await
//!     }
//! }
//!
//! impl Deref for TestApp {
//!     type Target = accounts_testing::TestApp; // so that `app.log_in(…)` and `app.deliver()` are its own
//!
//!     fn deref(&self) -> &Self::Target {
//!         &self.0
//!     }
//! }
//! ```
//!
//! The area's crates name it under `[dev-dependencies]`, and their tests begin with `TestApp::start().await`. An area
//! without accounts holds `Arc<test_support::TestApp>` instead and starts it with [`TestApp::start`]. Its tables and queues
//! need no line here: they are found in its template.

mod app;
mod area;
mod aws;
mod call;
mod changes;
mod deliver;
mod emulator;
mod fault;
mod files;
mod held;
mod http;
mod machine_time;
mod mailbox;
mod proxy;
mod queues;
mod records;
mod resources;
mod templates;
mod upstream;

pub use aws_sdk_sqs::types::Message;

pub use app::{API_URL, FRONTEND_URL, Options, TestApp};
pub use area::Area;
pub use aws::{Aws, Refusal};
pub use call::{Answer, Call};
pub use changes::StreamReader;
pub use emulator::Emulator;
pub use fault::Fault;
pub use http::Http;
pub use machine_time::machine_time;
pub use mailbox::Mail;
pub use proxy::Proxy;
pub use queues::{TaskSchedule, Waiting};
pub use records::plain;
pub use upstream::{Upstream, listen, operation_of};
