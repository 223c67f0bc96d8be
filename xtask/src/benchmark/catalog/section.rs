//! What was measured, as docs/BENCHMARKS.md has it.

use std::fmt::Write as _;
use std::time::Duration;

use super::{Kind, Sized};
use crate::counts::table::mark;

/// What is allowed with so many products: half of the requests of each kind and all but a hundredth of them, besides what a request
/// that finds nothing takes; the first list besides its download; and memory.
struct Limits {
    half: Option<Duration>,
    tail: Duration,
    first: Option<Duration>,
    resident: u64,
}

const fn limits(products: usize) -> Option<Limits> {
    match products {
        10_000 => Some(Limits {
            half: Some(Duration::from_micros(500)),
            tail: Duration::from_millis(2),
            first: Some(Duration::from_millis(15)),
            resident: 32_000_000,
        }),
        100_000 => Some(Limits {
            half: None,
            tail: Duration::from_millis(6),
            first: None,
            resident: 96_000_000,
        }),
        _ => None,
    }
}

/// The section, and how many limits are not kept.
pub(crate) fn render(sizes: &[Sized], machine: &str) -> (String, usize) {
    let (mut text, mut breaches) = (String::new(), 0);
    let _ = writeln!(
        text,
        "| products | request | CPU p50 (ms) | CPU p99 (ms) | of it the search, p50 | p99 | wall p50 (ms) | wall p99 (ms) |\n\
         | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for size in sizes {
        // The first kind finds nothing.
        let besides = size.kinds.first();
        let besides = besides.map_or(Duration::ZERO, |kind| percentile(&kind.cpu, 50));
        for kind in &size.kinds {
            row(&mut text, size.products, kind, besides, &mut breaches);
        }
    }
    let _ = writeln!(
        text,
        "\n| products | index (MB) | files | start-up CPU (ms) | first list, CPU (ms) | of it download | of it opening | rest | resident (MB) |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for size in sizes {
        let (first, limits) = (&size.first, limits(size.products));
        let besides = first.request.saturating_sub(first.load.download);
        let is_kept = |limit: &Limits| limit.first.is_none_or(|most| besides <= most);
        let rest = besides.saturating_sub(first.load.open);
        let _ = writeln!(
            text,
            "| {} | {:.1} | {} | {} | {} | {} | {} | {} | {} |",
            size.products,
            megabytes(size.index.octets),
            size.index.files,
            milliseconds(first.start),
            mark(
                milliseconds(first.request),
                limits.as_ref().is_none_or(is_kept),
                Some(&mut breaches),
            ),
            milliseconds(first.load.download),
            milliseconds(first.load.open),
            milliseconds(rest),
            mark(
                format!("{:.1}", megabytes(size.resident)),
                limits
                    .as_ref()
                    .is_none_or(|limit| size.resident <= limit.resident),
                Some(&mut breaches),
            ),
        );
    }
    let _ = write!(
        text,
        "\nLimits, besides what a request takes that finds nothing (it counts the visitor's limit by a signed call): with 10,000 products 0.5 ms \
         of CPU for half of the requests of each kind and 2 ms for all but a hundredth, 15 ms for the first list besides its download, 32 MB resident; with 100,000 products 6 ms for all but a hundredth, 96 MB. {}\n\n\
         Made by `cargo xtask bench catalog` on {machine}.\n",
        match breaches {
            0 => "All are kept.".to_owned(),
            1 => "One is not kept; it is **bold**.".to_owned(),
            many => format!("{many} are not kept; they are **bold**."),
        }
    );
    (text, breaches)
}

fn row(text: &mut String, products: usize, kind: &Kind, besides: Duration, breaches: &mut usize) {
    let limits = limits(products);
    let (all_half, all_tail) = (percentile(&kind.cpu, 50), percentile(&kind.cpu, 99));
    let (half, tail) = (
        all_half.saturating_sub(besides),
        all_tail.saturating_sub(besides),
    );
    let is_half_kept = |limit: &Limits| limit.half.is_none_or(|most| half <= most);
    let _ = writeln!(
        text,
        "| {products} | {} | {} | {} | {} | {} | {} | {} |",
        kind.name,
        milliseconds(all_half),
        milliseconds(all_tail),
        mark(
            milliseconds(half),
            limits.as_ref().is_none_or(is_half_kept),
            Some(&mut *breaches),
        ),
        mark(
            milliseconds(tail),
            limits.as_ref().is_none_or(|limit| tail <= limit.tail),
            Some(breaches),
        ),
        milliseconds(percentile(&kind.wall, 50)),
        milliseconds(percentile(&kind.wall, 99)),
    );
}

/// Of times in ascending order, the one that so many of a hundred are not above.
fn percentile(times: &[Duration], of: usize) -> Duration {
    times
        .get(times.len() * of / 100)
        .copied()
        .unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "rounded for people")]
fn megabytes(octets: u64) -> f64 {
    octets as f64 / 1e6
}
