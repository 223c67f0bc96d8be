//! Writes what one password hash costs at least, in nanoseconds of CPU: what the benchmark takes off a function
//! that makes one. The number of hashes to make is its argument.

use std::io::{self, Write};

use accounts::password::Password;
use lambda_harness::Usage;
use rand::SeedableRng;
use rand::rngs::StdRng;

/// Enough to run, where nobody says how many.
const ROUNDS: u32 = 1;

fn main() -> io::Result<()> {
    let own = i32::try_from(std::process::id()).map_err(io::Error::other)?;
    let password = Password::parse("quiet-harbour-27-lanterns", &[]).map_err(io::Error::other)?;
    let mut random = StdRng::seed_from_u64(0);
    let mut smallest = u128::MAX;
    let rounds = match std::env::args().nth(1) {
        Some(rounds) => rounds.parse().map_err(io::Error::other)?,
        None => ROUNDS,
    };
    for _ in 0..rounds {
        let before = Usage::now(own)?;
        std::hint::black_box(password.hash(&mut random));
        smallest = smallest.min(Usage::now(own)?.saturating_sub(before).as_nanos());
    }
    writeln!(io::stdout(), "{smallest}")
}
