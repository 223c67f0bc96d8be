//! The requests that are measured.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Load;

/// Query strings by their kinds, in the order of the file.
pub(crate) struct Requests(Vec<(String, Vec<String>)>);

impl Requests {
    /// Reads them: lines of a kind, a tab, and a query string.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)?;
        let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
        for line in text.lines() {
            let (kind, query) = line.split_once('\t').context("a kind and a query")?;
            match kinds.last_mut() {
                Some((last, queries)) if last == kind => queries.push(query.to_owned()),
                _ => kinds.push((kind.to_owned(), vec![query.to_owned()])),
            }
        }
        Ok(Self(kinds))
    }

    /// The kinds, and the requests of each.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(kind, queries)| (&**kind, &**queries))
    }
}

/// A visitor's request, each from an address of its own: none is refused because of those before.
pub(crate) fn asking(sample: &Value, query: &str, number: usize) -> Value {
    let mut event = sample.clone();
    event["rawQueryString"] = query.into();
    if let Some(event) = event.as_object_mut() {
        // The function reads the other one; AWS sends both.
        event.remove("queryStringParameters");
    }
    if let Some(headers) = event["headers"].as_object_mut() {
        headers.remove("authorization");
        headers.remove("if-none-match");
    }
    let [.., third, fourth] = number.to_be_bytes();
    event["requestContext"]["http"]["sourceIp"] = format!("10.1.{third}.{fourth}").into();
    event
}

/// What loading the index took, as the function's log has it.
pub(crate) fn load_in(log: &str) -> Result<Load> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut loads = lines.filter_map(|line| {
        let fields = line.get("fields").unwrap_or(&line);
        let part = |name: &str| fields[name].as_u64().map(Duration::from_micros);
        Some(Load {
            download: part("download_cpu_us")?,
            open: part("open_cpu_us")?,
        })
    });
    loads
        .next()
        .with_context(|| format!("the function does not say that it has loaded an index: {log}"))
}
