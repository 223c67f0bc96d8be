use kernel::settings::{BadSetting, Environment, Section};

/// The settings by which news of mails are known to be about ours.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `MAIL_CONFIGURATION_SET`: the SES configuration set that the mail goes through, if any. Without one there are no news.
    pub configuration_set: Option<String>,
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        Ok(Self {
            configuration_set: environment.optional("MAIL_CONFIGURATION_SET"),
        })
    }
}
