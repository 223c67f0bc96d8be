use jiff::SignedDuration;
use rand::{CryptoRng, RngExt as _};

/// The shortest pause before a retry: what failed a moment ago fails again.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);

/// The longest pause before a retry.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// The time that the next try waits: any up to twice as much as the one before could (full jitter), so that what failed
/// together does not come again together.
pub(crate) fn backoff(
    base: SignedDuration,
    tries: u32,
    rng: &mut impl CryptoRng,
) -> SignedDuration {
    let doublings = tries.saturating_sub(1).min(16);
    let ceiling = base.saturating_mul(1 << doublings).min(LONGEST);
    let millis = i64::try_from(ceiling.as_millis()).unwrap_or(i64::MAX);
    let pause = SignedDuration::from_millis(rng.random_range(0..=millis.max(0)));
    pause.max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::random::{Random, SeededRandomness};
    use kernel::task::MAX_TRIES;

    use super::*;

    #[test]
    fn each_retry_waits_any_time_up_to_twice_as_long_as_before() {
        let base = SignedDuration::from_secs(30);
        let mut rng = Random::new(Arc::new(SeededRandomness::new(1)));
        for tries in 1..MAX_TRIES {
            let ceiling = base * 2_i32.pow(tries - 1);
            let pauses: Vec<_> = (0..200).map(|_| backoff(base, tries, &mut rng)).collect();

            assert!(
                pauses
                    .iter()
                    .all(|pause| (SHORTEST..=ceiling).contains(pause))
            );
            // All of the range is used: a fifth of it, at either end, is met.
            assert!(pauses.iter().any(|pause| *pause < ceiling / 5), "{tries}");
            assert!(
                pauses.iter().any(|pause| *pause > ceiling * 4 / 5),
                "{tries}"
            );
        }
    }

    #[test]
    fn a_pause_has_an_end_whatever_the_base() {
        let mut rng = Random::new(Arc::new(SeededRandomness::new(2)));
        for (base, tries) in [
            (SignedDuration::from_hours(12), 9),
            (SignedDuration::MAX, u32::MAX),
            (SignedDuration::ZERO, 0),
        ] {
            let pause = backoff(base, tries, &mut rng);
            assert!((SHORTEST..=LONGEST).contains(&pause), "{pause:?}");
        }
    }
}
