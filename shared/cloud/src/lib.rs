//! What a function stands on: its settings, the time, randomness, AWS clients, secrets, signing keys, tokens.
//!
//! Everything is built when it is first asked for, so a function pays only for what it calls.

mod app;
mod clients;
mod file_error;
mod file_key;
mod files;
mod keys;
mod random;
mod seal;
mod secrets;
mod settings;
mod start;
mod tokens;
mod upload_policy;

pub use app::App;
pub use clients::{Clients, put_to_url};
pub use file_error::FileError;
pub use file_key::{FileKey, FilePrefix};
pub use files::{Files, UploadForm};
pub use keys::{KeyError, Rotation};
pub use random::Random;
pub use seal::Seal;
pub use secrets::SecretError;
pub use settings::{BadSetting, MailSettings, QueueUrls, SecretIds, Settings, TokenSettings};
pub use start::{handler, refuse, run};
pub use tokens::{AccessClaims, InvalidToken, RefreshClaims, TokenPair};
