use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::stack::repository;

/// The sample events of `events/AREA/`, by the functions they are for.
pub fn sample_events() -> BTreeMap<String, PathBuf> {
    let areas = std::fs::read_dir(repository("events")).expect("the repository has events");
    let folders = areas.map(|area| area.expect("a folder").path());
    let events = folders.flat_map(|folder| std::fs::read_dir(folder).expect("an area's events"));
    let named = events.map(|event| {
        let path = event.expect("an event").path();
        let name = path.file_stem().unwrap_or_default();
        (name.to_string_lossy().into_owned(), path)
    });
    named.collect()
}

/// The sample event of a function.
pub fn sample_event(function: &str) -> Value {
    let path = &sample_events()[function];
    let text = std::fs::read(path).expect("an event is there");
    serde_json::from_slice(&text).expect("an event is JSON")
}
