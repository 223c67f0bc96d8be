//! How old the proof is that a session stands on.

use jiff::{SignedDuration, Timestamp};

/// The time for which a proof is fresh enough to change the accounts of others, and to take lists of them out. At the highest
/// level a session that rests for 15 minutes takes a new proof (NIST SP 800-63B-4, 2.3.3), and what matters takes one of its
/// own (OWASP ASVS 5.0, 7.5.1 and 7.5.3): whoever has stolen a session some time ago has no such proof.
pub const FRESH_PROOF: SignedDuration = SignedDuration::from_mins(15);

/// The moment at which somebody last proved in a session to be the owner of its account: at the log-in that began it, or at a
/// later proof that was asked for again.
pub fn newest_proof(created_at: Timestamp, proved_at: Option<Timestamp>) -> Timestamp {
    proved_at.map_or(created_at, |proved_at| proved_at.max(created_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_proof_counts_and_an_earlier_one_does_not() {
        let at = |second| Timestamp::from_second(second).unwrap();

        assert_eq!(newest_proof(at(10), None), at(10));
        assert_eq!(newest_proof(at(10), Some(at(12))), at(12));
        // By a clock that was behind that of the log-in.
        assert_eq!(newest_proof(at(10), Some(at(9))), at(10));
    }
}
