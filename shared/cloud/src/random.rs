use rand::{TryCryptoRng, TryRng};

/// The operating system's randomness, by way of a generator of this thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Random;

impl TryRng for Random {
    type Error = std::convert::Infallible;

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that takes randomness"
    )]
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        rand::rng().try_next_u32()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that takes randomness"
    )]
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        rand::rng().try_next_u64()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that takes randomness"
    )]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        rand::rng().try_fill_bytes(bytes)
    }
}

impl TryCryptoRng for Random {}
