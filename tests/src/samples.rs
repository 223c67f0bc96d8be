use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::stack::repository;

/// The sample events of `events/AREA/`, by the functions they are for.
///
/// Panics where two folders have an event of one name, or where a file is no event.
pub fn sample_events() -> BTreeMap<String, PathBuf> {
    let areas = std::fs::read_dir(repository("events")).expect("the repository has events");
    let folders = areas.map(|area| area.expect("a folder").path());
    let events = folders.flat_map(|folder| std::fs::read_dir(folder).expect("an area's events"));
    let mut named = BTreeMap::new();
    for event in events {
        let path = event.expect("an event").path();
        let is_json = path
            .extension()
            .is_some_and(|extension| extension == "json");
        assert!(is_json, "{} is no event", path.display());
        let name = path.file_stem().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let earlier = named.insert(name.clone(), path);
        assert_eq!(earlier, None, "{name} has another event");
    }
    named
}

/// The sample event of a function.
pub fn sample_event(function: &str) -> Value {
    let path = &sample_events()[function];
    let text = std::fs::read(path).expect("an event is there");
    serde_json::from_slice(&text).expect("an event is JSON")
}
