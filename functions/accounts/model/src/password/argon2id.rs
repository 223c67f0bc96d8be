//! Argon2id (RFC 9106) in memory that is kept from one hash to the next.

use std::cell::RefCell;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};

/// The cost of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

thread_local! {
    /// What a hash is computed in. A function that hashes twice held it twice when it was allocated for each: smaller things
    /// had taken a place in the first.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Hashes with today's cost.
pub(super) fn hash(password: &[u8], salt: &[u8; 16]) -> PasswordHash {
    let params = params();
    let output = compute(&params, password, salt);
    PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).expect("three numbers can be written"),
        salt: Some(Salt::new(salt).expect("sixteen bytes are a salt")),
        hash: Some(output.expect("salt and password are within argon2's bounds")),
    }
}

/// Whether this is the password, by the cost that its hash was made with. Compares in constant time.
pub(super) fn verify(password: &[u8], hash: &PasswordHash) -> bool {
    let is_known = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
    let (true, Ok(params), Some(salt), Some(expected)) =
        (is_known, Params::try_from(hash), &hash.salt, &hash.hash)
    else {
        return false;
    };
    compute(&params, password, salt).is_some_and(|output| output == *expected)
}

/// What a hash begins with that was made with today's cost.
pub(super) fn prefix() -> String {
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$")
}

fn params() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the cost is within argon2's bounds")
}

fn compute(params: &Params, password: &[u8], salt: &[u8]) -> Option<Output> {
    let mut buffer = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let output = buffer.get_mut(..length)?;
    MEMORY
        .with_borrow_mut(|memory| {
            if memory.len() < params.block_count() {
                memory.resize(params.block_count(), Block::new());
            }
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
                .hash_password_into_with_memory(password, salt, output, memory)
        })
        .ok()?;
    Output::new(output).ok()
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher as _;

    use super::*;

    #[test]
    fn a_hash_is_the_same_in_memory_that_another_was_computed_in() {
        let afresh: PasswordHash = Argon2::from(params())
            .hash_password_with_salt(b"correct horse battery", &[7; 16])
            .unwrap();

        for _ in 0..2 {
            hash(b"something else", &[8; 16]);

            assert_eq!(
                hash(b"correct horse battery", &[7; 16]).to_string(),
                afresh.to_string()
            );
        }
        assert!(afresh.to_string().starts_with(&prefix()));
        assert!(verify(b"correct horse battery", &afresh));
        assert!(!verify(b"correct horse batterz", &afresh));
    }

    #[test]
    fn the_algorithms_that_are_not_stored_are_not_believed() {
        for algorithm in [Algorithm::Argon2d, Algorithm::Argon2i] {
            let other: PasswordHash = Argon2::new(algorithm, Version::V0x13, params())
                .hash_password_with_salt(b"correct horse battery", &[7; 16])
                .unwrap();

            assert!(!verify(b"correct horse battery", &other));
        }
    }
}
