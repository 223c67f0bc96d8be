//! What a function stands on: its settings, the time, randomness, AWS clients, secrets, files.
//!
//! A handler or a worker gets one [`App`], which is cheap to clone. It builds everything when it is first asked for, so
//! a function pays only for what it calls: start-up is billed too.
//!
//! # Settings are read by section
//!
//! [`Settings`] is what every function knows of its installation. What a concern or an area sets is a
//! [`Section`](kernel::settings::Section) of its own, a struct whose fields' comments name their variables, and
//! [`App::section`] reads it when it is first asked for. So a new setting changes no shared crate. A crate lists its
//! sections as `SETTINGS`, and [`run`] checks them before the first event: a function with a bad setting says so in one
//! line and does not start.
//!
//! ```text
//! impl Section for Settings {
//!     fn read(environment: &Environment) -> Result<Self, BadSetting> {
//!         Ok(Self { shop_name: environment.text("SHOP_NAME")? })
//!     }
//! }
//!
//! pub const SETTINGS: &[Check] = &[check::<Settings>];
//!
//! let name = &app.section::<Settings>().shop_name;
//! ```
//!
//! # A crate keeps what it likes for the life of the process
//!
//! [`App::part`] gives a value of any type that has a default, one for each App: a cache, a key that was read once. A
//! type that is private to its crate is a part that nobody else can see, and each test has its own App and so its own
//! parts.
//!
//! ```text
//! #[derive(Default)]
//! struct Kept {
//!     pepper: OnceCell<Arc<Pepper>>,
//! }
//!
//! let kept = app.part::<Kept>();
//! kept.pepper.get_or_try_init(read).await
//! ```
//!
//! # A function reads ahead what it will need
//!
//! What a process reads once, or seldom (a secret, public keys), its crate declares as an [`Ahead`], and each function names
//! those that it needs. [`run`] reads them before the first event, together, while nobody waits yet. It is no more than that:
//! where it fails, the request that needs it reads it, as if nothing had been declared.
//!
//! # The rest
//!
//! - [`App::now`] and [`App::random`] are the only sources of time and randomness; tests put a fixed clock and a seed
//!   there.
//! - [`App::task`] and [`App::audit`] make a task and an audit entry, with an id of this moment.
//! - [`Clients`] trust only Amazon's roots and take region and credentials from the environment, which is most of a
//!   fast start.
//! - [`Files`] are in the one bucket. An area declares the names of its files as a [`FileName`] and its folders as a
//!   [`FolderName`].
//! - [`Secrets`] are read by id and kept by whoever reads them, as a part.
//! - [`metrics`] are log lines that are figures, too: what is measured, and how it is told to CloudWatch.
//! - [`handler`] is the name of the function that this process is.

mod ahead;
mod app;
mod clients;
mod file_error;
mod files;
mod large_files;
pub mod metrics;
mod ping;
mod queues;
mod secrets;
mod settings;
mod start;
mod upload_policy;

pub use ahead::{Ahead, ReadError, Reading, SecretAhead, read_ahead};
pub use app::App;
pub use clients::{Clients, put_to_url};
pub use file_error::FileError;
pub use files::{Fetched, FileName, Files, FolderName, ListedFile, UploadForm};
pub use large_files::{LEAST_PART, Parts, Stretch};
pub use ping::PingError;
pub use queues::{AT_ONCE as MESSAGES_AT_ONCE, Messages, QueueError, Queues, Received, Work};
pub use secrets::{SecretError, Secrets};
pub use settings::{QueueUrls, Settings};
pub use start::{handler, lines_to, refuse, run};
