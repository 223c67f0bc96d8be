//! Accounts.

use identity::AccountStanding;
use jiff::{SignedDuration, Timestamp};
use kernel::clock::CLOCK_SKEW;
use kernel::email::EmailAddress;
use kernel::id::{AvatarId, UserId};
use kernel::role::Role;

use crate::avatar::RefusedUpload;
use crate::profile::{Locale, Name, Profile, Username};

/// The time in which an account that is to be deleted can still be kept.
pub const DELETION_DELAY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// An account with its profile, role and standing.
#[derive(Debug, Clone)]
pub struct User {
    /// The id of the account.
    pub id: UserId,
    /// The address that the account's mail goes to; unique.
    pub email: EmailAddress,
    /// Unique where there is one.
    pub username: Option<Username>,
    /// First name, or empty.
    pub first_name: Name,
    /// Last name, or empty.
    pub last_name: Name,
    /// What it may do.
    pub role: Role,
    /// Its owner has shown that the e-mail address is theirs.
    pub email_verified: bool,
    /// An administrator has locked it.
    pub disabled: bool,
    /// The moment at which the account was made.
    pub created_at: Timestamp,
    /// Sessions begun before this moment are over.
    pub sessions_valid_from: Timestamp,
    /// The moment at which the newest session began.
    pub last_login_at: Option<Timestamp>,
    /// The moment at which somebody last gave a right proof, be it only the first of two. What ends sessions goes by it.
    pub last_proof_at: Option<Timestamp>,
    /// Since when a second factor is asked for at every door.
    pub factor_since: Option<Timestamp>,
    /// The moment at which the account will be deleted, if its owner asked for that.
    pub deletion_due_at: Option<Timestamp>,
    /// The address it is to have, once that is verified. It stays when its link has expired: see [`Self::wanted_email`].
    pub pending_email: Option<EmailAddress>,
    /// The moment at which the link for that address expires. Addresses that were asked for before it was kept have none.
    pub pending_email_until: Option<Timestamp>,
    /// The picture that is shown.
    pub avatar: Option<AvatarId>,
    /// The newest upload, if that was refused.
    pub avatar_refusal: Option<RefusedUpload>,
    /// What else its owner has said of themselves.
    pub profile: Profile,
}

impl User {
    /// A new account, which can log in once its address is verified.
    pub fn new(id: UserId, email: EmailAddress, created_at: Timestamp) -> Self {
        Self {
            id,
            email,
            username: None,
            first_name: Name::default(),
            last_name: Name::default(),
            role: Role::User,
            email_verified: false,
            disabled: false,
            created_at,
            sessions_valid_from: created_at,
            last_login_at: None,
            last_proof_at: None,
            factor_since: None,
            deletion_due_at: None,
            pending_email: None,
            pending_email_until: None,
            avatar: None,
            avatar_refusal: None,
            profile: Profile::default(),
        }
    }

    /// The moment from which on sessions are valid, where all that there are end now: those of this very moment too, those
    /// that began by a clock that is ahead by no more than [`CLOCK_SKEW`], and that of the newest proof by whatever clock.
    /// Later each time, so that nothing outlives two ends in a row.
    pub fn end_of_sessions(&self, now: Timestamp) -> Timestamp {
        let tick = SignedDuration::from_millis(1);
        let newest_proof = self.last_proof_at.unwrap_or(self.sessions_valid_from);
        (now + CLOCK_SKEW)
            .max(self.sessions_valid_from + tick)
            .max(newest_proof + tick)
    }

    /// The moment at which a session begins that begins now: no earlier than the end of those before it.
    pub fn start_of_session(&self, now: Timestamp) -> Timestamp {
        now.max(self.sessions_valid_from)
    }

    /// The address it is to have, as long as the link for it can be followed.
    pub fn wanted_email(&self, now: Timestamp) -> Option<&EmailAddress> {
        let is_open = self.pending_email_until.is_some_and(|until| now < until);
        self.pending_email.as_ref().filter(|_| is_open)
    }

    /// What its owner has said of their language (BCP 47), which their mails come in.
    pub fn locale(&self) -> Option<&str> {
        self.profile.locale.as_ref().map(Locale::as_str)
    }

    /// What of the account decides whether its calls are answered.
    pub fn standing(&self) -> AccountStanding {
        AccountStanding {
            email_verified: self.email_verified,
            disabled: self.disabled,
            is_to_be_deleted: self.deletion_due_at.is_some(),
            sessions_valid_from: self.sessions_valid_from,
        }
    }

    /// May log in: its address is verified, and it is not closed.
    pub fn is_active(&self) -> bool {
        self.standing().is_active()
    }

    /// It is to be deleted and can still be kept: nobody has locked it, and its time is not over. Whether the deletion has begun
    /// is asked by the write that would keep it.
    pub fn can_be_kept(&self, now: Timestamp) -> bool {
        !self.disabled && self.deletion_due_at.is_some_and(|due_at| now < due_at)
    }

    /// An administrator has locked it, or it is about to be deleted.
    pub fn is_closed(&self) -> bool {
        self.standing().is_closed()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    fn ann(now: Timestamp) -> User {
        let id = UserId::new(now, &mut rand::rngs::StdRng::seed_from_u64(9));
        User::new(id, EmailAddress::parse("ann@example.com").unwrap(), now)
    }

    #[test]
    fn another_address_is_wanted_until_its_link_expires() {
        let now = Timestamp::from_second(1_000).unwrap();
        let mut user = ann(now);
        assert_eq!(user.wanted_email(now), None);
        user.pending_email = EmailAddress::parse("new@example.com").ok();
        // Asked for before that moment was kept.
        assert_eq!(user.wanted_email(now), None);
        user.pending_email_until = Some(now + SignedDuration::from_millis(1));
        assert_eq!(user.wanted_email(now), user.pending_email.as_ref());
        user.pending_email_until = Some(now);
        assert_eq!(user.wanted_email(now), None);
    }

    #[test]
    fn an_account_can_be_kept_until_it_is_due_if_nobody_has_locked_it() {
        let now = Timestamp::from_second(1_000).unwrap();
        let mut user = ann(now);
        assert!(!user.can_be_kept(now));
        user.deletion_due_at = Some(now + SignedDuration::from_millis(1));
        assert!(user.can_be_kept(now));
        user.disabled = true;
        assert!(!user.can_be_kept(now));
        user.disabled = false;
        user.deletion_due_at = Some(now);
        assert!(!user.can_be_kept(now));
    }

    #[test]
    fn sessions_end_after_the_newest_proof_and_later_each_time() {
        let now = Timestamp::from_second(1_000).unwrap();
        let mut user = ann(now);
        let tick = SignedDuration::from_millis(1);

        assert_eq!(user.end_of_sessions(now), now + CLOCK_SKEW);
        user.sessions_valid_from = now + CLOCK_SKEW;
        assert_eq!(user.end_of_sessions(now), now + CLOCK_SKEW + tick);
        // Of a clock that was further ahead than clocks are meant to be.
        let proof = now + CLOCK_SKEW * 5;
        user.last_proof_at = Some(proof);
        assert_eq!(user.end_of_sessions(now), proof + tick);
        // The first of two proofs counts, and what it led to does not.
        user.last_login_at = Some(proof + CLOCK_SKEW);
        assert_eq!(user.end_of_sessions(now), proof + tick);
    }
}
