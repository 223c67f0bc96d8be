//! What a function stands on: its settings, the time, randomness, AWS clients, secrets, signing keys, tokens.
//!
//! Everything is built when it is first asked for, so a function pays only for what it calls.

mod app;
mod clients;
mod keys;
mod random;
mod secrets;
mod settings;
mod start;
mod tokens;

pub use app::App;
pub use clients::{Clients, put_to_url};
pub use keys::{KeyError, Rotation};
pub use random::Random;
pub use secrets::SecretError;
pub use settings::{BadSetting, MailSettings, QueueUrls, SecretIds, Settings, TokenSettings};
pub use start::run;
pub use tokens::{AccessClaims, InvalidToken, RefreshClaims, TokenPair};
