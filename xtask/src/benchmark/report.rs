//! The benchmark's table, the limits it is held against, and its place in docs/BENCHMARKS.md.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::measure::Measured;

/// Start-up of any function.
const INSTRUCTIONS: u64 = 1_250_000;
/// Start-up, as a multiple of the empty function's.
const START_FACTOR: u32 = 2;
/// A warm call, without a password hash.
const WARM: Duration = Duration::from_micros(600);
/// Resident memory, in bytes.
const RESIDENT: u64 = 12_000_000;
/// What a password hash needs besides that: 19 456 KiB.
const HASH_MEMORY: u64 = 19_456 * 1024;
/// What `process_avatar` is called with a picture of a telephone's highest mode.
pub(crate) const LARGE_PICTURE: &str = "process_avatar, 50 megapixels";
/// A warm call with that: a sixth of the function's time.
const WARM_LARGE: Duration = Duration::from_secs(10);
/// Resident memory with that, in bytes: half of the function's.
const RESIDENT_LARGE: u64 = 512_000_000;
/// The binary, in bytes: it holds all functions of its crate, and Lambda fetches the whole of it for each.
const SIZE: u64 = 10_000_000;
/// One binary after a change, rebuilt.
const REBUILD: Duration = Duration::from_secs(5);
/// The functions that hash a password, and how often a call does.
const HASHING: [(&str, u32); 6] = [
    ("register_user", 1),
    ("obtain_token", 1),
    ("reset_password", 1),
    ("change_password", 2), // the current one and the new one
    ("change_email", 1),
    ("delete_account", 1),
];

const BEGIN: &str = "<!-- cargo xtask bench: begin -->";
const END: &str = "<!-- cargo xtask bench: end -->";

/// All that was measured.
pub(crate) struct Report {
    /// The functions that were measured.
    pub(crate) functions: Vec<Measured>,
    /// A function that does nothing.
    pub(crate) empty: Measured,
    /// CPU of one password hash.
    pub(crate) hash: Duration,
    /// One binary after a change, rebuilt.
    pub(crate) rebuild: Duration,
}

impl Report {
    /// The section for docs/BENCHMARKS.md, and how many limits are not kept.
    pub(crate) fn render(&self, machine: &str) -> (String, usize) {
        let mut text = String::new();
        let mut breaches = 0;
        let _ = writeln!(
            text,
            "| function | instructions, exec to first `/next` (M) | start-up CPU (ms) | first call, CPU (ms) | warm call, CPU (ms) | resident (MB) | size (MB) | answer |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
        );
        for function in &self.functions {
            self.row(&mut text, function, Some(&mut breaches));
        }
        self.row(&mut text, &self.empty, None);
        let rebuilt = mark(
            format!("{:.1} s", self.rebuild.as_secs_f64()),
            self.rebuild <= REBUILD,
            Some(&mut breaches),
        );
        let _ = write!(
            text,
            "\nOne binary rebuilt after a change of one function: {rebuilt}. One password hash: {} ms of CPU, {:.1} MB.\n\n\
             Limits: {:.2} M instructions, {START_FACTOR} × the start-up CPU of `empty_function`, {} ms a warm call and {} MB resident (both without the password hash; {} s and {} MB with 50 megapixels), {} MB on disk, {} s to rebuild. {}\n\n\
             Made by `cargo xtask bench` on {machine}.\n",
            milliseconds(self.hash),
            megabytes(HASH_MEMORY),
            millions(INSTRUCTIONS),
            milliseconds(WARM),
            RESIDENT / 1_000_000,
            WARM_LARGE.as_secs(),
            RESIDENT_LARGE / 1_000_000,
            SIZE / 1_000_000,
            REBUILD.as_secs(),
            match breaches {
                0 => "All are kept.".to_owned(),
                1 => "One is not kept; it is **bold**.".to_owned(),
                many => format!("{many} are not kept; they are **bold**."),
            }
        );
        (text, breaches)
    }

    fn row(&self, text: &mut String, of: &Measured, mut breaches: Option<&mut usize>) {
        let known = HASHING.iter().find(|(name, _)| *name == of.name);
        let hashes = known.map_or(0, |(_, hashes)| *hashes);
        let is_large = of.name == LARGE_PICTURE;
        let mut cell = |shown: String, kept: bool| mark(shown, kept, breaches.as_deref_mut());
        let instructions = of.instructions.map_or_else(
            || "–".to_owned(),
            |count| cell(format!("{:.2}", millions(count)), count <= INSTRUCTIONS),
        );
        let start = cell(
            milliseconds(of.start),
            of.start <= self.empty.start * START_FACTOR,
        );
        // The hash varies by more than the rest costs, so the cheapest call is set against the
        // cheapest hash.
        let warm = if hashes > 0 {
            let rest = of.cheapest.saturating_sub(self.hash * hashes);
            let what = match hashes {
                1 => "hash".to_owned(),
                many => format!("{many} hashes"),
            };
            let shown = format!(
                "{} ({what} and {})",
                milliseconds(of.warm),
                milliseconds(rest)
            );
            cell(shown, rest <= WARM)
        } else {
            let allowed = if is_large { WARM_LARGE } else { WARM };
            cell(milliseconds(of.warm), of.warm <= allowed)
        };
        let allowed = match hashes {
            _ if is_large => RESIDENT_LARGE,
            0 => RESIDENT,
            _ => RESIDENT + HASH_MEMORY,
        };
        let resident = cell(
            format!("{:.1}", megabytes(of.resident)),
            of.resident <= allowed,
        );
        let size = cell(format!("{:.1}", megabytes(of.size)), of.size <= SIZE);
        let _ = writeln!(
            text,
            "| `{}` | {instructions} | {start} | {} | {warm} | {resident} | {size} | {} |",
            of.name,
            milliseconds(of.first),
            of.answer,
        );
    }
}

/// A value in its cell, bold when it breaks its limit. Without `breaches` it has none.
fn mark(shown: String, kept: bool, breaches: Option<&mut usize>) -> String {
    match breaches {
        Some(count) if !kept => {
            *count += 1;
            format!("**{shown}**")
        }
        _ => shown,
    }
}

/// Put the section into the document, between its marks; make the document if there is none.
pub(crate) fn write(document: &Path, section: &str) -> Result<()> {
    let new = format!("{BEGIN}\n\n{section}\n{END}");
    let text = match std::fs::read_to_string(document) {
        Ok(text) => match (text.find(BEGIN), text.find(END)) {
            (Some(begin), Some(end)) if begin < end => {
                format!("{}{new}{}", &text[..begin], &text[end + END.len()..])
            }
            _ => format!("{}\n\n{new}\n", text.trim_end()),
        },
        Err(_) => format!("# Benchmarks\n\n{new}\n"),
    };
    std::fs::write(document, text)?;
    Ok(())
}

/// The machine, as a reader would name it.
pub(crate) fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("a CPU without a name", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let plural = if count == 1 { "" } else { "s" };
    format!(
        "{} {}, {count} core{plural} of {model}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "rounded for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "rounded for people")]
fn millions(count: u64) -> f64 {
    count as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::{LARGE_PICTURE, Measured, Report};
    use std::time::Duration;

    fn measured(name: &str, instructions: u64, warm_us: u64) -> Measured {
        Measured {
            name: name.to_owned(),
            instructions: Some(instructions),
            start: Duration::from_millis(1),
            first: Duration::from_millis(1),
            warm: Duration::from_micros(warm_us),
            cheapest: Duration::from_micros(warm_us),
            resident: 9_000_000,
            size: 8_000_000,
            answer: "200".to_owned(),
        }
    }

    #[test]
    fn what_breaks_a_limit_is_counted_and_bold() {
        let report = Report {
            functions: vec![
                measured("good", 1_250_000, 600),
                measured("bad", 1_260_000, 700),
                measured("register_user", 1, 40_500),
                measured(LARGE_PICTURE, 1, 9_000_000),
            ],
            empty: measured("empty_function", 9_000_000, 9_000),
            hash: Duration::from_millis(40),
            rebuild: Duration::from_secs(1),
        };
        let (text, breaches) = report.render("a machine");
        assert_eq!(breaches, 2, "{text}");
        assert!(
            text.contains("| `bad` | **1.26** | 1.00 | 1.00 | **0.70** |"),
            "{text}"
        );
        assert!(text.contains("40.50 (hash and 0.50)"), "{text}");
    }
}
