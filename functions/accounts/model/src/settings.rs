use kernel::settings::{BadSetting, Environment, Section};

/// What accounts need of an installation.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `CODE_PEPPER_SECRET`: where the key is that one-time codes are hashed with, in Secrets Manager.
    pub code_pepper_secret: String,
    /// `FACTOR_KEY_SECRET`: where the key is that the secrets of second factors are encrypted with.
    pub factor_key_secret: String,
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        Ok(Self {
            code_pepper_secret: environment.text("CODE_PEPPER_SECRET")?,
            factor_key_secret: environment.text("FACTOR_KEY_SECRET")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_046_a_missing_setting_stops_the_start() {
        for name in ["CODE_PEPPER_SECRET", "FACTOR_KEY_SECRET"] {
            for value in [None, Some(""), Some("  ")] {
                let look_up = move |wanted: &str| {
                    let value = if wanted == name { value } else { Some("good") };
                    value.map(str::to_owned)
                };
                let error = Settings::read(&Environment::new(look_up)).unwrap_err();
                assert!(error.to_string().contains(name), "{error}");
            }
        }
    }
}
