//! Every mail as its readers get it, in each language, in `snapshots/`; and what hostile input makes of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use accounts::code::OneTimeCode;
use accounts::jobs::{AdministrationEvent, AdministratorEvent, SecurityEvent};
use accounts::link::LinkToken;
use auth::mails::{
    AdministrationNotice, AdministratorChangeNotice, DeletionNotice, OneTimeCodeMail, Party,
    PasswordReset, Place, SecurityNotice, Verification, Welcome,
};
use jiff::{SignedDuration, Timestamp};
use kernel::email::EmailAddress;
use kernel::job::Queue;
use kernel::role::Role;
use mails::mails::TestMail;
use operations::jobs::WriteReport;
use operations::report::{Month, ReportKind};
use pre_registrations::mails::PreRegistration;
use reports::mails::ReportReady;
use users::mails::{EmailChange, ExportReady};

use mail::{Addressee, Brand, Language, Message, OptOut, unsubscribe_page};

const TOKEN: &str = "0b5c2f0e-6f0a-4f0e-9d3c-2f6f0a4f0e9d";
/// Markup, a header, a link, a change of reading direction.
const HOSTILE: &str =
    "</p><script>alert(1)</script>\r\nBcc: eve@evil.example\u{202e} https://evil.example/?a=\"'&b";

fn brand() -> Brand {
    Brand {
        app_name: "KinWise".to_owned(),
        frontend_url: "https://app.kinwise.example/".to_owned(),
    }
}

fn email(address: &str) -> EmailAddress {
    EmailAddress::parse(address).unwrap()
}

/// What a mail in each language begins with, for somebody who is called so.
fn greeting(language: Language, name: &str) -> String {
    match language {
        Language::English => format!("Hello {name},"),
        Language::German => format!("Hallo {name},"),
    }
}

/// A mail, and the name of its snapshot.
type Sample = (&'static str, Message);

/// Every mail there is, in every language.
fn every_mail(brand: &Brand, first_name: &str, program: &str) -> Vec<Sample> {
    let every_mail_in = |language| {
        let addressee = Addressee {
            email: email("ann@example.com"),
            first_name: first_name.to_owned(),
            language,
            opt_out: None,
        };
        every_mail_to(&addressee, brand, program)
    };
    Language::ALL.into_iter().flat_map(every_mail_in).collect()
}

/// Every mail there is. A new one goes here, and nothing below changes.
fn every_mail_to(addressee: &Addressee, brand: &Brand, program: &str) -> Vec<Sample> {
    let now: Timestamp = "2026-03-01T14:22:00Z".parse().unwrap();
    let token = &LinkToken::parse(TOKEN).unwrap();
    let after = |hours: i64| now + SignedDuration::from_hours(hours);
    let mails = [
        Verification {
            addressee,
            registered_at: now - SignedDuration::from_mins(2),
            token,
            ends_at: after(24),
            now,
        }
        .render(brand),
        OneTimeCodeMail {
            addressee,
            code: &OneTimeCode::parse("012345").unwrap(),
            ends_at: now + SignedDuration::from_mins(10),
            now,
        }
        .render(brand),
        Welcome {
            addressee,
            token,
            ends_at: after(7 * 24),
            now,
        }
        .render(brand),
        PasswordReset {
            addressee,
            token,
            ends_at: now + SignedDuration::from_mins(30),
            now,
        }
        .render(brand),
        EmailChange {
            addressee,
            token,
            ends_at: after(24),
            now,
        }
        .render(brand),
        DeletionNotice {
            addressee,
            token,
            ends_at: after(14 * 24),
            now,
        }
        .render(brand),
        ExportReady {
            addressee,
            export_id: TOKEN.parse().unwrap(),
            ends_at: after(24),
            now,
        }
        .render(brand),
        TestMail {
            addressee,
            task_id: TOKEN.parse().unwrap(),
        }
        .render(brand),
        ReportReady {
            addressee: &addressee.clone().who_can_opt_out(OptOut {
                one_click: format!("https://api.example.com/api/v1/unsubscribe?token={TOKEN}"),
                page: unsubscribe_page(brand, TOKEN),
            }),
            task_id: TOKEN.parse().unwrap(),
            report: WriteReport {
                report: ReportKind::Activity,
                month: Month::parse("2026-02").unwrap(),
            },
            ends_at: after(24),
            now,
        }
        .render(brand),
        PreRegistration {
            addressee,
            token,
            ends_at: after(3 * 24),
            now,
        }
        .render(brand),
    ];
    let mut samples: Vec<Sample> = mails.map(|mail| (mail.kind, mail)).into();
    samples.extend(every_notice(brand, addressee, program));
    samples.extend(every_notice_of_administrators(brand, addressee));
    samples
}

/// A notice of everything there is to be told of.
fn every_notice(brand: &Brand, addressee: &Addressee, program: &str) -> Vec<Sample> {
    let at: Timestamp = "2026-03-01T14:22:00Z".parse().unwrap();
    let session = TOKEN.parse().unwrap();
    let place = Place {
        client: "2001:db8::17",
        program,
        system: "Linux",
    };
    let notices = [
        ("password_changed", SecurityEvent::PasswordChanged, None),
        ("email_changed", SecurityEvent::EmailChanged, None),
        ("factor_added", SecurityEvent::FactorAdded, None),
        ("factor_removed", SecurityEvent::FactorRemoved, None),
        ("new_device", SecurityEvent::NewDevice(session), Some(place)),
        (
            "recovery_code_used",
            SecurityEvent::RecoveryCodeUsed(session),
            Some(place),
        ),
        (
            "token_reuse",
            SecurityEvent::TokenReuse(session),
            Some(place),
        ),
    ];
    let render = |(name, event, place)| {
        let notice = SecurityNotice {
            addressee,
            event,
            at,
            place,
            recovery_codes_left: matches!(event, SecurityEvent::RecoveryCodeUsed(_)).then_some(9),
            token: &LinkToken::parse(TOKEN).unwrap(),
            ends_at: at + SignedDuration::from_hours(7 * 24),
            now: at,
        };
        (name, notice.render(brand))
    };
    notices.map(render).into()
}

/// A notice of everything that administrators do to others and to one another.
fn every_notice_of_administrators(brand: &Brand, addressee: &Addressee) -> Vec<Sample> {
    let at: Timestamp = "2026-03-01T14:22:00Z".parse().unwrap();
    let to_owners = [
        ("made_admin", AdministrationEvent::RoleChanged(Role::Admin)),
        (
            "role_changed",
            AdministrationEvent::RoleChanged(Role::Parent),
        ),
        ("locked", AdministrationEvent::Locked),
        ("unlocked", AdministrationEvent::Unlocked),
        ("sessions_ended", AdministrationEvent::SessionsEnded),
    ];
    let to_owners = to_owners.map(|(name, event)| {
        let notice = AdministrationNotice {
            addressee,
            event,
            at,
        };
        (name, notice.render(brand))
    });
    let to_administrators = [
        ("admin_promoted", AdministratorEvent::Promoted),
        ("admin_demoted", AdministratorEvent::Demoted),
        ("admin_locked", AdministratorEvent::Locked),
        ("admin_unlocked", AdministratorEvent::Unlocked),
    ];
    let to_administrators = to_administrators.map(|(name, event)| {
        let notice = AdministratorChangeNotice {
            addressee,
            account: &Party::Account(email("eve@example.com")),
            event,
            by: &Party::Account(email("bob@example.com")),
            at,
        };
        (name, notice.render(brand))
    });
    to_owners.into_iter().chain(to_administrators).collect()
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
const BULK: [(&str, Option<&str>); 4] = [
    (
        "send_export_ready",
        Some("an answer to what its reader asked for"),
    ),
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
