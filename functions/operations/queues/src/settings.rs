use std::collections::BTreeMap;

use kernel::settings::{BadSetting, Environment, Section};
use operations::queue::{Known, QUEUES};

/// The settings by which queues are stopped and let go on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `QUEUE_MAPPINGS`: of each queue the id of the event source mapping that works it off, as `work=ID`, separated by commas.
    pub mappings: BTreeMap<&'static str, String>,
}

impl Settings {
    /// The id of the mapping of a queue; empty where nothing works it off.
    pub fn mapping(&self, known: &Known) -> &str {
        self.mappings.get(known.name).map_or("", String::as_str)
    }
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        const NAME: &str = "QUEUE_MAPPINGS";
        let text = environment.text(NAME)?;
        let mut mappings = BTreeMap::new();
        for (name, id) in text
            .split(',')
            .filter_map(|pair| pair.trim().split_once('='))
        {
            let known = QUEUES.iter().find(|queue| queue.name == name);
            let known = known.ok_or_else(|| BadSetting::new(NAME, "names an unknown queue"))?;
            mappings.insert(known.name, id.to_owned());
        }
        if mappings.len() != QUEUES.len() || mappings.values().any(String::is_empty) {
            return Err(BadSetting::new(NAME, "lacks the mapping of a queue"));
        }
        Ok(Self { mappings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<Settings, BadSetting> {
        Settings::read(&Environment::new(move |_| Some(text.to_owned())))
    }

    #[test]
    fn every_queue_has_its_mapping() {
        let all = "mail-urgent=a,mail-bulk=b,work=c,reports=e,transfers=t,avatar-uploads=d,image-uploads=f";
        let settings = read(all).unwrap();

        assert_eq!(settings.mappings["work"], "c");
        for wrong in [
            "",
            "mail-urgent=a",
            "mail-urgent=a,mail-bulk=b,work=,reports=e,transfers=t,avatar-uploads=d,image-uploads=f",
            "mail-urgent=a,mail-bulk=b,work=c,reports=e,transfers=t,avatar-uploads=d,image-uploads=f,play=g",
        ] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("QUEUE_MAPPINGS"), "{error}");
        }
    }
}
