//! Every mail as its readers get it, in each language, in `snapshots/`; and what hostile input makes of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod samples;

use kernel::job::Queue;
use mail::{Brand, Language, Message};

use crate::samples::{brand, every_mail};

/// Markup, a header, a link, a change of reading direction.
const HOSTILE: &str =
    "</p><script>alert(1)</script>\r\nBcc: eve@evil.example\u{202e} https://evil.example/?a=\"'&b";

/// What a mail in each language begins with, for somebody who is called so.
fn greeting(language: Language, name: &str) -> String {
    match language {
        Language::English => format!("Hello {name},"),
        Language::German => format!("Hallo {name},"),
    }
}

/// Compares a part of a mail with its snapshot, which is in the folder of the language.
fn assert_reads(name: &str, mail: &Message, part: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{}", mail.language.tag()));
    settings.bind(|| insta::assert_snapshot!(name, part));
}

fn text_with_subject(mail: &Message) -> String {
    format!("Subject: {}\n\n{}", mail.subject, mail.text)
}

#[test]
fn every_mail_reads_as_it_should() {
    for (name, mail) in every_mail(&brand(), "Ann", "Firefox") {
        assert_reads(&format!("{name}.txt"), &mail, &text_with_subject(&mail));
        assert_reads(&format!("{name}.html"), &mail, &mail.html);
    }
}

/// Mail that may take a while, and why its reader cannot end it, where they cannot.
const BULK: [(&str, Option<&str>); 5] = [
    (
        "send_export_ready",
        Some("an answer to what its reader asked for"),
    ),
    ("send_low_stock", None),
    (
        "send_pre_registration",
        Some("an answer to what its reader asked for"),
    ),
    ("send_report_ready", None),
    (
        "send_welcome",
        Some(
            "a security notice: it says that the account is open, and what to do if that was another",
        ),
    ),
];

/// RFC 8058, and what mail providers ask of bulk mail. A new job of the queue decides which it is.
#[test]
fn bulk_mail_is_owed_to_its_reader_or_can_be_ended() {
    let jobs = areas::MAILS.iter().copied().flatten();
    let bulk = jobs.filter(|job| job.queue == Queue::MAIL_BULK);
    let mut kinds: Vec<&str> = bulk.map(|job| job.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, BULK.map(|(kind, _)| kind));

    let endings = [
        "Unsubscribe from these mails",
        "Solche Nachrichten abbestellen",
    ];
    for (name, mail) in every_mail(&brand(), "Ann", "Firefox") {
        let can_be_ended = BULK.contains(&(&format!("send_{}", mail.kind), None));
        assert_eq!(mail.opt_out.is_some(), can_be_ended, "{name}");
        let says_so = endings.iter().any(|ending| mail.html.contains(ending));
        assert_eq!(says_so, can_be_ended, "{name}");
        assert_eq!(
            mail.text.contains("/unsubscribe?token="),
            can_be_ended,
            "{name}"
        );
    }
}

/// A template that was copied, and not translated, is there and renders.
#[test]
fn no_mail_lacks_a_language() {
    let mails = every_mail(&brand(), "Ann", "Firefox");
    let (english, german): (Vec<_>, Vec<_>) = mails
        .into_iter()
        .partition(|(_, mail)| mail.language == Language::English);
    assert_eq!(english.len(), german.len());

    for ((name, english), (of, german)) in english.iter().zip(&german) {
        assert_eq!((name, english.kind), (of, german.kind));
        assert!(english.html.contains("<html lang=\"en\""), "{name}");
        assert!(german.html.contains("<html lang=\"de\""), "{name}");
        assert_ne!(english.subject, german.subject, "{name}");
        for part in [&german.subject, &german.text, &german.html] {
            assert_is_german(name, part);
        }
        // Both say the same: as many links, and as many paragraphs.
        for mark in ["href=", "<p ", "<strong>", "<tr>"] {
            let count = |mail: &Message| mail.html.matches(mark).count();
            assert_eq!(count(english), count(german), "{name}: {mark}");
        }
        let links = |mail: &Message| mail.text.matches("https://").count();
        assert_eq!(links(english), links(german), "{name}");
        let is_blank = |line: &&str| line.is_empty();
        let blanks = |mail: &Message| mail.text.lines().filter(is_blank).count();
        assert_eq!(blanks(english), blanks(german), "{name}");
    }
}

/// Words that no English text does without, and no German one has.
fn assert_is_german(name: &str, part: &str) {
    let mut words = part.split(|character: char| !character.is_alphanumeric());
    let english = words.find(|word| ["the", "The", "your", "Your", "and", "of"].contains(word));
    assert_eq!(english, None, "{name}: {part}");
}

#[test]
fn hostile_names_and_devices_stay_text() {
    for (name, mail) in every_mail(&brand(), HOSTILE, HOSTILE) {
        let hostile = format!("hostile_{name}.txt");
        assert_reads(&hostile, &mail, &text_with_subject(&mail));

        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains("evil.example"), "{part}");
            assert!(!part.contains('\u{202e}'), "{part}");
        }
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        let greeting = greeting(mail.language, "ann@example.com");
        assert!(mail.text.contains(&greeting));
        assert!(mail.html.contains(&greeting));
    }
}

#[test]
fn no_name_and_no_device_reads_as_the_address_of_a_site() {
    for dot in [
        ".",
        "\u{fe52}",
        "\u{2024}",
        "\u{3002}",
        "\u{ff0e}",
        "\u{ff61}",
        ".\u{200d}",
        "\u{200d}.",
        ".\u{fe0f}",
        "\u{fe0f}.",
        ".\u{200b}",
        ".\u{2060}",
    ] {
        let name = format!("evil{dot}example");
        for (kind, mail) in every_mail(&brand(), &name, &name) {
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains(&name), "{kind}, {dot:?}");
                assert!(!part.contains("evil.example"), "{kind}, {dot:?}");
            }
            let greeting = greeting(mail.language, "ann@example.com");
            assert!(mail.text.contains(&greeting), "{kind}, {dot:?}");
        }
    }
    for name in ["Arun a/l Raman", "Anne-Marie", "می\u{200c}ترا"] {
        for (kind, mail) in every_mail(&brand(), name, "") {
            let greeting = greeting(mail.language, name);
            assert!(mail.text.contains(&greeting), "{kind}");
        }
    }
}

#[test]
fn settings_are_escaped_as_well() {
    let odd = Brand {
        app_name: "Kin & \"Wise\"\n<b>".to_owned(),
        frontend_url: "https://app.example/?a=1&b=\"".to_owned(),
    };
    for (_, mail) in every_mail(&odd, "Ann", "") {
        assert!(!mail.subject.contains('\n'));
        assert!(mail.text.contains("Kin & \"Wise\" <b>"));
        assert!(!mail.html.contains("<b>"));
        assert!(!mail.html.contains("b=\""));
    }
}

#[test]
fn a_subject_and_a_preview_hold_no_code() {
    for (_, mail) in every_mail(&brand(), "Ann", "") {
        assert!(!mail.subject.contains("012345"));
        let (preview, _) = mail
            .html
            .split_once(&greeting(mail.language, "Ann"))
            .unwrap();
        assert!(!preview.contains("012345"));
    }
}

#[test]
fn plain_text_fits_a_terminal() {
    for (_, mail) in every_mail(&brand(), "Ann", "curl/8.0") {
        for line in mail.text.lines().filter(|line| !line.contains("https://")) {
            assert!(line.chars().count() <= 78, "{line}");
            assert_eq!(
                line.trim_end_matches("-- "),
                line.trim_end_matches("-- ").trim_end(),
                "{line:?}"
            );
        }
        assert!(!mail.text.contains("\n\n\n"), "{}", mail.text);
    }
}

#[test]
fn a_rendered_mail_is_not_shown_by_debug() {
    for (_, mail) in every_mail(&brand(), "Ann", "") {
        let shown = format!("{mail:?}");
        assert_eq!(shown, format!("Message {{ kind: \"{}\", .. }}", mail.kind));
    }
}
