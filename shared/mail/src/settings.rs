use kernel::email::EmailAddress;
use kernel::settings::{BadSetting, Environment, Section};

use crate::message::Brand;

/// The settings of the sender of mails.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `FROM_ADDRESS`: the verified sender.
    pub from_address: EmailAddress,
    /// `MAIL_CONFIGURATION_SET`: the SES configuration set, if any.
    pub configuration_set: Option<String>,
    /// `DAILY_MAIL_LIMIT`: mails sent in a day at most. A mail costs fifty times the rest of a call, so a flood has a bound.
    pub daily_limit: u32,
    /// `API_URL`: the address of the API, which mail programs call when their reader unsubscribes.
    pub api_url: String,
    /// `MAILS_PER_SECOND`: mails sent in a second at most, which is what SES takes from the account.
    pub per_second: u32,
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        let from = environment.text("FROM_ADDRESS")?;
        let api_url = environment.text("API_URL")?;
        let daily_limit = environment.number("DAILY_MAIL_LIMIT", 1..=100_000_000)?;
        let per_second = environment.number("MAILS_PER_SECOND", 1..=100_000)?;
        Ok(Self {
            from_address: EmailAddress::parse(&from)
                .map_err(|_| BadSetting::new("FROM_ADDRESS", "is not an e-mail address"))?,
            configuration_set: environment.optional("MAIL_CONFIGURATION_SET"),
            daily_limit: u32::try_from(daily_limit).unwrap_or(u32::MAX),
            api_url: origin("API_URL", &api_url)?,
            per_second: u32::try_from(per_second).unwrap_or(u32::MAX),
        })
    }
}

impl Section for Brand {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        let frontend_url = environment.text("FRONTEND_URL")?;
        Ok(Self {
            app_name: environment.text("APP_NAME")?,
            frontend_url: origin("FRONTEND_URL", &frontend_url)?,
        })
    }
}

/// An origin, optionally with a path: what a link can be made of by adding to its end.
fn origin(name: &'static str, value: &str) -> Result<String, BadSetting> {
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
        _ => Err(BadSetting::new(
            name,
            "is not an http or https address without a query",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &'static str, value: Option<&'static str>) -> Environment {
        Environment::new(move |wanted| {
            let good = match wanted {
                "APP_NAME" => Some("KinWise"),
                "FRONTEND_URL" => Some("https://app.example.com/"),
                "API_URL" => Some("https://api.example.com"),
                "FROM_ADDRESS" => Some("no-reply@example.com"),
                "DAILY_MAIL_LIMIT" => Some("10000"),
                "MAILS_PER_SECOND" => Some("14"),
                _ => None,
            };
            let value = if wanted == name { value } else { good };
            value.map(str::to_owned)
        })
    }

    fn error(name: &'static str, value: Option<&'static str>) -> String {
        let environment = environment(name, value);
        let error = Settings::read(&environment).map(drop);
        let error = error.and_then(|()| Brand::read(&environment).map(drop));
        error.unwrap_err().to_string()
    }

    #[test]
    fn a_whole_environment_is_read() {
        let environment = environment("", None);

        let brand = Brand::read(&environment).unwrap();
        assert_eq!(brand.frontend_url, "https://app.example.com");
        let settings = Settings::read(&environment).unwrap();
        assert_eq!(settings.configuration_set, None);
    }

    #[test]
    fn abuse_046_a_missing_or_malformed_setting_stops_the_start() {
        for name in [
            "APP_NAME",
            "FRONTEND_URL",
            "API_URL",
            "FROM_ADDRESS",
            "DAILY_MAIL_LIMIT",
            "MAILS_PER_SECOND",
        ] {
            for value in [None, Some(""), Some("  ")] {
                assert!(error(name, value).contains(name));
            }
        }
        for (name, value) in [
            ("FROM_ADDRESS", "nobody"),
            ("API_URL", "api.example.com"),
            ("FRONTEND_URL", "app.example.com"),
            ("FRONTEND_URL", "javascript:alert(1)"),
            ("FRONTEND_URL", "https://"),
            ("FRONTEND_URL", "https://app.example.com/?next=x"),
        ] {
            let error = error(name, Some(value));
            assert!(error.contains(name) && !error.contains(value), "{error}");
        }
    }
}
