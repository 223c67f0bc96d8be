//! Sessions, and what a presented refresh token is worth (RFC 9700, section 4.14).

use identity::{Grant, SessionLife, newest_proof};
use jiff::{SignedDuration, Timestamp};
use kernel::audit::Origin;
use kernel::id::{SessionId, UserId};
use kernel::input;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

use crate::account::User;
use crate::login::DeviceId;

/// The longest life of a session, however often it is used (OWASP ASVS 5.0, 7.3.2): long enough that nobody logs in for its
/// sake often, short enough that a forgotten device does not stay in for ever. An installation whose refresh tokens live
/// longer has wanted so.
pub const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The time for which an ended session is remembered, so that a late replay is still seen as one.
pub const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// The longest name of a session, in characters: what fits one line of a list.
const MAX_NAME: usize = 60;

/// A log-in on one device. Its refresh tokens are numbered; only the newest is good.
#[derive(Debug, Clone)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// The account that the session is of.
    pub user_id: UserId,
    /// The number of the newest refresh token, from 1.
    pub generation: u32,
    /// The moment at which the session began.
    pub created_at: Timestamp,
    /// The moment at which all other sessions of the account were ended and this one was kept.
    pub kept_at: Option<Timestamp>,
    /// The moment at which the owner last proved anew, in the session, to be the owner.
    pub proved_at: Option<Timestamp>,
    /// The moment at which the newest refresh token was made.
    pub rotated_at: Timestamp,
    /// The moment at which the newest refresh token expires, and the session with it.
    pub expires_at: Timestamp,
    /// Set once it is over before its time.
    pub revocation: Option<Revocation>,
    /// Address of the client that logged in.
    pub client: String,
    /// `User-Agent` of the client that logged in.
    pub agent: String,
    /// What its owner calls it.
    pub name: Option<String>,
    /// The device that its log-in gave a token to.
    pub device_id: Option<DeviceId>,
}

impl Session {
    /// A session that begins. Its beginning is no earlier than the end of those before it, whatever the clock says.
    pub fn begin(
        id: SessionId,
        user: &User,
        now: Timestamp,
        lifetime: SignedDuration,
        origin: &Origin,
    ) -> Self {
        Self {
            id,
            user_id: user.id,
            generation: 1,
            created_at: user.start_of_session(now),
            kept_at: None,
            proved_at: None,
            rotated_at: now,
            expires_at: now + lifetime,
            revocation: None,
            client: origin.client.clone(),
            agent: origin.agent.clone(),
            name: None,
            device_id: None,
        }
    }
}

/// What its owner calls a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionName(String);

/// The reason why a text is not the name of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "A name has 1 to {MAX_NAME} characters, one that is seen, and none that controls or turns the others."
)]
pub struct InvalidSessionName;

impl SessionName {
    /// Reads a name: trimmed, NFC.
    pub fn parse(text: &str) -> Result<Self, InvalidSessionName> {
        let text = input::unwrapped(text);
        let name: String = text.nfc().take(MAX_NAME + 1).collect();
        let fits = name.chars().count() <= MAX_NAME && input::is_visible(&name);
        if !fits || !input::stays_in_line(&name) {
            return Err(InvalidSessionName);
        }
        Ok(Self(name))
    }

    /// The name as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The end of a session before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The moment at which the sessions end.
    pub at: Timestamp,
    /// Address of the client whose call ended it.
    pub client: String,
    /// `User-Agent` of the client whose call ended it.
    pub agent: String,
}

/// What to do with a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// The newest: make its successor.
    Rotate,
    /// The one before, moments ago: give the same successor again.
    Repeat,
    /// An old one: somebody has a copy. The whole family ends.
    Reuse,
    /// The session is over, or never was at that number.
    Ended,
}

impl Session {
    /// What of the session decides whether its calls are answered.
    pub fn life(&self) -> SessionLife {
        SessionLife {
            created_at: self.created_at,
            kept_at: self.kept_at,
            expires_at: self.expires_at,
            is_revoked: self.revocation.is_some(),
        }
    }

    /// Whether the session is still going on.
    pub fn is_live(&self, now: Timestamp, sessions_valid_from: Timestamp) -> bool {
        self.life().is_live(now, sessions_valid_from)
    }

    /// Whether calls in this session are answered: it goes on, and its account may log in.
    pub fn lets_in(&self, user: &User, now: Timestamp) -> bool {
        user.standing().lets_in(&self.life(), now)
    }

    /// The moment that decides whether the session is among those that its account has ended.
    pub fn valid_at(&self) -> Timestamp {
        self.life().valid_at()
    }

    /// The moment of the newest proof: the log-in that began it, or one that was given again in it.
    pub fn newest_proof(&self) -> Timestamp {
        newest_proof(self.created_at, self.proved_at)
    }

    /// What the tokens of the session's present generation say.
    pub fn grant(&self, user: &User) -> Grant {
        Grant {
            user_id: user.id,
            role: user.role,
            session_id: self.id,
            generation: self.generation,
            issued_at: self.rotated_at,
            expires_at: self.expires_at,
        }
    }

    /// The moment at which a session ends that is used now, by a refresh token that is good for `lifetime`.
    pub fn end_after_use(&self, now: Timestamp, lifetime: SignedDuration) -> Timestamp {
        (now + lifetime).min(self.created_at + LONGEST_LIFE.max(lifetime))
    }

    /// Judges the refresh token number `generation` of a live session. For the time of `repeat`, the token before the newest is
    /// answered with the newest: a retry after a lost answer.
    pub fn judge(&self, generation: u32, now: Timestamp, repeat: SignedDuration) -> Refresh {
        if generation == self.generation {
            Refresh::Rotate
        } else if generation > self.generation || generation == 0 {
            Refresh::Ended
        } else if generation + 1 == self.generation && now.duration_since(self.rotated_at) < repeat
        {
            Refresh::Repeat
        } else {
            Refresh::Reuse
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use kernel::clock::CLOCK_SKEW;

    use super::*;

    fn session(generation: u32) -> Session {
        let begin = Timestamp::from_second(1_000).unwrap();
        let mut rng = rand::rngs::StdRng::seed_from_u64(9);
        Session {
            id: SessionId::new(begin, &mut rng),
            user_id: UserId::new(begin, &mut rng),
            generation,
            created_at: begin,
            kept_at: None,
            proved_at: None,
            rotated_at: begin,
            expires_at: begin + SignedDuration::from_hours(1),
            revocation: None,
            client: String::new(),
            agent: String::new(),
            name: None,
            device_id: None,
        }
    }

    #[test]
    fn only_the_newest_token_rotates() {
        let session = session(3);
        let repeat = SignedDuration::from_secs(60);
        let late = session.rotated_at + repeat;
        let soon = late - SignedDuration::from_millis(1);
        let judge = |generation, now| session.judge(generation, now, repeat);

        assert_eq!(judge(3, late), Refresh::Rotate);
        assert_eq!(judge(2, soon), Refresh::Repeat);
        assert_eq!(judge(2, late), Refresh::Reuse);
        assert_eq!(judge(1, soon), Refresh::Reuse);
        assert_eq!(judge(4, soon), Refresh::Ended);
        assert_eq!(judge(0, soon), Refresh::Ended);
        // Where an installation wants none, a lost answer is lost.
        let none = SignedDuration::ZERO;
        assert_eq!(session.judge(2, session.rotated_at, none), Refresh::Reuse);
    }

    #[test]
    fn a_session_ends_by_time_by_revocation_and_by_its_account() {
        let mut session = session(1);
        let begin = session.created_at;

        assert!(session.is_live(begin, begin));
        assert!(!session.is_live(session.expires_at, begin));
        assert!(!session.is_live(begin, begin + SignedDuration::from_millis(1)));
        session.revocation = Some(Revocation {
            at: begin,
            client: String::new(),
            agent: String::new(),
        });
        assert!(!session.is_live(begin, begin));
    }

    #[test]
    fn a_kept_session_outlives_the_end_of_all_others() {
        let mut session = session(1);
        let end = session.created_at + CLOCK_SKEW;

        assert!(!session.is_live(session.created_at, end));
        session.kept_at = Some(end);
        assert!(session.is_live(session.created_at, end));
        assert!(!session.is_live(session.created_at, end + SignedDuration::from_millis(1)));
    }

    #[test]
    fn use_makes_a_session_longer_up_to_its_last_day() {
        let session = session(1);
        let [day, year] = [24, 365 * 24].map(SignedDuration::from_hours);
        let late = session.created_at + LONGEST_LIFE - SignedDuration::from_hours(1);

        assert_eq!(session.end_after_use(late - day, day), late);
        assert_eq!(
            session.end_after_use(late, day),
            session.created_at + LONGEST_LIFE
        );
        assert_eq!(session.end_after_use(late, year), session.created_at + year);
    }

    #[test]
    fn names_of_sessions_are_short_and_plain() {
        for name in ["Ann's phone", "  x ", "手机", &"a".repeat(60)] {
            assert_eq!(SessionName::parse(name).unwrap().as_str(), name.trim());
        }
        let phone = SessionName::parse("\u{202a}Ann's phone\u{202c}").unwrap();
        assert_eq!(phone.as_str(), "Ann's phone");
        let long = "a".repeat(61);
        for name in [
            "",
            "   ",
            &long,
            "a\nb",
            "a\0b",
            "a\u{202e}b",
            "\u{200d}",
            "\u{3164}",
        ] {
            assert_eq!(
                SessionName::parse(name),
                Err(InvalidSessionName),
                "{name:?}"
            );
        }
    }
}
