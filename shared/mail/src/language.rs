//! The languages that mails come in.

/// A language that every mail is written in.
///
/// Whoever adds one adds its variant. What then does not compile has no words in it yet: the templates of each mail, the
/// layout, and what is said in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, which everybody gets whose own language is none of these.
    #[default]
    English,
    /// German, in which readers are addressed as "Sie".
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language for somebody with this locale (BCP 47). Its first subtag decides, since what follows is script and
    /// country.
    pub fn of(locale: Option<&str>) -> Self {
        let primary = locale.and_then(|locale| locale.split('-').next());
        let is_meant = |language: &Self| {
            primary.is_some_and(|primary| primary.eq_ignore_ascii_case(language.tag()))
        };
        Self::ALL.into_iter().find(is_meant).unwrap_or_default()
    }

    /// Its name in headers and HTML (BCP 47), which is that of its folder of templates, too.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_subtag_of_a_locale_decides() {
        for locale in ["de", "DE", "de-AT", "de-Latn-CH", "de-DE-u-co-phonebk"] {
            assert_eq!(Language::of(Some(locale)), Language::German, "{locale}");
        }
        for locale in ["en", "en-DE", "pt-BR", "den", "d", "fr-de", "nds-DE", ""] {
            assert_eq!(Language::of(Some(locale)), Language::English, "{locale}");
        }
        assert_eq!(Language::of(None), Language::English);
    }

    #[test]
    fn each_language_has_a_tag_of_its_own() {
        for language in Language::ALL {
            assert_eq!(Language::of(Some(language.tag())), language);
        }
    }
}
