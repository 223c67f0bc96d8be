//! The benchmark's table, the limits it is held against, and its place in docs/BENCHMARKS.md.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::hash::{Hash, hashes_of};
use super::measure::Measured;
use crate::counts::table::{
    Judgement, OWN_WORK, START, START_OF_CALL, WARM, WARM_OF_CALL, WARM_OF_CHECK, WARM_OF_PAIR,
    WARM_OF_TRANSACTION, mark, millions,
};

/// Start-up, as a multiple of the empty function's, and what each call of AWS before the first event adds to it.
const START_FACTOR: u32 = 2;
const START_OF_CALL_CPU: Duration = Duration::from_micros(1_800);
/// Resident memory, in bytes.
const RESIDENT: u64 = 12_000_000;
/// What a picture of a third of a megapixel needs besides that, in its three sizes.
const PICTURE_MEMORY: u64 = 8_000_000;
/// What a password hash needs besides that: 19 456 KiB.
const HASH_MEMORY: u64 = 19_456 * 1024;
/// What `process_avatar` is called with a picture of a telephone's highest mode.
pub(crate) const LARGE_PICTURE: &str = "process_avatar, 50 megapixels";
/// A warm call with that: a sixth of the function's time.
const WARM_LARGE: Duration = Duration::from_secs(10);
/// Resident memory with that, in bytes: half of the function's.
const RESIDENT_LARGE: u64 = 512_000_000;
/// The binary, in bytes: it holds all functions of its crate, and Lambda fetches the whole of it for each, packed to some two
/// fifths. The largest have the clients of three services.
const SIZE: u64 = 10_500_000;
/// One binary after a change, rebuilt.
const REBUILD: Duration = Duration::from_secs(5);

/// All that was measured.
pub(crate) struct Report {
    /// The functions that were measured.
    pub(crate) functions: Vec<Measured>,
    /// A function that does nothing.
    pub(crate) empty: Measured,
    /// One password hash.
    pub(crate) hash: Hash,
    /// One binary after a change, rebuilt.
    pub(crate) rebuild: Duration,
}

impl Report {
    /// The section for docs/BENCHMARKS.md, of what was counted and what was measured; and how many limits are not kept.
    pub(crate) fn render(&self, counted: &Judgement, machine: &str) -> (String, usize) {
        let mut text = String::new();
        let mut breaches = counted.breaches;
        let _ = writeln!(
            text,
            "### Counted\n\n{}\n### Measured\n\n\
             | function | start-up CPU (ms) | first call, CPU (ms) | warm call, CPU (ms) | resident (MB) | size (MB) |\n\
             | --- | ---: | ---: | ---: | ---: | ---: |",
            counted.table
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
        let hash = self.hash.instructions.map_or(0.0, millions);
        let _ = write!(
            text,
            "\nOne binary rebuilt after a change of one function: {rebuilt}. One password hash: {} ms of CPU, {hash:.1} M instructions, {:.1} MB.\n\n\
             Limits: the budgets of the areas' pages; {:.2} M instructions of start-up and {START_FACTOR} × the start-up CPU of `empty_function`, and {:.2} M and {} ms for each call of AWS before the first event; {:.2} M instructions a warm call, {:.2} M for each call of AWS, {:.2} M for a transaction, {:.2} M for a token that is checked and {:.2} M for a pair that is made, besides what `{}` are for, and without password hashes; {} MB resident without the password hash ({} MB, and {} s of CPU, with 50 megapixels), {:.1} MB on disk, {} s to rebuild. {}\n\n\
             Made by `cargo xtask bench` on {machine}.\n",
            milliseconds(self.hash.cpu),
            megabytes(HASH_MEMORY),
            millions(START),
            millions(START_OF_CALL),
            milliseconds(START_OF_CALL_CPU),
            millions(WARM),
            millions(WARM_OF_CALL),
            millions(WARM_OF_TRANSACTION),
            millions(WARM_OF_CHECK),
            millions(WARM_OF_PAIR),
            OWN_WORK.map(|(name, _)| name).join("`, `"),
            RESIDENT / 1_000_000,
            RESIDENT_LARGE / 1_000_000,
            WARM_LARGE.as_secs(),
            megabytes(SIZE),
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
        let hashes = hashes_of(&of.name);
        let is_large = of.name == LARGE_PICTURE;
        let mut cell = |shown: String, kept: bool| mark(shown, kept, breaches.as_deref_mut());
        let start = cell(
            milliseconds(of.start),
            of.start <= self.empty.start * START_FACTOR + START_OF_CALL_CPU * of.ahead,
        );
        // The hash varies by more than the rest costs, so the cheapest call is set against the
        // cheapest hash.
        let warm = if hashes > 0 {
            let rest = of.cheapest.saturating_sub(self.hash.cpu * hashes);
            let what = match hashes {
                1 => "hash".to_owned(),
                many => format!("{many} hashes"),
            };
            format!(
                "{} ({what} and {})",
                milliseconds(of.warm),
                milliseconds(rest)
            )
        } else {
            cell(milliseconds(of.warm), !is_large || of.warm <= WARM_LARGE)
        };
        let allowed = match hashes {
            _ if is_large => RESIDENT_LARGE,
            _ if ["process_avatar", "process_image"].contains(&&*of.name) => {
                RESIDENT + PICTURE_MEMORY
            }
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
            "| `{}` | {start} | {} | {warm} | {resident} | {size} |",
            of.name,
            milliseconds(of.first),
        );
    }
}

/// Put the section that a command makes into the document, between its marks; make the document if there is none.
pub(crate) fn write(document: &Path, command: &str, section: &str) -> Result<()> {
    let (begin, end) = (
        format!("<!-- {command}: begin -->"),
        format!("<!-- {command}: end -->"),
    );
    let new = format!("{begin}\n\n{section}\n{end}");
    let text = match std::fs::read_to_string(document) {
        Ok(text) => match (text.find(&begin), text.find(&end)) {
            (Some(from), Some(to)) if from < to => {
                format!("{}{new}{}", &text[..from], &text[to + end.len()..])
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Hash, Judgement, LARGE_PICTURE, Measured, Report};

    fn measured(name: &str, warm_us: u64, resident: u64) -> Measured {
        Measured {
            name: name.to_owned(),
            ahead: 0,
            start: Duration::from_millis(1),
            first: Duration::from_millis(1),
            warm: Duration::from_micros(warm_us),
            cheapest: Duration::from_micros(warm_us),
            resident,
            size: 8_000_000,
        }
    }

    #[test]
    fn what_breaks_a_limit_is_counted_and_bold() {
        let report = Report {
            functions: vec![
                measured("good", 700, 9_000_000),
                measured("bad", 700, 13_000_000),
                measured("register_user", 40_500, 31_000_000),
                measured(LARGE_PICTURE, 11_000_000, 500_000_000),
            ],
            empty: measured("empty_function", 9_000, 0),
            hash: Hash {
                cpu: Duration::from_millis(40),
                instructions: Some(48_000_000),
            },
            rebuild: Duration::from_secs(1),
        };
        let counted = Judgement {
            table: "| counted |\n".to_owned(),
            breaches: 3,
            rows: String::new(),
        };

        let (text, breaches) = report.render(&counted, "a machine");

        assert_eq!(breaches, 3 + 2, "{text}");
        for expected in [
            "| counted |\n\n### Measured",
            "| `good` | 1.00 | 1.00 | 0.70 | 9.0 | 8.0 |",
            "| `bad` | 1.00 | 1.00 | 0.70 | **13.0** | 8.0 |",
            "40.50 (hash and 0.50)",
            "**11000.00**",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }
}
