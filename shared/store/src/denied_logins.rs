//! A log-in that was not its owner's, and what was begun since.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::device::Device;
use domain::id::{SessionId, UserId};
use domain::link::Undo;
use domain::session::{CLOCK_SKEW, Session};
use domain::user::{DELETION_DELAY, User};
use jiff::Timestamp;

use crate::conditions::{DELETION, MAX_LOOKS, NO_LATER_PROOF, SESSIONS_AS_READ};
use crate::error::StoreError;
use crate::expression::{Change, Item, from_item, n, remove};
use crate::keys;
use crate::links::Links;
use crate::query::{Query, text};
use crate::sessions::Record;
use crate::transaction::{Committed, Transaction};
use crate::undo::{ATTEMPT, Denial};

/// Sessions that one transaction ends at most: DynamoDB's limit is 100 writes, and some belong to the account.
const MAX_SESSIONS: usize = 90;

/// Sessions that are looked at, of this device and others: some half a megabyte, which is one answer of DynamoDB.
const MAX_SEEN: i32 = 500;

/// The log-in that is denied, and those that came after it from the same device. Of those nobody was told: the device was
/// known by then.
struct Denied<'a> {
    id: SessionId,
    /// The digest of the device they came from.
    device: Option<&'a str>,
    /// One of the same moment may have begun by a clock that is behind.
    since: Timestamp,
}

impl<'a> Denied<'a> {
    fn of(denial: &Denial<'a>, id: SessionId) -> Self {
        Self {
            id,
            device: denial.link.device.as_deref(),
            since: denial.done_at() - CLOCK_SKEW,
        }
    }

    /// Whether a session is one of them.
    fn includes(&self, session: &Session) -> bool {
        let is_of_device = self.device == Some(device_of(session).digest());
        session.id == self.id || is_of_device && session.created_at >= self.since
    }
}

fn device_of(session: &Session) -> Device {
    Device::seen(&session.agent, &session.client)
}

/// What ends, of the account as it was read.
struct Ending<'a> {
    user: &'a User,
    device: Option<&'a str>,
    /// The denied sessions that go on; `None`, if all of the account's are to end.
    sessions: Option<Vec<SessionId>>,
    stops_deletion: bool,
    removes_factor: bool,
}

impl Links<'_> {
    /// Ends the session that the notice told of and all that began since from the same device, and forgets that device: a
    /// log-in from there is news again. All of the account's end where those are too many, or somebody logs in all the time:
    /// whoever has the password must not keep the link from working. What may have been begun in them is called off:
    ///
    /// - a change of the address;
    /// - a deletion that was asked for since the first began. It is not known in which session, and an owner who wants it asks
    ///   again;
    /// - a second factor that was set up in one of those very sessions, as long as the factor's own notice could take it away.
    ///   One of another session may be the owner's, who has set it up because of this log-in; and whoever gets into the mailbox
    ///   later must not get round the factor by an old mail.
    pub(crate) async fn end_session(
        &self,
        denial: &Denial<'_>,
        user_id: UserId,
        id: SessionId,
    ) -> Result<bool, StoreError> {
        let denied = Denied::of(denial, id);
        for look in 1..=MAX_LOOKS {
            let record = self.0.users().record(user_id).await?;
            let Some(record) = record.filter(|record| !denial.is_void(record)) else {
                return Ok(false);
            };
            // A deletion that has begun cannot be stopped: some of the account may be gone.
            if record.deletion_task().is_some() {
                return Ok(false);
            }
            let user = User::from(record);
            // After the account, which notes each log-in: one that comes after this look is seen there.
            let sessions = if look < MAX_LOOKS {
                self.open_sessions(&denied, &user, denial.audit.at).await?
            } else {
                None
            };
            let asked_at = user.deletion_due_at.map(|due_at| due_at - DELETION_DELAY);
            let ending = Ending {
                device: denied.device,
                sessions,
                // By a clock that may be behind that of the log-in.
                stops_deletion: asked_at.is_some_and(|at| at + CLOCK_SKEW >= denial.done_at()),
                removes_factor: self.set_up_factor(&denied, &user, denial.audit.at).await?,
                user: &user,
            };
            match self.ending(denial, ending).commit(self.0).await? {
                Committed::Yes => return Ok(true),
                Committed::No("link") => return Ok(false),
                // The account changed, somebody logged in, or an ended session was forgotten this very moment.
                Committed::No(_) => {}
            }
        }
        Err(StoreError::kept_changing(ATTEMPT))
    }

    /// The denied sessions that go on. `None` if they are too many.
    async fn open_sessions(
        &self,
        denied: &Denied<'_>,
        user: &User,
        now: Timestamp,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        let from = keys::sessions_since(user.id, denied.since);
        let sessions = Query {
            table: &self.0.tables.identity,
            index: None,
            partition: ("pk", &from.pk),
            range: "#sk >= :sk",
            sort: ("sk", &from.sk),
        };
        let items = sessions.first(MAX_SEEN, self.0, ATTEMPT).await?;
        // Where there are no more, items of other kinds stand behind the last one, the account itself at least.
        let is_session = |item: &Item| text(item, "sk").starts_with(keys::SESSIONS);
        if items.last().is_some_and(is_session) {
            return Ok(None);
        }
        let mut open = Vec::new();
        for item in items.into_iter().filter(is_session) {
            let session = Session::from(from_item::<Record>(item, ATTEMPT)?);
            if denied.includes(&session) && session.is_live(now, user.sessions_valid_from) {
                open.push(session.id);
            }
        }
        Ok(Some(open).filter(|open| open.len() <= MAX_SESSIONS))
    }

    /// Whether the account's second factor was set up in a denied session, and not too long ago.
    async fn set_up_factor(
        &self,
        denied: &Denied<'_>,
        user: &User,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_young = |since: Timestamp| now < since + Undo::FactorAdded.lifetime();
        if !user.factor_since.is_some_and(is_young) {
            return Ok(false);
        }
        let totp = self.0.factors().lookup(user.id).await?;
        let Some(set_up_in) = totp.and_then(|totp| totp.session_id) else {
            return Ok(false);
        };
        let session = self.0.sessions().lookup(user.id, set_up_in).await?;
        Ok(session.is_some_and(|session| denied.includes(&session)))
    }

    fn end(&self, denial: &Denial<'_>, user_id: UserId, id: SessionId) -> TransactWriteItem {
        Change {
            table: &self.0.tables.identity,
            key: keys::session(user_id, id),
            // Its owner may have ended it meanwhile.
            update: "SET #revoked_at = if_not_exists(#revoked_at, :now)",
            condition: "attribute_exists(#pk)",
            values: vec![(":now", n(denial.audit.at.as_millisecond()))],
        }
        .in_transaction()
    }

    /// The writes that use the link up, end the sessions and call off what is to be.
    fn ending(&self, denial: &Denial<'_>, ending: Ending<'_>) -> Transaction {
        let (table, user) = (&self.0.tables.identity, ending.user);
        let mut transaction = self.used(denial);
        let mut update = "REMOVE #email_change, #pending_email".to_owned();
        if ending.stops_deletion {
            update += ", ";
            update += DELETION;
        }
        if ending.removes_factor {
            update += ", #factor_since";
            transaction = self.0.factors().removal(transaction, user.id);
        }
        if let Some(device) = ending.device {
            let known = keys::device(user.id, device);
            transaction = transaction.with("device", remove(table, known));
        }
        let (factor, factor_since) = as_read("factor_since", ":factor_since", user.factor_since);
        let before = (":before", n(user.sessions_valid_from.as_millisecond()));
        let mut values = vec![before];
        values.extend(factor_since);
        // A deletion that is asked for meanwhile moves the end of sessions; and a log-in the newest proof.
        let no_later_proof = if let Some(sessions) = ending.sessions {
            for id in sessions {
                transaction = transaction.with("session", self.end(denial, user.id, id));
            }
            let (proof, proof_at) = as_read("last_proof_at", ":proof_at", user.last_proof_at);
            values.extend(proof_at);
            proof
        } else {
            update += " SET #sessions_valid_from = :sessions_valid_from";
            let from = user.end_of_sessions(denial.audit.at);
            values.push((":sessions_valid_from", n(from.as_millisecond())));
            NO_LATER_PROOF.to_owned()
        };
        let stop = Change {
            table,
            key: keys::user(user.id),
            update: &update,
            condition: &format!(
                "{SESSIONS_AS_READ} AND attribute_not_exists(#deletion_task) AND {factor} AND {no_later_proof}"
            ),
            values,
        };
        transaction.with("user", stop.in_transaction())
    }
}

/// The condition that a moment of the account's is the one that was read: of its second factor, or of its newest proof.
fn as_read(
    attribute: &str,
    placeholder: &'static str,
    at: Option<Timestamp>,
) -> (String, Option<(&'static str, AttributeValue)>) {
    match at {
        Some(at) => (
            format!("#{attribute} = {placeholder}"),
            Some((placeholder, n(at.as_millisecond()))),
        ),
        None => (format!("attribute_not_exists(#{attribute})"), None),
    }
}
