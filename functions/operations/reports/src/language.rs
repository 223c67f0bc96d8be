//! The words of reports.

use operations::report::ReportKind;
use report::Language;

/// The language of a report for somebody who reads mails in this one.
pub(crate) fn of(language: mail::Language) -> Language {
    match language {
        mail::Language::English => Language::English,
        mail::Language::German => Language::German,
    }
}

/// A text in a language, of those in all of them.
pub(crate) fn say(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

/// What a report is called.
pub(crate) fn title(language: Language, kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Activity => say(
            language,
            "Registrations and log-ins",
            "Registrierungen und Anmeldungen",
        ),
        ReportKind::Mail => say(
            language,
            "Mails and their outcomes",
            "E-Mails und was aus ihnen wurde",
        ),
        ReportKind::Tasks => say(
            language,
            "Tasks and their outcomes",
            "Aufgaben und was aus ihnen wurde",
        ),
    }
}
