//! The audit log: who did what to what, from where, and whether it worked.
//!
//! What can be done is declared by each area ([`actions!`](crate::audit::actions)); what every area does stands here.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AuditId, SessionId, TaskId, UserId};
use crate::limit::Counted;

/// What happened, by its name in the log and in answers: `LOGIN_FAILED`. A name never changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Action(Cow<'static, str>);

impl Action {
    /// The action of this name.
    pub const fn named(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name of the action.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Declares the actions of an area: a constant each, and `ALL` of them.
///
/// ```
/// kernel::audit::actions! {
///     /// An order was placed.
///     ORDER_PLACED;
/// }
///
/// assert_eq!(ORDER_PLACED.as_str(), "ORDER_PLACED");
/// assert_eq!(ALL, [ORDER_PLACED]);
/// ```
#[doc(inline)]
pub use crate::__actions as actions;

#[doc(hidden)]
#[macro_export]
macro_rules! __actions {
    ($($(#[$doc:meta])+ $name:ident;)+) => {
        $(
            $(#[$doc])+
            pub const $name: $crate::audit::Action = $crate::audit::Action::named(stringify!($name));
        )+

        /// Every action that is declared here.
        pub const ALL: &[$crate::audit::Action] = &[$($name),+];
    };
}

actions! {
    /// A limit was reached; written once per window.
    RATE_LIMIT_EXCEEDED;
    /// A list was taken out as a file.
    EXPORTED;
}

/// What an action was done to: `user/ID`, `limit/NAME`. It never holds an address, a code or a token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Object(String);

impl Object {
    /// The only thing of its kind: `signing_key`.
    pub fn the(kind: &str) -> Self {
        Self(kind.to_owned())
    }

    /// The thing of a kind that has this id or name.
    pub fn of(kind: &str, id: impl fmt::Display) -> Self {
        Self(format!("{kind}/{id}"))
    }

    /// The text that is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<UserId> for Object {
    fn from(id: UserId) -> Self {
        Self::of("user", id)
    }
}

impl From<SessionId> for Object {
    fn from(id: SessionId) -> Self {
        Self::of("session", id)
    }
}

impl From<TaskId> for Object {
    fn from(id: TaskId) -> Self {
        Self::of("task", id)
    }
}

/// What an entry's action changed, field by field. Never an address, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The name of the field that was changed.
    pub field: String,
    /// The value of the field before the change.
    pub before: String,
    /// The value of the field after the change.
    pub after: String,
}

/// The place that a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The caller's address, as the gateway saw it.
    pub client: String,
    /// The `User-Agent` of the caller, cut to a sane length.
    pub agent: String,
    /// The request's id, as in the answer's `x-request-id`.
    pub request_id: String,
}

/// One entry of the audit log. It is made of an action and says more with each method:
/// `app.audit(LOGIN).by(user.id).on(session.id)`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The id of the entry.
    pub id: AuditId,
    /// The moment at which the action happened.
    pub at: Timestamp,
    /// The account that did it, where that is known.
    pub actor: Option<UserId>,
    /// The action that happened.
    pub action: Action,
    /// What it happened to.
    pub object: Object,
    /// Whether the action succeeded.
    pub success: bool,
    /// What it changed, where that is told.
    pub changes: Vec<Change>,
    /// The place that the request came from.
    pub origin: Origin,
    /// How often it happened: what the same account does to the same thing within a minute is one entry.
    pub times: u32,
    /// What the action is counted against, in the transaction of what it records: where a limit is used up, nothing happens.
    pub counted: Vec<Counted>,
}

impl Entry {
    /// An entry of something that worked, done by nobody known to nothing in particular.
    pub fn new(id: AuditId, at: Timestamp, action: Action) -> Self {
        Self {
            id,
            at,
            actor: None,
            action,
            object: Object::default(),
            success: true,
            changes: Vec::new(),
            origin: Origin::default(),
            times: 1,
            counted: Vec::new(),
        }
    }

    /// The entry of an action done by this account.
    #[must_use]
    pub fn by(self, actor: UserId) -> Self {
        Self {
            actor: Some(actor),
            ..self
        }
    }

    /// The entry of an action that an account did, or had done, to itself.
    #[must_use]
    pub fn by_owner(self, owner: UserId) -> Self {
        self.by(owner).on(owner)
    }

    /// The entry of an action done to this object.
    #[must_use]
    pub fn on(self, object: impl Into<Object>) -> Self {
        Self {
            object: object.into(),
            ..self
        }
    }

    /// The entry of an action requested from there.
    #[must_use]
    pub fn requested_from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The entry of an action that did not work.
    #[must_use]
    pub fn failed(self) -> Self {
        Self {
            success: false,
            ..self
        }
    }

    /// The entry of an action that is counted against this, too.
    #[must_use]
    pub fn counted(mut self, counted: Counted) -> Self {
        self.counted.push(counted);
        self
    }

    /// The entry with what was changed.
    #[must_use]
    pub fn with_changes(self, changes: Vec<Change>) -> Self {
        Self { changes, ..self }
    }
}
