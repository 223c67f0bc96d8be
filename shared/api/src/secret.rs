use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, Serializer};

/// A secret that an answer shows to the caller it is made for: a token, a recovery code, the address of a private file.
///
/// A `SecretString` does not serialise, so no answer can hold one by mistake; an answer that is to show a secret says so by
/// this type. Its `Debug` shows nothing, as that of a `SecretString` does. OpenAPI sees text: `value_type = String`.
#[derive(Debug, Clone)]
pub struct ShownSecret(SecretString);

impl From<SecretString> for ShownSecret {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl From<String> for ShownSecret {
    fn from(secret: String) -> Self {
        Self(secret.into())
    }
}

impl Serialize for ShownSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_shows_it_and_a_log_line_does_not() {
        let shown = ShownSecret::from("marker".to_owned());

        assert_eq!(serde_json::to_string(&shown).unwrap(), "\"marker\"");
        assert!(!format!("{shown:?}").contains("marker"));
    }
}
