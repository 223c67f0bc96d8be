use kernel::settings::{BadSetting, Environment, Section};

/// The settings of the page of figures.
#[derive(Debug, Clone)]
pub struct Scraping {
    /// `METRICS_TOKEN_SECRET`: the secret that has the token of scrapes. Empty where there is no page.
    pub token_secret: String,
}

impl Section for Scraping {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        let token_secret = environment.optional("METRICS_TOKEN_SECRET");
        Ok(Self {
            token_secret: token_secret.unwrap_or_default(),
        })
    }
}
