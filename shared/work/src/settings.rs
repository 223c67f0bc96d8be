use jiff::SignedDuration;
use kernel::settings::{BadSetting, Environment, Section};

/// The settings of workers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `TASK_RESULT_MINUTES`: how long the owner of a task may fetch its result.
    pub result_lifetime: SignedDuration,
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        let minutes = environment.number("TASK_RESULT_MINUTES", 1..=43_200)?;
        Ok(Self {
            result_lifetime: SignedDuration::from_mins(minutes),
        })
    }
}

/// The settings of the relay, which has tasks of a later moment sent by EventBridge Scheduler.
#[derive(Debug, Clone)]
pub struct Relaying {
    /// `QUEUE_ARN_PREFIX`: what comes before a queue's name in its ARN, the stack's name included.
    pub queue_arn_prefix: String,
    /// `TASK_SCHEDULE_ROLE`: the role by which a schedule sends its message.
    pub schedule_role: String,
}

impl Section for Relaying {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        Ok(Self {
            queue_arn_prefix: environment.text("QUEUE_ARN_PREFIX")?,
            schedule_role: environment.text("TASK_SCHEDULE_ROLE")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 3] = [
        ("TASK_RESULT_MINUTES", "60"),
        (
            "QUEUE_ARN_PREFIX",
            "arn:aws:sqs:eu-west-1:000000000000:kin-",
        ),
        ("TASK_SCHEDULE_ROLE", "arn:aws:iam::000000000000:role/kin"),
    ];

    fn error_with(name: &'static str, value: Option<&'static str>) -> String {
        let environment = Environment::new(move |wanted| {
            let good = GOOD.iter().find(|(known, _)| *known == wanted);
            let good = good.map(|(_, value)| (*value).to_owned());
            if wanted == name {
                value.map(str::to_owned)
            } else {
                good
            }
        });
        let settings = Settings::read(&environment).map(drop);
        let all = settings.and_then(|()| Relaying::read(&environment).map(drop));
        all.unwrap_err().to_string()
    }

    #[test]
    fn abuse_046_a_missing_setting_stops_the_start() {
        for (name, _) in GOOD {
            for value in [None, Some(""), Some("  ")] {
                assert!(error_with(name, value).contains(name));
            }
        }
        for minutes in ["0", "43201", "1.5", "an hour"] {
            let error = error_with("TASK_RESULT_MINUTES", Some(minutes));
            assert!(error.contains("TASK_RESULT_MINUTES"), "{error}");
        }
    }
}
