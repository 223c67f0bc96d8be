use jiff::SignedDuration;
use kernel::job::Queue;
use kernel::settings::{BadSetting, Environment, Section};

/// What every function knows of its installation. What a concern or an area sets is a section of its own
/// ([`App::section`](crate::App::section)).
#[derive(Debug, Clone)]
pub struct Settings {
    /// `STACK_NAME`: what the names of tables begin with.
    pub stack: String,
    /// `AUDIT_RETENTION_DAYS`: how long audit entries are kept.
    pub audit_retention: SignedDuration,
    /// The queues that messages are sent to.
    pub queues: QueueUrls,
    /// `FILES_BUCKET`: where files are.
    pub files_bucket: String,
}

/// The addresses of the queues that messages are sent to.
#[derive(Debug, Clone)]
pub struct QueueUrls {
    /// `QUEUE_URL_PREFIX`: what comes before a queue's name in its URL, the stack's name included.
    pub prefix: String,
}

impl QueueUrls {
    /// The URL of a queue. Every queue of the stack is named by the same rule, so a new one is no setting.
    pub fn url(&self, queue: &Queue) -> String {
        format!("{}{queue}", self.prefix)
    }

    /// The URL of the queue with this ARN. `None` if it is no queue of the stack.
    pub fn url_of_arn(&self, arn: &str) -> Option<String> {
        let (account, prefix) = self.prefix.rsplit_once('/')?;
        let name = arn.rsplit(':').next()?;
        let is_own = name.starts_with(prefix);
        is_own.then(|| format!("{account}/{name}"))
    }
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        let retention = environment.number("AUDIT_RETENTION_DAYS", 1..=3653)?;
        Ok(Self {
            stack: environment.text("STACK_NAME")?,
            audit_retention: SignedDuration::from_hours(24 * retention),
            queues: QueueUrls {
                prefix: environment.text("QUEUE_URL_PREFIX")?,
            },
            files_bucket: environment.text("FILES_BUCKET")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 4] = [
        ("STACK_NAME", "kin"),
        ("AUDIT_RETENTION_DAYS", "365"),
        ("FILES_BUCKET", "files"),
        ("QUEUE_URL_PREFIX", "https://sqs.example/000000000000/kin-"),
    ];

    fn read_with(name: &'static str, value: Option<&'static str>) -> Result<Settings, BadSetting> {
        let look_up = move |wanted: &str| {
            let good = GOOD.iter().find(|(known, _)| *known == wanted);
            let good = good.map(|(_, value)| (*value).to_owned());
            if wanted == name {
                value.map(str::to_owned)
            } else {
                good
            }
        };
        Settings::read(&Environment::new(look_up))
    }

    #[test]
    fn abuse_046_a_missing_setting_stops_the_start() {
        for (name, _) in GOOD {
            for value in [None, Some(""), Some("  ")] {
                let error = read_with(name, value).unwrap_err().to_string();
                assert!(error.contains(name), "{error}");
            }
        }
        let error = read_with("AUDIT_RETENTION_DAYS", Some("1.5")).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("AUDIT_RETENTION_DAYS"), "{error}");
        assert!(!error.contains("1.5"), "{error}");
    }

    #[test]
    fn a_queue_has_the_stacks_name_before_its_own() {
        let queues = read_with("", None).unwrap().queues;

        let url = "https://sqs.example/000000000000/kin-mail-bulk";
        assert_eq!(queues.url(&Queue::MAIL_BULK), url);
        let arn = |name: &str| format!("arn:aws:sqs:eu-west-1:000000000000:{name}");
        assert_eq!(
            queues.url_of_arn(&arn("kin-mail-bulk")).as_deref(),
            Some(url)
        );
        assert_eq!(queues.url_of_arn(&arn("other-mail-bulk")), None);
    }
}
