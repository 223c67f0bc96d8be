//! Every mail as its readers get it, in `snapshots/`; and what hostile input makes of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use domain::code::OneTimeCode;
use domain::email::EmailAddress;
use domain::link::LinkToken;
use jiff::{SignedDuration, Timestamp};
use mail::{Addressee, Brand, Message, OneTimeCodeMail, TokenReuseNotice, Verification, Welcome};

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

fn addressee(first_name: &str) -> Addressee {
    Addressee {
        email: EmailAddress::parse("ann@example.com").unwrap(),
        first_name: first_name.to_owned(),
    }
}

/// Every mail there is. A new one goes here, and nothing below changes.
fn every_mail(brand: &Brand, first_name: &str, agent: &str) -> Vec<Message> {
    let addressee = &addressee(first_name);
    let now: Timestamp = "2026-03-01T14:22:00Z".parse().unwrap();
    vec![
        Verification {
            addressee,
            token: &LinkToken::parse(TOKEN).unwrap(),
            ends_at: now + SignedDuration::from_hours(24),
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
        Welcome { addressee }.render(brand),
        TokenReuseNotice {
            addressee,
            at: now,
            client: "2001:db8::17",
            agent,
        }
        .render(brand),
    ]
}

#[test]
fn every_mail_reads_as_it_should() {
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    for mail in every_mail(&brand(), "Ann", agent) {
        insta::assert_snapshot!(
            format!("{}.txt", mail.kind),
            format!("Subject: {}\n\n{}", mail.subject, mail.text)
        );
        insta::assert_snapshot!(format!("{}.html", mail.kind), mail.html);
    }
}

#[test]
fn hostile_names_and_agents_stay_text() {
    for mail in every_mail(&brand(), HOSTILE, HOSTILE) {
        insta::assert_snapshot!(
            format!("hostile_{}.txt", mail.kind),
            format!("Subject: {}\n\n{}", mail.subject, mail.text)
        );

        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains("evil.example"), "{part}");
            assert!(!part.contains('\u{202e}'), "{part}");
        }
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(mail.text.contains("Hello ann@example.com,"));
        assert!(mail.html.contains("Hello ann@example.com,"));
    }
}

#[test]
fn settings_are_escaped_as_well() {
    let odd = Brand {
        app_name: "Kin & \"Wise\"\n<b>".to_owned(),
        frontend_url: "https://app.example/?a=1&b=\"".to_owned(),
    };
    for mail in every_mail(&odd, "Ann", "") {
        assert!(!mail.subject.contains('\n'));
        assert!(mail.text.contains("Kin & \"Wise\" <b>"));
        assert!(!mail.html.contains("<b>"));
        assert!(!mail.html.contains("b=\""));
    }
}

#[test]
fn a_subject_and_a_preview_hold_no_code() {
    for mail in every_mail(&brand(), "Ann", "") {
        assert!(!mail.subject.contains("012345"));
        let (preview, _) = mail.html.split_once("Hello Ann").unwrap();
        assert!(!preview.contains("012345"));
    }
}

#[test]
fn plain_text_fits_a_terminal() {
    for mail in every_mail(&brand(), "Ann", "curl/8.0") {
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
    for mail in every_mail(&brand(), "Ann", "") {
        let shown = format!("{mail:?}");
        assert_eq!(shown, format!("Message {{ kind: \"{}\", .. }}", mail.kind));
    }
}
