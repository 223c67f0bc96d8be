//! What the index costs: octets, memory, and processor time of each kind of request.
//!
//!     cargo run --release -p catalog-index --example measure
//!
//! With `write COUNT FOLDER` it writes an index and requests for `cargo xtask bench catalog`, and measures nothing.
//!
//! Each size is written by this process and read by a second one, which gets the bytes through a pipe: so the memory of who reads
//! is that of who reads.
#![expect(clippy::print_stdout, reason = "what it finds is its output")]
#![expect(
    clippy::cast_precision_loss,
    reason = "figures are shown to two digits"
)]

mod products;
mod requests;
mod write;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use catalog_index::{Builder, Change, Index, Limits, Manifest, Written};
use products::Products;
use requests::KINDS;
use rustix::time::{ClockId, clock_gettime};
use uuid::Uuid;

/// Requests of a kind that are measured.
const REQUESTS: usize = 400;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &*arguments {
        [] => measure(),
        [read] if read == "read" => self::read(),
        [write, count, folder] if write == "write" => {
            let count = count.parse().expect("a number of products");
            write::write(count, Path::new(folder)).expect("it is written");
        }
        other => panic!("nothing, or `write COUNT FOLDER`: {other:?}"),
    }
}

fn measure() {
    // With the rows inside at any size, and once as it is in production.
    let inside = Limits {
        rows_out: u64::MAX,
        ..Limits::default()
    };
    let outside = Limits {
        rows_out: 0,
        ..Limits::default()
    };
    for (count, limits, rows) in [
        (1_000, &inside, "inside"),
        (10_000, &inside, "inside"),
        (100_000, &inside, "inside"),
        (100_000, &outside, "outside"),
    ] {
        let mut products = Products::new(7);
        let began = now();
        let mut builder = Builder::new(&Index::empty(), Products::tree(), token(1), limits);
        for _ in 0..count {
            builder.add(products.entry()).expect("it is written");
        }
        let built = builder.finish(&Index::empty()).expect("it is written");
        let seconds = since(began).as_secs_f64();
        println!("\n{count} products, rows {rows}, written in {seconds:.1} s");
        hand_over(&built);
        apply(built.index, &mut products, limits);
    }
}

/// Applies changes, a hundred at a time.
fn apply(mut index: Index, products: &mut Products, limits: &Limits) {
    let (mut times, mut sizes) = (Vec::new(), Vec::new());
    let mut most = 0;
    for round in 0..60 {
        let changes: Vec<Change> = (0..100).map(|_| products.change()).collect();
        let began = now();
        let written = index
            .apply(&changes, None, token(round + 2), limits)
            .expect("it is applied");
        let written = written.expect("there is something new");
        times.push(since(began));
        sizes.push(
            written
                .new_files
                .iter()
                .map(|file| file.bytes().len())
                .sum::<usize>(),
        );
        index = written.index;
        most = most.max(index.manifest().files().count());
    }
    sizes.sort_unstable();
    let (half, tail) = percentiles(&mut times);
    println!(
        "apply of 100 changes: p50 {half:.1} ms, p99 {tail:.1} ms; new files p50 {} kB, at most {} kB; manifest {} kB; at most {most} segments",
        sizes[sizes.len() / 2] / 1_000,
        sizes[sizes.len() - 1] / 1_000,
        index.manifest().to_bytes().len() / 1_000,
    );
}

/// Gives what was written to a second process.
fn hand_over(written: &Written) {
    let program = std::env::current_exe().expect("it runs");
    let mut child = Command::new(program)
        .arg("read")
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut pipe = child.stdin.take().expect("it is piped");
    let manifest = written.index.manifest().to_bytes();
    let files = written
        .new_files
        .iter()
        .map(|file| (file.name(), file.bytes()));
    for (name, bytes) in std::iter::once(("current", &*manifest)).chain(files) {
        for part in [name.as_bytes(), bytes] {
            pipe.write_all(&(part.len() as u64).to_le_bytes())
                .expect("it is read");
            pipe.write_all(part).expect("it is read");
        }
    }
    drop(pipe);
    assert!(child.wait().expect("it ends").success());
}

fn part() -> Option<Vec<u8>> {
    let mut length = [0; 8];
    std::io::stdin().read_exact(&mut length).ok()?;
    let mut part = vec![0; usize::try_from(u64::from_le_bytes(length)).ok()?];
    std::io::stdin().read_exact(&mut part).ok()?;
    Some(part)
}

/// Reads an index, and asks it.
fn read() {
    let mut files = BTreeMap::new();
    while let (Some(name), Some(bytes)) = (part(), part()) {
        files.insert(String::from_utf8(name).expect("a name"), bytes);
    }
    let current = files.remove("current").expect("a manifest");
    let octets: usize = files.values().map(Vec::len).sum();
    let segments = files.len();
    let before = resident();
    let began = now();
    let manifest = Manifest::parse(&current).expect("a manifest");
    let index = Index::load(manifest, files).expect("an index");
    println!(
        "{:.1} MB in {segments} segments, loaded in {:.1} ms; resident {before:.0} MB with the files, {:.0} MB loaded",
        octets as f64 / 1e6,
        millis(since(began)),
        resident(),
    );
    println!(
        "| request | p50 ms | p99 ms | most ms | found (mean) |\n| --- | --- | --- | --- | --- |"
    );
    let mut products = Products::new(7);
    for (name, make) in KINDS {
        let mut times = Vec::new();
        let mut found = 0;
        for number in 0..REQUESTS {
            let query = make(&mut products, number);
            let began = now();
            let answer = index
                .search(&query)
                .expect("an answer")
                .expect("a category");
            times.push(since(began));
            found += answer.count;
        }
        let (half, tail) = percentiles(&mut times);
        let most = millis(times[times.len() - 1]);
        println!(
            "| {name} | {half:.2} | {tail:.2} | {most:.2} | {} |",
            found / REQUESTS as u64
        );
    }
    println!("resident {:.0} MB afterwards", resident());
}

fn token(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The processor time of this thread: on a busy machine the time on the wall says little.
fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.cast_unsigned(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

fn since(began: Duration) -> Duration {
    now().saturating_sub(began)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn percentiles(times: &mut [Duration]) -> (f64, f64) {
    times.sort_unstable();
    (
        millis(times[times.len() / 2]),
        millis(times[times.len() * 99 / 100]),
    )
}

/// The resident memory of this process, in megabytes.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1e3
}
