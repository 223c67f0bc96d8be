//! What a password hash costs: it is taken off the functions that make one, for it is meant to be dear.

use std::time::Duration;

use anyhow::{Context, Result};

use super::callgrind::Callgrind;
use crate::functions::Functions;
use crate::process::program;

/// The program that makes hashes, of the number that it is told, and writes what the cheapest took of the processor.
const YARDSTICK: &str = "hash_password";
/// Enough for a smallest time that repeats.
const ROUNDS: u32 = 40;
/// Enough for a number of instructions: they are always the same.
const COUNTED: (u32, u32) = (1, 3);

/// The functions that hash a password, and how often a call does.
const HASHING: [(&str, u32); 7] = [
    ("register_user", 1),
    ("obtain_token", 1),
    ("reset_password", 1),
    ("change_password", 2), // the current one and the new one
    ("change_email", 1),
    ("delete_account", 1),
    ("reauthenticate_session", 1),
];

/// One password hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash {
    /// The CPU time of the cheapest.
    pub(crate) cpu: Duration,
    /// The number of instructions, where valgrind counts them.
    pub(crate) instructions: Option<u64>,
}

impl Hash {
    /// Make some, and measure.
    pub(crate) async fn measure(
        functions: &Functions,
        callgrind: Option<&Callgrind>,
    ) -> Result<Self> {
        let binary = functions.binary(YARDSTICK);
        let mut timed = program(&binary);
        let output = timed.arg(ROUNDS.to_string()).output().await?;
        let nanoseconds = String::from_utf8(output.stdout)?.trim().parse()?;
        let instructions = match callgrind {
            Some(callgrind) => {
                let count = async |rounds: u32| {
                    let [valgrind, options @ ..] = callgrind.command();
                    let mut counted = program(valgrind);
                    counted.args(options).arg(&binary).arg(rounds.to_string());
                    counted.output().await.context("cannot run valgrind")?;
                    callgrind.count()
                };
                let (fewer, more) = COUNTED;
                let rest = count(more).await?.saturating_sub(count(fewer).await?);
                Some(rest / u64::from(more - fewer))
            }
            None => None,
        };
        Ok(Self {
            cpu: Duration::from_nanos(nanoseconds),
            instructions,
        })
    }
}

/// How often a call of a function makes a hash.
pub(crate) fn hashes_of(function: &str) -> u32 {
    let known = HASHING.iter().find(|(name, _)| *name == function);
    known.map_or(0, |(_, hashes)| *hashes)
}
