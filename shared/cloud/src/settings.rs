use domain::email::EmailAddress;
use domain::job::Queue;
use jiff::SignedDuration;
use store::Tables;
use thiserror::Error;

/// What an installation sets: the environment of every function, as `template.yaml` fills it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `IDENTITY_TABLE`, `TASKS_TABLE`, `LIMITS_TABLE`, `AUDIT_TABLE`, `PEOPLE_TABLE`.
    pub tables: Tables,
    /// `AUDIT_RETENTION_DAYS`: how long audit entries are kept.
    pub audit_retention: SignedDuration,
    /// How tokens are made.
    pub tokens: TokenSettings,
    /// How mails look and where they come from.
    pub mail: MailSettings,
    /// Where messages go.
    pub queues: QueueUrls,
    /// Where secrets are.
    pub secrets: SecretIds,
    /// `FILES_BUCKET`: where pictures and copies of accounts are.
    pub files_bucket: String,
}

/// How tokens are made.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// `TOKEN_ISSUER`: the `iss` and the `aud` of every token; another installation's tokens are worth nothing here.
    pub issuer: String,
    /// `ACCESS_TOKEN_MINUTES`: how long an access token is good.
    pub access_lifetime: SignedDuration,
    /// `REFRESH_TOKEN_DAYS`: how long a refresh token is good.
    pub refresh_lifetime: SignedDuration,
}

/// How mails look and where they come from.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// `APP_NAME`: what the product is called in mails.
    pub app_name: String,
    /// `FRONTEND_URL`: where links in mails go, without a trailing slash. Never taken from a request.
    pub frontend_url: String,
    /// `FROM_ADDRESS`: the verified sender.
    pub from_address: EmailAddress,
    /// `MAIL_CONFIGURATION_SET`: the SES configuration set, if any.
    pub configuration_set: Option<String>,
    /// `DAILY_MAIL_LIMIT`: mails sent in a day at most. A mail costs fifty times the rest of a call, so a flood has a bound.
    pub daily_limit: u32,
}

/// Where messages go.
#[derive(Debug, Clone)]
pub struct QueueUrls {
    /// `QUEUE_URL_PREFIX`: what comes before a queue's name in its URL, the stack's name included.
    pub prefix: String,
}

/// Where secrets are, in Secrets Manager.
#[derive(Debug, Clone)]
pub struct SecretIds {
    /// `SIGNING_KEY_SECRET`: the private key of the tokens.
    pub signing_key: String,
    /// `CODE_PEPPER_SECRET`: the key that one-time codes are hashed with.
    pub code_pepper: String,
    /// `FACTOR_KEY_SECRET`: the key that second factors are encrypted with.
    pub factor_key: String,
}

/// A setting that is missing or makes no sense. The function does not start: it never fails open.
#[derive(Debug, Error)]
#[error("the environment variable {name} {problem}")]
pub struct BadSetting {
    name: &'static str,
    problem: &'static str,
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

impl Settings {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, BadSetting> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from wherever `lookup` finds them.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, BadSetting> {
        let optional = |name: &'static str| lookup(name).filter(|value| !value.trim().is_empty());
        let text = |name: &'static str| {
            optional(name).ok_or(BadSetting {
                name,
                problem: "is not set",
            })
        };
        let number = |name: &'static str, most: i64| {
            let value: Option<i64> = text(name)?.parse().ok();
            value
                .filter(|value| (1..=most).contains(value))
                .ok_or(BadSetting {
                    name,
                    problem: "is not a number in its range",
                })
        };

        Ok(Self {
            tables: Tables {
                identity: text("IDENTITY_TABLE")?,
                tasks: text("TASKS_TABLE")?,
                limits: text("LIMITS_TABLE")?,
                audit: text("AUDIT_TABLE")?,
                people: text("PEOPLE_TABLE")?,
            },
            audit_retention: SignedDuration::from_hours(24 * number("AUDIT_RETENTION_DAYS", 3653)?),
            tokens: TokenSettings {
                issuer: text("TOKEN_ISSUER")?,
                access_lifetime: SignedDuration::from_mins(number(
                    "ACCESS_TOKEN_MINUTES",
                    24 * 60,
                )?),
                refresh_lifetime: SignedDuration::from_hours(
                    24 * number("REFRESH_TOKEN_DAYS", 365)?,
                ),
            },
            mail: MailSettings {
                app_name: text("APP_NAME")?,
                frontend_url: frontend_url("FRONTEND_URL", &text("FRONTEND_URL")?)?,
                from_address: EmailAddress::parse(&text("FROM_ADDRESS")?).map_err(|_| {
                    BadSetting {
                        name: "FROM_ADDRESS",
                        problem: "is not an e-mail address",
                    }
                })?,
                configuration_set: optional("MAIL_CONFIGURATION_SET"),
                daily_limit: u32::try_from(number("DAILY_MAIL_LIMIT", 100_000_000)?)
                    .unwrap_or(u32::MAX),
            },
            queues: QueueUrls {
                prefix: text("QUEUE_URL_PREFIX")?,
            },
            secrets: SecretIds {
                signing_key: text("SIGNING_KEY_SECRET")?,
                code_pepper: text("CODE_PEPPER_SECRET")?,
                factor_key: text("FACTOR_KEY_SECRET")?,
            },
            files_bucket: text("FILES_BUCKET")?,
        })
    }
}

/// An origin, optionally with a path: what a link can be made of by adding to its end.
fn frontend_url(name: &'static str, value: &str) -> Result<String, BadSetting> {
    let host = value
        .strip_prefix("https://")
        .or_else(|| value.strip_prefix("http://"));
    let plain = |host: &str| {
        !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_graphic() && !"?#\"<>@\\".contains(c))
    };
    match host {
        Some(host) if plain(host) => Ok(value.trim_end_matches('/').to_owned()),
        _ => Err(BadSetting {
            name,
            problem: "is not an http or https address without a query",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 19] = [
        ("APP_NAME", "KinWise"),
        ("FRONTEND_URL", "https://app.example.com/"),
        ("FROM_ADDRESS", "no-reply@example.com"),
        ("MAIL_CONFIGURATION_SET", ""),
        ("DAILY_MAIL_LIMIT", "10000"),
        ("IDENTITY_TABLE", "identity"),
        ("TASKS_TABLE", "tasks"),
        ("LIMITS_TABLE", "limits"),
        ("AUDIT_TABLE", "audit"),
        ("PEOPLE_TABLE", "people"),
        ("FACTOR_KEY_SECRET", "factor-key"),
        ("FILES_BUCKET", "files"),
        ("SIGNING_KEY_SECRET", "signing-key"),
        ("CODE_PEPPER_SECRET", "code-pepper"),
        ("QUEUE_URL_PREFIX", "https://sqs.example/000000000000/kin-"),
        ("TOKEN_ISSUER", "kinwise"),
        ("ACCESS_TOKEN_MINUTES", "30"),
        ("REFRESH_TOKEN_DAYS", "7"),
        ("AUDIT_RETENTION_DAYS", "365"),
    ];

    fn read_with(name: &str, value: Option<&str>) -> Result<Settings, BadSetting> {
        Settings::read(|wanted| {
            let good = || {
                GOOD.iter()
                    .find(|(known, _)| *known == wanted)
                    .map(|(_, value)| (*value).to_owned())
            };
            if wanted == name {
                value.map(str::to_owned)
            } else {
                good()
            }
        })
    }

    #[test]
    fn a_whole_environment_is_read() {
        let settings = read_with("", None).unwrap();

        assert_eq!(settings.mail.frontend_url, "https://app.example.com");
        assert_eq!(settings.mail.configuration_set, None);
        assert_eq!(
            settings.tokens.access_lifetime,
            SignedDuration::from_mins(30)
        );
    }

    #[test]
    fn abuse_046_a_missing_setting_stops_the_start() {
        for (name, _) in GOOD
            .iter()
            .filter(|(name, _)| *name != "MAIL_CONFIGURATION_SET")
        {
            for value in [None, Some(""), Some("  ")] {
                let error = read_with(name, value).unwrap_err().to_string();
                assert!(error.contains(name), "{error}");
            }
        }
    }

    #[test]
    fn abuse_046_a_malformed_setting_stops_the_start() {
        for (name, value) in [
            ("ACCESS_TOKEN_MINUTES", "0"),
            ("ACCESS_TOKEN_MINUTES", "-5"),
            ("ACCESS_TOKEN_MINUTES", "forever"),
            ("REFRESH_TOKEN_DAYS", "9999"),
            ("AUDIT_RETENTION_DAYS", "1.5"),
            ("FROM_ADDRESS", "nobody"),
            ("FRONTEND_URL", "app.example.com"),
            ("FRONTEND_URL", "javascript:alert(1)"),
            ("FRONTEND_URL", "https://"),
            ("FRONTEND_URL", "https://app.example.com/?next=x"),
        ] {
            let error = read_with(name, Some(value)).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains(value), "{error}");
        }
    }
}
