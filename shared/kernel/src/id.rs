//! Identifiers: `UUIDv7`, so that they sort by the time they were made (RFC 9562, section 5.7).

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

#[doc(hidden)]
pub use rand::CryptoRng;
#[doc(hidden)]
pub use uuid::{Error as InvalidId, Uuid};

/// Makes a version 7 UUID of a moment and 74 random bits.
#[doc(hidden)]
pub fn uuid_v7(now: Timestamp, rng: &mut impl CryptoRng) -> Uuid {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    of_moment(now, random)
}

#[doc(hidden)]
pub fn of_moment(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// The moment a UUID was made in, to the millisecond; `None` if it is of a version without one.
pub fn made_at(id: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let (seconds, nanos) = (i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?);
    Timestamp::new(seconds, nanos).ok()
}

/// Makes a type of identifiers. What one area alone has ids for, it makes in its own model.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name($crate::id::Uuid);

        impl $name {
            /// Makes a new id.
            pub fn new(now: ::jiff::Timestamp, rng: &mut impl $crate::id::CryptoRng) -> Self {
                Self($crate::id::uuid_v7(now, rng))
            }

            /// The smallest of a millisecond: all that are made then or later sort behind it.
            pub fn first_of(moment: ::jiff::Timestamp) -> Self {
                Self($crate::id::of_moment(moment, [0; 10]))
            }

            /// The UUID inside, for an answer.
            pub fn uuid(self) -> $crate::id::Uuid {
                self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// The id of an account.
    UserId
);
id!(
    /// A log-in on one device, with the family of refresh tokens that came of it.
    SessionId
);
id!(
    /// A piece of work that is not a request.
    TaskId
);
impl TaskId {
    /// The id of a task that follows from this one, for one account of several. The same each time, so a job that runs twice
    /// asks for the same tasks.
    #[must_use]
    pub fn following(self, user_id: UserId) -> Self {
        let digest = Sha256::digest(format!("{self}/{user_id}"));
        let mut random = [0; 10];
        random.copy_from_slice(&digest[..10]);
        Self(of_moment(made_at(self.0).unwrap_or_default(), random))
    }
}

id!(
    /// An entry of the audit log.
    AuditId
);
id!(
    /// A picture, from its upload on. A later one has a greater id.
    AvatarId
);

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let id = TaskId::new(at, &mut rand::rngs::StdRng::seed_from_u64(7));

        assert_eq!(made_at(id.uuid()), Some(at));
        assert_eq!(made_at(Uuid::nil()), None);
    }

    #[test]
    fn what_follows_from_a_task_has_an_id_of_its_own_for_each_account() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        let at = Timestamp::from_second(30).unwrap();
        let [first, second] = [TaskId::new(at, &mut rng), TaskId::new(at, &mut rng)];
        let [ann, bob] = [UserId::new(at, &mut rng), UserId::new(at, &mut rng)];

        assert_eq!(first.following(ann), first.following(ann));
        assert_ne!(first.following(ann), first.following(bob));
        assert_ne!(first.following(ann), second.following(ann));
        assert_eq!(made_at(first.following(ann).uuid()), Some(at));
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        let ids: Vec<_> = (0..50)
            .map(|second| {
                TaskId::new(Timestamp::from_second(second).unwrap(), &mut rng).to_string()
            })
            .collect();

        assert!(ids.is_sorted());
        let second = TaskId::first_of(Timestamp::from_second(30).unwrap()).to_string();
        assert!(ids[29] < second && second <= ids[30]);
        assert_eq!(ids[0].parse::<TaskId>().unwrap().to_string(), ids[0]);
    }
}
