//! A sample of every mail.

use accounts::code::OneTimeCode;
use accounts::jobs::{AdministrationEvent, AdministratorEvent, SecurityEvent};
use accounts::link::LinkToken;
use auth::mails::{
    AdministrationNotice, AdministratorChangeNotice, DeletionNotice, OneTimeCodeMail, Party,
    PasswordReset, Place, SecurityNotice, Verification, Welcome,
};
use catalog::stock::LowVariant;
use jiff::{SignedDuration, Timestamp};
use kernel::email::EmailAddress;
use kernel::role::Role;
use mails::mails::TestMail;
use operations::jobs::WriteReport;
use operations::report::{Month, ReportKind};
use pre_registrations::mails::PreRegistration;
use reports::mails::ReportReady;
use stock::mails::LowStockDigest;
use users::mails::{EmailChange, ExportReady};

use mail::{Addressee, Brand, Language, Message, OptOut, unsubscribe_page};

pub(crate) const TOKEN: &str = "0b5c2f0e-6f0a-4f0e-9d3c-2f6f0a4f0e9d";
pub(crate) fn brand() -> Brand {
    Brand {
        app_name: "KinWise".to_owned(),
        frontend_url: "https://app.kinwise.example/".to_owned(),
    }
}

fn email(address: &str) -> EmailAddress {
    EmailAddress::parse(address).unwrap()
}

/// A mail, and the name of its snapshot.
pub(crate) type Sample = (&'static str, Message);

/// Every mail there is, in every language.
pub(crate) fn every_mail(brand: &Brand, first_name: &str, program: &str) -> Vec<Sample> {
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
    let who_can_opt_out = &addressee.clone().who_can_opt_out(OptOut {
        one_click: format!("https://api.example.com/api/v1/unsubscribe?token={TOKEN}"),
        page: unsubscribe_page(brand, TOKEN),
    });
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
        LowStockDigest {
            addressee: who_can_opt_out,
            variants: ["T-250", "T-500"].map(|sku| low(sku, program)).into(),
        }
        .render(brand),
        ReportReady {
            addressee: who_can_opt_out,
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

/// A variant of which there are few left.
fn low(sku: &str, name: &str) -> LowVariant {
    LowVariant {
        variant_id: TOKEN.parse().unwrap(),
        product_id: TOKEN.parse().unwrap(),
        name: name.to_owned(),
        sku: sku.to_owned(),
        available: 4,
        threshold: 5,
        since: Timestamp::UNIX_EPOCH,
        reported_at: None,
    }
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
