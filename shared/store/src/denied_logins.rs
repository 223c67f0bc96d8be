//! A log-in that was not its owner's, and what was begun since.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::device::Device;
use domain::id::{SessionId, UserId};
use domain::link::Undo;
use domain::session::{CLOCK_SKEW, Session};
use domain::user::{DELETION_DELAY, User};
use jiff::Timestamp;

use crate::error::StoreError;
use crate::expression::{Change, from_item, n, remove};
use crate::factors::Totp;
use crate::keys;
use crate::links::Links;
use crate::query::Query;
use crate::sessions::Record;
use crate::transaction::{Committed, Transaction};
use crate::undo::{AS_READ, ATTEMPT, Denial, MAX_LOOKS, changed_each_time};

/// Sessions that one transaction ends at most: DynamoDB's limit is 100 writes, and some belong to the account.
const MAX_SESSIONS: usize = 90;

/// The log-in that is denied, and those that came after it from the same device. Of those nobody was told: the device was
/// known by then.
struct Denied {
    id: SessionId,
    /// Where they came from; unknown once the session that was told of is forgotten.
    device: Option<Device>,
    /// Those that are remembered, ended ones too.
    sessions: Vec<Session>,
}

impl Denied {
    fn of(id: SessionId, mut sessions: Vec<Session>) -> Self {
        let told = sessions.iter().find(|session| session.id == id);
        let Some((told, device)) = told.map(|told| (told, device_of(told))) else {
            return Self {
                id,
                device: None,
                sessions: Vec::new(),
            };
        };
        // One of the same moment may have begun by a clock that is behind.
        let since = told.created_at - CLOCK_SKEW;
        sessions.retain(|session| session.created_at >= since && device_of(session) == device);
        Self {
            id,
            device: Some(device),
            sessions,
        }
    }

    /// Whether a session is one of them.
    fn includes(&self, id: SessionId) -> bool {
        self.id == id || self.sessions.iter().any(|session| session.id == id)
    }

    /// Those that go on, as far as they have not ended by themselves.
    fn open(&self) -> Vec<SessionId> {
        let open = self.sessions.iter();
        let open = open.filter(|session| session.revocation.is_none());
        open.map(|session| session.id).collect()
    }
}

fn device_of(session: &Session) -> Device {
    Device::seen(&session.agent, &session.client)
}

/// What goes with the sessions, of the account as it was read.
struct Ending<'a> {
    user: &'a User,
    stops_deletion: bool,
    removes_factor: bool,
}

impl<'a> Ending<'a> {
    fn of(denial: &Denial<'_>, denied: &Denied, user: &'a User, totp: Option<&Totp>) -> Self {
        let asked_at = user.deletion_due_at.map(|due_at| due_at - DELETION_DELAY);
        let set_up_in = totp.and_then(|totp| totp.session_id);
        let factor_since = user
            .factor_since
            .filter(|_| set_up_in.is_some_and(|id| denied.includes(id)));
        Self {
            user,
            // By a clock that may be behind that of the log-in.
            stops_deletion: asked_at.is_some_and(|at| at + CLOCK_SKEW >= denial.done_at()),
            removes_factor: factor_since
                .is_some_and(|since| denial.audit.at < since + Undo::FactorAdded.lifetime()),
        }
    }
}

impl Links<'_> {
    /// Ends the session that the notice told of and all that began since from the same device, and forgets that device: a
    /// log-in from there is news again. What may have been begun in them is called off:
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
        for _ in 0..MAX_LOOKS {
            let record = self.0.users().record(user_id).await?;
            let Some(record) = record.filter(|record| !denial.is_void(record)) else {
                return Ok(false);
            };
            // A deletion that has begun cannot be stopped: some of the account may be gone.
            if record.deletion_task().is_some() {
                return Ok(false);
            }
            let (user, totp) = (User::from(record), self.0.factors().lookup(user_id).await?);
            // After the account, which notes each log-in: one that comes after this look is seen there.
            let denied = Denied::of(id, self.sessions_of(user_id).await?);
            let open = denied.open();
            let (last, before) = open.split_at(open.len().min(MAX_SESSIONS));
            if !self.end_before(denial, user_id, before).await? {
                continue;
            }
            let ending = Ending::of(denial, &denied, &user, totp.as_ref());
            let mut transaction = self.ending(denial, &ending);
            for id in last {
                transaction = transaction.with("session", self.end(denial, user_id, *id));
            }
            if let Some(device) = &denied.device {
                let known = keys::device(user_id, device.digest());
                transaction = transaction.with("device", remove(&self.0.tables.identity, known));
            }
            match transaction.commit(self.0).await? {
                Committed::Yes => return Ok(true),
                Committed::No("link") => return Ok(false),
                // The account changed, somebody logged in, or an ended session was forgotten this very moment.
                Committed::No(_) => {}
            }
        }
        Err(changed_each_time())
    }

    async fn sessions_of(&self, user_id: UserId) -> Result<Vec<Session>, StoreError> {
        let partition = keys::user(user_id).pk;
        let sessions = Query {
            table: &self.0.tables.identity,
            index: None,
            partition: ("pk", &partition),
            range: "begins_with(#sk, :sk)",
            sort: ("sk", keys::SESSIONS),
        };
        let items = sessions.all(self.0, ATTEMPT).await?;
        let sessions = items
            .into_iter()
            .map(|item| from_item::<Record>(item, ATTEMPT).map(Session::from));
        sessions.collect()
    }

    /// Ends what is too much for the transaction that uses the link up. Until then the link can be used again, so nothing of it
    /// is lost. False if one of them was forgotten this very moment.
    async fn end_before(
        &self,
        denial: &Denial<'_>,
        user_id: UserId,
        sessions: &[SessionId],
    ) -> Result<bool, StoreError> {
        for batch in sessions.chunks(MAX_SESSIONS) {
            let mut transaction = Transaction::new(ATTEMPT);
            for id in batch {
                transaction = transaction.with("session", self.end(denial, user_id, *id));
            }
            if let Committed::No(_) = transaction.commit(self.0).await? {
                return Ok(false);
            }
        }
        Ok(true)
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

    /// The writes that use the link up and call off what is to be.
    fn ending(&self, denial: &Denial<'_>, ending: &Ending<'_>) -> Transaction {
        let (table, user) = (&self.0.tables.identity, ending.user);
        let mut update = "REMOVE #email_change, #pending_email".to_owned();
        let mut transaction = self.used(denial);
        if ending.stops_deletion {
            update += ", #deletion_due_at, #due_pk, #due_sk, #deletion_cancel";
        }
        if ending.removes_factor {
            update += ", #factor_since";
            transaction = transaction
                .with("totp", remove(table, keys::totp(user.id)))
                .with(
                    "recovery codes",
                    remove(table, keys::recovery_codes(user.id)),
                );
        }
        let before = (":before", n(user.sessions_valid_from.as_millisecond()));
        let (factor, factor_since) = as_read("factor_since", ":factor_since", user.factor_since);
        let (proof, proof_at) = as_read("last_proof_at", ":proof_at", user.last_proof_at);
        let stop = Change {
            table,
            key: keys::user(user.id),
            update: &update,
            // A deletion that is asked for meanwhile moves the end of sessions; and a log-in the newest proof.
            condition: &format!(
                "{AS_READ} AND attribute_not_exists(#deletion_task) AND {factor} AND {proof}"
            ),
            values: [Some(before), factor_since, proof_at]
                .into_iter()
                .flatten()
                .collect(),
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
