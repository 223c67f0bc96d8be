//! Something that is read, kept, and read again now and then.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The time for which something is good without a thought.
const YOUNG: SignedDuration = SignedDuration::from_mins(5);

/// The time after which it is good no more. In between it still serves, and is read again beside what it serves for.
const OLD: SignedDuration = SignedDuration::from_mins(15);

/// The pause before another attempt to read it again, where one has not come back.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A place for it.
pub(crate) struct Aged<T>(Mutex<Option<Kept<T>>>);

struct Kept<T> {
    value: T,
    read_at: Timestamp,
    /// The moment at which somebody last set out to read it again.
    sought_at: Timestamp,
}

/// What is in the place.
pub(crate) enum Found<T> {
    /// It is good.
    Young(T),
    /// It serves, and whoever found it reads it again beside that.
    Old(T),
    /// There is none, or it is good no more.
    Nothing,
}

impl<T> Default for Aged<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Aged<T> {
    /// What there is now. Of those who find it old, one in a while is told so.
    pub(crate) fn find(&self, now: Timestamp) -> Found<T> {
        let mut place = self.place();
        let Some(kept) = place.as_mut() else {
            return Found::Nothing;
        };
        let age = now.duration_since(kept.read_at);
        if age >= OLD {
            return Found::Nothing;
        }
        let value = kept.value.clone();
        if age < YOUNG || now.duration_since(kept.sought_at) < PAUSE {
            return Found::Young(value);
        }
        kept.sought_at = now;
        Found::Old(value)
    }

    /// Puts in what was read at a moment.
    pub(crate) fn keep(&self, value: T, read_at: Timestamp) {
        *self.place() = Some(Kept {
            value,
            read_at,
            sought_at: read_at,
        });
    }

    fn place(&self) -> MutexGuard<'_, Option<Kept<T>>> {
        // A panic elsewhere cannot have left it half written: it is replaced whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_serves_on_and_is_read_again_by_one() {
        let aged = Aged::default();
        let start = Timestamp::UNIX_EPOCH;
        let after = |time: SignedDuration| match aged.find(start + time) {
            Found::Young(value) => (value, "young"),
            Found::Old(value) => (value, "old"),
            Found::Nothing => (0, "nothing"),
        };
        let second = SignedDuration::from_secs(1);

        assert_eq!(after(second), (0, "nothing"));
        aged.keep(7, start);
        assert_eq!(after(YOUNG - second), (7, "young"));
        assert_eq!(after(YOUNG), (7, "old"));
        assert_eq!(after(YOUNG + second), (7, "young"));
        assert_eq!(after(YOUNG + PAUSE), (7, "old"));
        assert_eq!(after(OLD), (0, "nothing"));
        aged.keep(8, start + OLD);
        assert_eq!(after(OLD), (8, "young"));
    }
}
