//! What people call themselves when they log in.

use kernel::email::EmailAddress;
use kernel::input;
use thiserror::Error;

use crate::profile::Username;

/// The longest login, in characters: no address and no username is longer.
const MAX_CHARACTERS: usize = 254;

/// An account, as the caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginName {
    /// The account is named by its address.
    Email(EmailAddress),
    /// The account is named by its username.
    Username(Username),
    /// The login is a text that no account can have. This is no error: a log-in says the same of it as of a name that
    /// nobody happens to have.
    Nobody(String),
}

/// The reason why a text is not even looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidLogin {
    /// No text was given.
    #[error("This field is required.")]
    Missing,
    /// More characters than any login has.
    #[error("This login is too long.")]
    TooLong,
}

impl LoginName {
    /// Reads an address or a username. No username has an `@`, so no text can be both.
    pub fn parse(text: &str) -> Result<Self, InvalidLogin> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidLogin::Missing);
        }
        if text.chars().nth(MAX_CHARACTERS).is_some() {
            return Err(InvalidLogin::TooLong);
        }
        let email = EmailAddress::parse(text).map(Self::Email).ok();
        let username = || Username::typed(text).map(Self::Username).ok();
        Ok(email
            .or_else(username)
            .unwrap_or_else(|| Self::Nobody(input::caseless(text))))
    }

    /// The one form of however it was typed.
    pub fn folded(&self) -> String {
        match self {
            Self::Email(email) => email.as_str().to_owned(),
            Self::Username(username) => username.folded(),
            Self::Nobody(text) => text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_an_address_a_username_or_nobodys() {
        for (text, folded) in [
            (" Ann@Example.COM ", "ann@example.com"),
            ("Ann.Miller", "ann.miller"),
            ("Ａｎｎ.Miller", "ann.miller"),
            ("νικος.παπας", "νικοσ.παπασ"),
            ("ΝΙΚΟΣ.ΠΑΠΑΣ", "νικοσ.παπασ"),
            ("\u{3164}Ann\u{3164}", "\u{1160}ann\u{1160}"),
            ("ann@", "ann@"),
            ("Ann Miller", "ann miller"),
            ("a\0b\u{1f980}", "a\0b\u{1f980}"),
        ] {
            assert_eq!(LoginName::parse(text).unwrap().folded(), folded, "{text:?}");
        }
        assert!(matches!(
            LoginName::parse("ann@example.com"),
            Ok(LoginName::Email(_))
        ));
        assert!(matches!(
            LoginName::parse("ann.miller"),
            Ok(LoginName::Username(_))
        ));
        assert!(matches!(LoginName::parse("an"), Ok(LoginName::Nobody(_))));
    }

    #[test]
    fn nothing_and_too_much_are_no_logins() {
        assert_eq!(LoginName::parse(" \t "), Err(InvalidLogin::Missing));
        assert_eq!(
            LoginName::parse(&"a".repeat(255)),
            Err(InvalidLogin::TooLong)
        );
    }
}
