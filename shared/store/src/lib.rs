//! DynamoDB: the only crate that knows tables, keys and expressions.
//!
//! One struct per entity, each with the same small vocabulary (`lookup` by id, `find_by_…`, `list`, `add`) and beside it
//! methods named after a business fact that change several items in one transaction. Absence is `Option`; a condition
//! that does not hold is an outcome, not an error; only a failing DynamoDB is a [`StoreError`].
//!
//! A change of single attributes is an [`Update`](update::Update), one of a whole item is a function of [`writes`]; both take the
//! same [`condition`]s, and nobody writes an expression by hand.

mod accounts;
mod administration;
mod audit;
mod avatars;
mod batch;
mod challenges;
mod code_lists;
mod codes;
pub mod condition;
mod conditions;
mod copies;
mod deletions;
mod denied_logins;
mod email_changes;
mod error;
mod expression;
mod factor_removals;
mod factors;
mod former_emails;
mod keys;
mod limits;
mod link_lists;
mod links;
mod listing;
mod logins;
mod merge;
mod own_sessions;
mod owners;
mod page;
mod password_resets;
mod passwords;
mod people;
mod placeholders;
mod pre_registrations;
mod profiles;
mod query;
mod sessions;
mod signing_keys;
mod tasks;
mod transaction;
mod tries;
mod undo;
pub mod update;
mod user_record;
mod users;
pub mod value;
mod verifications;
pub mod writes;

pub use accounts::{Accounts, DeletionOutcome};
pub use audit::{AuditFilter, AuditLog};
pub use avatars::{Avatars, Former, Standing};
pub use challenges::Challenges;
pub use code_lists::{CodeState, ListedCode};
pub use codes::{Codes, Try};
pub use copies::{AccountCopy, AuditCopy, LinkCopy};
pub use email_changes::{EmailChangeOutcome, EmailChanges};
pub use error::StoreError;
pub use factors::{FactorOutcome, Factors, NewFactor, Totp};
pub use keys::Key;
pub use limits::{Hit, Limits};
pub use link_lists::{LinkState, ListedLink};
pub use links::{IssueOutcome, Link, Links, Worth};
pub use logins::{Login, LoginOutcome, Logins, Proof, SecondProof};
pub use page::{InvalidPosition, Page, PageRequest, Position};
pub use password_resets::{ChangeOutcome, NewPassword};
pub use passwords::Passwords;
pub use people::{ListedPeople, People, PeopleFilter, PeopleOrder, PersonChange, PersonSummary};
pub use pre_registrations::{PreRegistration, PreRegistrations};
pub use profiles::ProfileOutcome;
pub use sessions::Sessions;
pub use signing_keys::{PublicKey, SigningKeys};
pub use tasks::{Claim, Claimed, TaskRow, Tasks};
pub use tries::Tries;
pub use undo::Denial;
pub use users::{NewUser, PromoteOutcome, RegisterOutcome, Users};
pub use verifications::{VerificationWorth, Verifications};

use jiff::SignedDuration;

/// The names of the tables.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Accounts and all that belongs to them, one-time codes, links, pre-registrations, public signing keys.
    pub identity: String,
    /// Work that is not a request. Its stream is the outbox.
    pub tasks: String,
    /// Counters of calls.
    pub limits: String,
    /// The audit log.
    pub audit: String,
    /// All accounts, arranged for looking them up. Made from the accounts by their stream, and only read by requests.
    pub people: String,
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

    /// The audit log.
    pub fn audit_log(&self) -> AuditLog<'_> {
        AuditLog(self)
    }

    /// The doors to an account.
    pub fn logins(&self) -> Logins<'_> {
        Logins(self)
    }

    /// Log-ins that wait for their second factor.
    pub fn challenges(&self) -> Challenges<'_> {
        Challenges(self)
    }

    /// Second factors.
    pub fn factors(&self) -> Factors<'_> {
        Factors(self)
    }

    /// Mailed links.
    pub fn links(&self) -> Links<'_> {
        Links(self)
    }

    /// Passwords.
    pub fn passwords(&self) -> Passwords<'_> {
        Passwords(self)
    }

    /// Wrong proofs in a row.
    pub fn tries(&self) -> Tries<'_> {
        Tries(self)
    }

    /// Addresses that are to change.
    pub fn email_changes(&self) -> EmailChanges<'_> {
        EmailChanges(self)
    }

    /// The end of accounts, and copies of them.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts(self)
    }

    /// Pictures.
    pub fn avatars(&self) -> Avatars<'_> {
        Avatars(self)
    }

    /// All accounts, arranged for looking them up.
    pub fn people(&self) -> People<'_> {
        People(self)
    }

    /// Addresses left before the product opens.
    pub fn pre_registrations(&self) -> PreRegistrations<'_> {
        PreRegistrations(self)
    }
}
