//! DynamoDB: the only crate that knows tables, keys and expressions.
//!
//! One struct per entity, each with the same small vocabulary (`lookup` by id, `find_by_…`, `list`, `add`) and beside it
//! methods named after a business fact that change several items in one transaction. Absence is `Option`; a condition
//! that does not hold is an outcome, not an error; only a failing DynamoDB is a [`StoreError`].

mod audit;
mod codes;
mod error;
mod expression;
mod keys;
mod limits;
mod sessions;
mod signing_keys;
mod tasks;
mod transaction;
mod users;
mod verifications;

pub use codes::{Codes, LoginOutcome, Try};
pub use error::StoreError;
pub use limits::{Hit, Limits};
pub use sessions::Sessions;
pub use signing_keys::{PublicKey, SigningKeys};
pub use tasks::{Claim, Claimed, TaskRow, Tasks};
pub use users::{NewUser, RegisterOutcome, Users};
pub use verifications::{IssueOutcome, Verifications, VerifyOutcome};

use audit::AuditLog;
use jiff::SignedDuration;

/// The names of the tables.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Accounts, verifications, one-time codes, sessions, public signing keys.
    pub identity: String,
    /// Work that is not a request. Its stream is the outbox.
    pub tasks: String,
    /// Counters of calls.
    pub limits: String,
    /// The audit log.
    pub audit: String,
}

/// The way to all tables.
#[derive(Debug, Clone)]
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    tables: Tables,
    audit_retention: SignedDuration,
}

impl Store {
    /// A store on these tables, whose audit entries are kept for `audit_retention`.
    pub fn new(
        client: aws_sdk_dynamodb::Client,
        tables: Tables,
        audit_retention: SignedDuration,
    ) -> Self {
        Self {
            client,
            tables,
            audit_retention,
        }
    }

    /// Accounts.
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Links that verify an e-mail address.
    pub fn verifications(&self) -> Verifications<'_> {
        Verifications(self)
    }

    /// One-time codes.
    pub fn codes(&self) -> Codes<'_> {
        Codes(self)
    }

    /// Sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Public keys of the tokens.
    pub fn signing_keys(&self) -> SigningKeys<'_> {
        SigningKeys(self)
    }

    /// Work that is not a request.
    pub fn tasks(&self) -> Tasks<'_> {
        Tasks(self)
    }

    /// Counters of calls.
    pub fn limits(&self) -> Limits<'_> {
        Limits(self)
    }

    /// Whether the identity table answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        expression::get(
            self,
            &self.tables.identity,
            keys::ping(),
            "ask whether the table answers",
        )
        .await
        .map(drop)
    }

    fn audit_log(&self) -> AuditLog<'_> {
        AuditLog(self)
    }
}
