use std::path::{Path, PathBuf};

use kernel::settings::{BadSetting, Environment, Section};

/// The settings of what writes reports.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `REPORT_FONTS`: the folder of the fonts, in that of the function's code where it does not begin with a slash.
    pub fonts: PathBuf,
}

impl Section for Settings {
    fn read(environment: &Environment) -> Result<Self, BadSetting> {
        // Lambda says where the code is.
        let code = environment.optional("LAMBDA_TASK_ROOT").unwrap_or_default();
        let fonts = environment.text("REPORT_FONTS")?;
        Ok(Self {
            fonts: Path::new(&code).join(fonts),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: Option<&'static str>, fonts: &'static str) -> Result<Settings, BadSetting> {
        Settings::read(&Environment::new(move |name| match name {
            "LAMBDA_TASK_ROOT" => code.map(str::to_owned),
            _ => Some(fonts.to_owned()),
        }))
    }

    #[test]
    fn fonts_are_beside_the_code_unless_they_are_elsewhere() {
        for (code, fonts, folder) in [
            (Some("/var/task"), "fonts", "/var/task/fonts"),
            (Some("/var/task"), "/opt/fonts", "/opt/fonts"),
            (None, "fonts", "fonts"),
        ] {
            assert_eq!(read(code, fonts).unwrap().fonts, Path::new(folder));
        }
        let error = read(None, " ").unwrap_err().to_string();
        assert!(error.contains("REPORT_FONTS"), "{error}");
    }
}
