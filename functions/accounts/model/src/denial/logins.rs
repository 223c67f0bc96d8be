//! A log-in that was not its owner's, and what was begun since.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::clock::CLOCK_SKEW;
use kernel::id::{SessionId, UserId};
use store::condition::{absent, exists, unchanged};
use store::query::{Query, text};
use store::update::Update;
use store::value::millis;
use store::writes::remove;
use store::{Attempts, Committed, StoreError, Transaction, Write};
use store::{Item, from_item};

use crate::account::conditions::{DELETION, EMAIL_CHANGE, no_later_proof, sessions_as_read};
use crate::account::{DELETION_DELAY, User, Users};
use crate::denial::Denial;
use crate::denial::store::ATTEMPT;
use crate::factor::Factors;
use crate::link::{Links, Undo};
use crate::login::DeviceId;
use crate::session::device::Device;
use crate::session::store::Record;
use crate::session::{Session, Sessions};
use crate::{account, login, session};

/// Sessions and devices that one transaction ends at most: DynamoDB's limit is 100 writes, and some belong to the account.
const MAX_ENDED: usize = 91;

/// Sessions that are looked at, of this device and others: some half a megabyte, which is one answer of DynamoDB.
const MAX_SEEN: i32 = 500;

/// Attempts at ending the denied sessions alone. After them all sessions of the account end.
const PATIENCE: u32 = 4;

/// The log-in that is denied, and those that came after it from the same device. Of those nobody was told: the device was
/// known by then.
struct Denied<'a> {
    id: SessionId,
    /// The digest of the device they came from.
    device: Option<&'a str>,
    /// The id of that device, if it was given a token. With that it may have come from anywhere since.
    device_id: Option<&'a DeviceId>,
    /// One of the same moment may have begun by a clock that is behind.
    since: Timestamp,
}

impl<'a> Denied<'a> {
    fn of(denial: &Denial<'a>, id: SessionId) -> Self {
        Self {
            id,
            device: denial.link.device.as_deref(),
            device_id: denial.link.device_id.as_ref(),
            since: denial.done_at() - CLOCK_SKEW,
        }
    }

    /// Whether a session is one of them, where these are the devices that were given a token in one.
    fn includes(&self, session: &Session, devices: &[DeviceId]) -> bool {
        let is_of_device = self.device == Some(device_of(session).digest());
        let device_id = session.device_id.as_ref();
        let shows_token = device_id.is_some_and(|id| devices.contains(id));
        let is_of_them = is_of_device || shows_token;
        session.id == self.id || is_of_them && session.created_at >= self.since
    }

    /// The devices that were given a token in one of these sessions that is denied: a log-in without one is given another.
    fn devices(&self, sessions: &[Session]) -> Vec<DeviceId> {
        let told: Vec<_> = self.device_id.into_iter().cloned().collect();
        let denied = sessions.iter().filter(|it| self.includes(it, &told));
        let mut devices: Vec<_> = denied.filter_map(|it| it.device_id.clone()).collect();
        devices.extend(told);
        devices.sort_unstable();
        devices.dedup();
        devices
    }
}

fn device_of(session: &Session) -> Device {
    Device::seen(&session.agent, &session.client)
}

/// What ends, of the account as it was read.
struct Ending<'a> {
    user: &'a User,
    device: Option<&'a str>,
    /// `None`, if all of the account's sessions are to end, and every device with a token to be forgotten.
    sessions: Option<Gone>,
    stops_deletion: bool,
    removes_factor: bool,
}

/// The denied sessions that go on, and the devices that were given a token in any that is denied.
struct Gone {
    sessions: Vec<SessionId>,
    devices: Vec<DeviceId>,
}

impl Links<'_> {
    /// Ends the session that the notice told of and all that began since from the same device, and forgets that device with all
    /// its tokens: a log-in from there is news again. All of the account's end where those are too many, or somebody logs in all the time:
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
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let record = Users(self.0).record(user_id).await?;
            let Some(record) = record.filter(|record| !denial.is_void(record)) else {
                return Ok(false);
            };
            // A deletion that has begun cannot be stopped: some of the account may be gone.
            if record.deletion_task().is_some() {
                return Ok(false);
            }
            let user = User::from(record);
            // After the account, which notes each log-in: one that comes after this look is seen there.
            let sessions = if attempts.made() < PATIENCE {
                self.open_sessions(&denied, &user, denial.audit.at).await?
            } else {
                None
            };
            let devices = match &sessions {
                Some(gone) => gone.devices.clone(),
                None => denied.devices(&[]),
            };
            let removes_factor = self
                .set_up_factor(&denied, &devices, &user, denial.audit.at)
                .await?;
            let asked_at = user.deletion_due_at.map(|due_at| due_at - DELETION_DELAY);
            let ending = Ending {
                device: denied.device,
                sessions,
                // By a clock that may be behind that of the log-in.
                stops_deletion: asked_at.is_some_and(|at| at + CLOCK_SKEW >= denial.done_at()),
                removes_factor,
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
    ) -> Result<Option<Gone>, StoreError> {
        let from = session::keys::sessions_since(user.id, denied.since);
        let sessions = Query {
            table: self.0.table(IDENTITY),
            index: None,
            partition: ("pk", &from.pk),
            range: "#sk >= :sk",
            sort: ("sk", &from.sk),
        };
        let items = sessions.first(MAX_SEEN, self.0, ATTEMPT).await?;
        // Where there are no more, items of other kinds stand behind the last one, the account itself at least.
        let is_session = |item: &Item| text(item, "sk").starts_with(session::keys::SESSIONS);
        if items.last().is_some_and(is_session) {
            return Ok(None);
        }
        let sessions = items.into_iter().filter(is_session);
        let sessions = sessions.map(|item| Ok(from_item::<Record>(item, ATTEMPT)?.into()));
        let sessions: Vec<Session> = sessions.collect::<Result<_, StoreError>>()?;
        let devices = denied.devices(&sessions);
        let is_open = |session: &&Session| {
            denied.includes(session, &devices) && session.is_live(now, user.sessions_valid_from)
        };
        let open: Vec<_> = sessions.iter().filter(is_open).map(|it| it.id).collect();
        let few = open.len() + devices.len() <= MAX_ENDED;
        Ok(few.then_some(Gone {
            sessions: open,
            devices,
        }))
    }

    /// Whether the account's second factor was set up in a denied session, and not too long ago.
    async fn set_up_factor(
        &self,
        denied: &Denied<'_>,
        devices: &[DeviceId],
        user: &User,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_young = |since: Timestamp| now < since + Undo::FactorAdded.lifetime();
        if !user.factor_since.is_some_and(is_young) {
            return Ok(false);
        }
        let totp = Factors(self.0).lookup(user.id).await?;
        let Some(set_up_in) = totp.and_then(|totp| totp.session_id) else {
            return Ok(false);
        };
        let session = Sessions(self.0).lookup(user.id, set_up_in).await?;
        Ok(session.is_some_and(|session| denied.includes(&session, devices)))
    }

    fn end(&self, denial: &Denial<'_>, user_id: UserId, id: SessionId) -> Write {
        Update::of(self.0.table(IDENTITY), session::keys::session(user_id, id))
            // Its owner may have ended it meanwhile.
            .set_if_absent("revoked_at", millis(denial.audit.at))
            .when(exists("pk"))
            .in_transaction()
    }

    /// The writes that use the link up, end the sessions and call off what is to be.
    fn ending(&self, denial: &Denial<'_>, ending: Ending<'_>) -> Transaction {
        let (table, user) = (self.0.table(IDENTITY), ending.user);
        let mut transaction = self.used(denial);
        let mut stop = Update::of(table, account::keys::user(user.id))
            .remove(EMAIL_CHANGE)
            .when(sessions_as_read(user).and(absent("deletion_task")))
            .when(unchanged("factor_since", user.factor_since.map(millis)));
        if ending.stops_deletion {
            stop = stop.remove(DELETION);
        }
        if ending.removes_factor {
            stop = stop.remove(["factor_since"]);
            transaction = Factors(self.0).removal(transaction, user.id);
        }
        if let Some(device) = ending.device {
            let known = login::keys::device(user.id, device);
            transaction = transaction.with("device", remove(table, known));
        }
        // A deletion that is asked for meanwhile moves the end of sessions; and a log-in the newest proof.
        stop = if let Some(Gone { sessions, devices }) = ending.sessions {
            for id in sessions {
                transaction = transaction.with("session", self.end(denial, user.id, id));
            }
            for id in devices {
                let known = login::keys::device(user.id, id.as_str());
                transaction = transaction.with("device", remove(table, known));
            }
            stop.when(unchanged("last_proof_at", user.last_proof_at.map(millis)))
        } else {
            let from = user.end_of_sessions(denial.audit.at);
            stop.set("sessions_valid_from", millis(from))
                .set("device_tokens_from", millis(from))
                .when(no_later_proof(from))
        };
        transaction.with("user", stop.in_transaction())
    }
}
