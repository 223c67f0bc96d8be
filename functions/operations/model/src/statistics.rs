//! What can be counted of a text.

use kernel::digest::hex;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// What can be counted of a text.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// The number of words: what stands between white space (Unicode).
    pub words: usize,
    /// The number of lines; a line break at the end begins no further one.
    pub lines: usize,
    /// The number of characters (Unicode scalar values).
    pub characters: usize,
    /// The number of bytes in UTF-8.
    pub bytes: usize,
    /// The SHA-256 digest of the bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Statistics {
    /// Counts a text.
    pub fn of(text: &str) -> Self {
        Self {
            words: text.split_whitespace().count(),
            lines: text.lines().count(),
            characters: text.chars().count(),
            bytes: text.len(),
            sha256: hex(&Sha256::digest(text.as_bytes())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted() {
        let counted = Statistics::of("Bills that\nnever drift: 3 €\n");

        assert_eq!((counted.words, counted.lines), (6, 2));
        assert_eq!((counted.characters, counted.bytes), (28, 30));
    }

    #[test]
    fn the_digest_is_that_of_the_standard() {
        // FIPS 180-4: the digests of nothing and of `abc`.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for (text, words, lines, digest) in [("", 0, 0, nothing), ("abc", 1, 1, abc)] {
            let counted = Statistics::of(text);
            assert_eq!(
                (counted.words, counted.lines, counted.sha256.as_str()),
                (words, lines, digest)
            );
        }
    }
}
