//! Who calls: tokens, signing keys, sessions that are live, and the little that a call needs of an account.
//!
//! This crate exists so that an area can know its caller without depending on accounts. Every authenticated call checks
//! its access token and then reads two items of the accounts area, the account and the session, in one strongly
//! consistent round trip ([`identify`]); one that only some roles may make reads a third, the grant, in the same round
//! trip ([`identify_with_role`]). Hence a log-out, a revoked session, a changed role or a locked account takes
//! effect on the very next call, and not when the token expires.
//!
//! [`Caller`] is what most calls need of the two: the account's id and the session's. A handler takes it by
//! `api::Authenticated<Caller>`, or by `api::Permitted` where only some roles may. The accounts area reads the whole
//! account of the same two items by [`FromItems`]; another area could read a part of its own in the same way.
//!
//! What a session that was stolen some time ago must not be enough for takes a proof that is no older than
//! [`FRESH_PROOF`]: the log-in, or one that was given again in the session. The moment of it is an attribute of the
//! session, so that asking costs nothing ([`RoleOfCaller::has_fresh_proof`]).
//!
//! Work that an account asked for writes to its owner by [`find_contact`], and asks by [`find_role`] what the owner may still
//! do; what concerns the whole installation goes to the [`administrators`]: no area depends on accounts for that either. A mail about a [`Topic`] that an owner need not hear of is sent to those
//! alone who want it ([`Contact::mails`]), and has a link that ends such mails ([`OptOut`]).
//!
//! # Tokens
//!
//! [`Tokens`] makes and checks them. They are signed with Ed25519; the private keys are in Secrets Manager, the public
//! ones in the table ([`SigningKeys`]), from which other services verify by `/.well-known/jwks.json`.
//! [`rotate_signing_key`] publishes a new key before anything is signed with it, and keeps the one it replaces until
//! its last token has expired. A function reads the keys that it needs before its first event ([`PUBLIC_KEYS`],
//! [`SIGNING_KEY`]), reads them again beside a request when they have grown old, and looks again on a key id that it does
//! not know.
//!
//! A token pair is made of the session and the key alone and is the same each time: so a retry after a lost answer gets
//! the same tokens again, although none is stored.
//!
//! # Who writes the items
//!
//! The accounts area does; [`items`] says where they are, and reads of them only the attributes that
//! [`AccountStanding`] and [`SessionLife`] are made of. Those two hold the rule of what a live session is, for both.

mod aged;
mod caller;
mod contact;
pub mod items;
mod keys;
mod live;
mod notifications;
mod opt_out;
mod proof;
mod rotation;
mod settings;
mod signing_keys;
mod tokens;

pub use caller::{
    Caller, FromItems, Identified, NotIdentified, RoleOfCaller, identify, identify_with_role,
    look_up,
};
pub use contact::{ADMINISTRATORS, Contact, PEOPLE, administrators, find_contact, find_role};
pub use items::IDENTITY;
pub use keys::{KeyError, PUBLIC_KEYS, SIGNING_KEY};
pub use live::{AccountStanding, SessionLife};
pub use notifications::{Channel, NotificationSettings, Topic};
pub use opt_out::{OPT_OUT_KEY, OptOut, OptOutKey, OptOutSettings, opt_out_key};
pub use proof::{FRESH_PROOF, newest_proof};
pub use rotation::{ALL as ACTIONS, Rotation, SIGNING_KEY_ROTATED, rotate_signing_key};
pub use settings::Settings;
pub use signing_keys::{PublicKey, SigningKeys};
pub use tokens::{AccessClaims, Grant, InvalidToken, RefreshClaims, TokenPair, Tokens};
