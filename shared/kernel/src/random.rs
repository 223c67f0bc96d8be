//! Randomness, as something a test can repeat.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _, TryCryptoRng, TryRng};

/// A source of randomness.
pub trait Randomness: Send + Sync {
    /// Fills the bytes with randomness that is fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's randomness, by way of a generator of the calling thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that takes randomness"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// Randomness that is the same for the same seed. It is for tests, and for them alone.
#[derive(Debug)]
pub struct SeededRandomness(Mutex<StdRng>);

impl SeededRandomness {
    /// The randomness that belongs to a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        let mut generator = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generator.fill_bytes(bytes);
    }
}

/// A generator that takes its randomness from wherever the installation does. It is cheap to clone.
#[derive(Clone)]
pub struct Random(Arc<dyn Randomness>);

impl Random {
    /// A generator on this source.
    pub fn new(source: Arc<dyn Randomness>) -> Self {
        Self(source)
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Random {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(source: impl Randomness + 'static) -> [u8; 16] {
        let mut bytes = [0; 16];
        Random::new(Arc::new(source)).fill_bytes(&mut bytes);
        bytes
    }

    #[test]
    fn a_seed_gives_the_same_again_and_the_system_never_does() {
        assert_eq!(
            bytes(SeededRandomness::new(7)),
            bytes(SeededRandomness::new(7))
        );
        assert_ne!(
            bytes(SeededRandomness::new(7)),
            bytes(SeededRandomness::new(8))
        );
        assert_ne!(bytes(SystemRandomness), bytes(SystemRandomness));
    }
}
