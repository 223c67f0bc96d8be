use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::task::Task;
use store::condition::{absent, at_most, equals, exists};
use store::update::Update;
use store::value::millis;
use store::writes::add;
use store::{AuditLog, Committed, Store, StoreError, Tasks, Transaction};

use crate::account::User;
use crate::account::conditions::{LISTED, can_be_kept, is_open};
use crate::code::Codes;
use crate::factor::{Challenge, Challenges, Factors, challenges};
use crate::link::{Link, LinkToken, Links};
use crate::login::{DeviceToken, SeenDevice};
use crate::password::PasswordHash;
use crate::session::Session;
use crate::session::store::Record as SessionRecord;
use crate::{account, factor, session};

/// The doors to an account. Whatever proves that somebody may come in is spent in the transaction that lets them in.
pub struct Logins<'a>(pub &'a Store);

/// What a log-in is proved with.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The right one-time code.
    Code {
        /// The address it was sent to.
        email: &'a EmailAddress,
        /// The stored hash of the code.
        hash: &'a str,
    },
    /// The right password of the account.
    Password {
        /// The stored hash it was checked against.
        current: &'a str,
        /// The hash that takes its place, where that one is out of date.
        renewed: Option<&'a PasswordHash>,
    },
    /// The right answer to a challenge, which an earlier proof led to.
    Factor {
        /// The challenge that is answered.
        challenge: &'a Challenge,
        /// The second proof, which answers the challenge.
        answer: SecondProof<'a>,
    },
}

impl Proof<'_> {
    /// Whether it ended with a recovery code.
    pub fn is_recovery_code(&self) -> bool {
        let Self::Factor { answer, .. } = self else {
            return false;
        };
        matches!(answer, SecondProof::RecoveryCode(_))
    }
}

/// What a second factor is proved with.
#[derive(Debug, Clone, Copy)]
pub enum SecondProof<'a> {
    /// A one-time password: the number of its time step (RFC 6238), which is good once.
    Totp(u64),
    /// The stored hash of a recovery code, which is good once.
    RecoveryCode(&'a str),
}

/// A log-in that is to happen.
#[derive(Debug)]
pub struct NewLogin<'a> {
    /// The session that begins.
    pub session: &'a Session,
    /// The proof that the log-in is the owner's.
    pub proof: Proof<'a>,
    /// What it comes from, as it was looked at by [`Logins::arrive`]: the account must know it still as it did then.
    pub device: &'a SeenDevice,
    /// The token that the device is given: it is known to the account from now on. `None` where its owner is not told of a
    /// device that is new: then it stays so.
    pub token: Option<&'a DeviceToken>,
    /// The tasks that tell the owner, where something about it is news.
    pub notices: &'a [Task],
    /// The entry of the log-in in the audit log.
    pub audit: &'a Entry,
}

/// What became of a log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginOutcome {
    /// The proof was accepted and is spent; what it leads to, a session or a challenge, has begun.
    Accepted,
    /// The proof is no longer good: another call was faster, or a newer one took its place.
    Spent,
    /// The account may not log in, or not in this way: disabled, never verified, its second factor set up or taken away meanwhile.
    NotAllowed,
    /// The device is not known as it was: the owner has denied a log-in from there meanwhile, or it logs in twice at once.
    /// Nothing is spent.
    DeviceChanged,
    /// A limit of what the entry counts is used up. Nothing is spent.
    LimitReached,
}

/// What is proved, and what it leads to.
struct Proved<'a> {
    attempt: &'static str,
    user_id: UserId,
    now: Timestamp,
    /// The account must have a second factor; else it must have none.
    with_factor: bool,
    leads_to: LeadsTo<'a>,
}

/// What a proof leads to.
enum LeadsTo<'a> {
    /// The account has logged in by it: nothing is left to prove.
    Session,
    /// The second factor is asked for. Whoever has the first of two proofs alone has not logged in.
    Challenge,
    /// The account is to be deleted, and this link keeps it.
    Cancellation(&'a Link, &'a LinkToken),
}

impl Logins<'_> {
    /// Spends the proof and begins a session, both or neither.
    pub async fn begin_session(&self, login: &NewLogin<'_>) -> Result<LoginOutcome, StoreError> {
        let table = self.0.table(IDENTITY);
        let session = login.session;
        let now = login.audit.at;
        let begin = add(
            table,
            session::keys::session(session.user_id, session.id),
            &SessionRecord::new(session),
        );
        let remember = login
            .token
            .map(|token| self.remembering(session.user_id, login.device, token, now));
        let proved = Proved {
            attempt: "log in",
            user_id: session.user_id,
            now,
            with_factor: matches!(login.proof, Proof::Factor { .. }),
            leads_to: LeadsTo::Session,
        };
        let mut transaction = self.proved(&proved, &login.proof).with("session", begin);
        for write in remember.into_iter().flatten() {
            transaction = transaction.with("device", write);
        }
        for notice in login.notices {
            transaction = transaction.with("task", Tasks(self.0).write(notice));
        }
        self.commit(transaction, login.audit).await
    }

    /// Spends the proof and asks for the second factor, both or neither. False if the proof is no longer good, or the account
    /// may not log in, or not in this way. One that is to be deleted may: it is asked whether it is to be kept.
    pub async fn begin_challenge(
        &self,
        challenge: &Challenge,
        proof: &Proof<'_>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let put = add(
            self.0.table(IDENTITY),
            factor::keys::challenge(&challenge.digest),
            &challenges::Record::new(challenge),
        );
        let proved = Proved {
            attempt: "ask for the second factor",
            user_id: challenge.user_id,
            now: challenge.created_at,
            with_factor: true,
            leads_to: LeadsTo::Challenge,
        };
        let transaction = self.proved(&proved, proof).with("challenge", put);
        let outcome = self.commit(transaction, audit).await?;
        Ok(outcome == LoginOutcome::Accepted)
    }

    /// Spends the proof and makes a link the one that keeps an account which is to be deleted, both or neither; the moment it
    /// ends. `None` if the proof is no longer good, or the account cannot be kept any more, or not in this way.
    pub async fn offer_cancellation(
        &self,
        user: &User,
        token: &LinkToken,
        proof: &Proof<'_>,
        audit: &Entry,
    ) -> Result<Option<Timestamp>, StoreError> {
        let Some(link) = Link::cancellation(user, audit.at) else {
            return Ok(None);
        };
        let proved = Proved {
            attempt: "offer to keep an account",
            user_id: user.id,
            now: audit.at,
            with_factor: matches!(proof, Proof::Factor { .. }),
            leads_to: LeadsTo::Cancellation(&link, token),
        };
        let transaction = Links(self.0).made(self.proved(&proved, proof), &link, token);
        let outcome = self.commit(transaction, audit).await?;
        Ok((outcome == LoginOutcome::Accepted).then_some(link.expires_at))
    }

    /// The writes that spend a proof, on the condition that the account may log in by it.
    fn proved(&self, proved: &Proved<'_>, proof: &Proof<'_>) -> Transaction {
        let &Proved { user_id, now, .. } = proved;
        let factor_as_needed = if proved.with_factor {
            exists("factor_since")
        } else {
            absent("factor_since")
        };
        let mut user = Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
            .set("last_proof_at", millis(now))
            .remove([LISTED])
            .when(equals("email_verified", true))
            .when(factor_as_needed);
        user = match proved.leads_to {
            LeadsTo::Session => user.set("last_login_at", millis(now)).when(is_open()),
            LeadsTo::Challenge => user.when(can_be_kept()),
            LeadsTo::Cancellation(link, token) => user
                .set(link.kind.as_str(), token.digest())
                .when(equals("deletion_due_at", millis(link.expires_at)).and(can_be_kept())),
        };
        let mut transaction = Transaction::new(proved.attempt);
        match *proof {
            Proof::Code { email, hash } => {
                transaction = transaction.with("proof", Codes(self.0).spend(email, hash));
                user = user.when(equals("email", email.as_str()));
            }
            Proof::Password { current, renewed } => {
                user = user.when(equals("password", current));
                if let Some(renewed) = renewed {
                    user = user.set("password", renewed.expose());
                }
            }
            Proof::Factor { challenge, answer } => {
                // Sessions may have been ended since that earlier proof: then it is over, too.
                let challenged_at = millis(challenge.created_at);
                user = user.when(at_most("sessions_valid_from", challenged_at));
                transaction = transaction
                    .with("proof", Challenges(self.0).spend(&challenge.digest))
                    .with("answer", Factors(self.0).spend(user_id, answer));
            }
        }
        transaction.with("user", user.in_transaction())
    }

    async fn commit(
        &self,
        transaction: Transaction,
        audit: &Entry,
    ) -> Result<LoginOutcome, StoreError> {
        Ok(match transaction.audited(audit).commit(self.0).await {
            Ok(Committed::Yes) => LoginOutcome::Accepted,
            Ok(Committed::No("user")) => LoginOutcome::NotAllowed,
            Ok(Committed::No("device")) => LoginOutcome::DeviceChanged,
            Ok(Committed::No(_)) => LoginOutcome::Spent,
            Err(StoreError::LimitReached { .. }) => LoginOutcome::LimitReached,
            Err(error) => return Err(error),
        })
    }

    /// Records a log-in that failed.
    pub async fn record_failure(&self, audit: &Entry) -> Result<(), StoreError> {
        AuditLog(self.0).add(audit).await
    }
}
