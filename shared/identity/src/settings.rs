use jiff::SignedDuration;
use kernel::settings::{BadSetting, Environment, Section};

/// The settings by which tokens are made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `TOKEN_ISSUER`: the `iss` and the `aud` of every token; another installation's tokens are worth nothing here.
    pub issuer: String,
    /// `ACCESS_TOKEN_MINUTES`: how long an access token is good.
    pub access_lifetime: SignedDuration,
    /// `REFRESH_TOKEN_DAYS`: how long a refresh token is good.
    pub refresh_lifetime: SignedDuration,
    /// `REFRESH_REPEAT_SECONDS`: how long the refresh token before the newest is answered with the newest.
    pub refresh_repeat: SignedDuration,
    /// `SIGNING_KEY_SECRET`: where the private key of the tokens is, in Secrets Manager.
    pub signing_key_secret: String,
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        let access = environment.number("ACCESS_TOKEN_MINUTES", 1..=24 * 60)?;
        let refresh = environment.number("REFRESH_TOKEN_DAYS", 1..=365)?;
        let repeat = environment.number("REFRESH_REPEAT_SECONDS", 0..=60)?;
        Ok(Self {
            issuer: environment.text("TOKEN_ISSUER")?,
            access_lifetime: SignedDuration::from_mins(access),
            refresh_lifetime: SignedDuration::from_hours(24 * refresh),
            refresh_repeat: SignedDuration::from_secs(repeat),
            signing_key_secret: environment.text("SIGNING_KEY_SECRET")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(name: &'static str, value: Option<&'static str>) -> Result<Settings, BadSetting> {
        Settings::read(&Environment::new(move |wanted| {
            let good = match wanted {
                "ACCESS_TOKEN_MINUTES" => "30",
                _ => "7",
            };
            let value = if wanted == name { value } else { Some(good) };
            value.map(str::to_owned)
        }))
    }

    #[test]
    fn a_whole_environment_is_read() {
        let settings = read_with("", None).unwrap();
        assert_eq!(settings.access_lifetime, SignedDuration::from_mins(30));
    }

    #[test]
    fn abuse_046_a_missing_or_malformed_setting_stops_the_start() {
        for name in [
            "TOKEN_ISSUER",
            "ACCESS_TOKEN_MINUTES",
            "REFRESH_TOKEN_DAYS",
            "REFRESH_REPEAT_SECONDS",
            "SIGNING_KEY_SECRET",
        ] {
            for value in [None, Some(""), Some("  ")] {
                let error = read_with(name, value).unwrap_err().to_string();
                assert!(error.contains(name), "{error}");
            }
        }
        for (name, value) in [
            ("ACCESS_TOKEN_MINUTES", "0"),
            ("ACCESS_TOKEN_MINUTES", "-5"),
            ("ACCESS_TOKEN_MINUTES", "forever"),
            ("REFRESH_TOKEN_DAYS", "9999"),
            ("REFRESH_REPEAT_SECONDS", "61"),
            ("REFRESH_REPEAT_SECONDS", "-1"),
        ] {
            let error = read_with(name, Some(value)).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains(value), "{error}");
        }
    }
}
