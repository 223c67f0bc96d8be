//! Mails with a link that is good for something. Each try makes a new one, which takes the place of the one before.

use cloud::App;
use domain::email::EmailAddress;
use domain::id::UserId;
use domain::link::{LinkKind, LinkToken};
use domain::task::Recipient;
use mail::{Addressee, DeletionNotice, EmailChange, PasswordReset, PreRegistration, Verification};
use store::{IssueOutcome, Link};
use work::Failure;

use super::{NO_ACCOUNT, Prepared, addressee, brand, recipient};

pub(super) async fn verification(app: &App, to: &Recipient) -> Result<Prepared, Failure> {
    let Some(user) = recipient(app, to).await? else {
        return Ok(Prepared::Nothing(NO_ACCOUNT));
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let links = app.store().verifications();
    let IssueOutcome::Issued(ends_at) = links.issue(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the address is verified"));
    };
    let mail = Verification {
        addressee: &addressee(&user),
        registered_at: user.created_at,
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}

pub(super) async fn password_reset(app: &App, to: &Recipient) -> Result<Prepared, Failure> {
    let Some(user) = recipient(app, to).await? else {
        return Ok(Prepared::Nothing(NO_ACCOUNT));
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let passwords = app.store().passwords();
    let IssueOutcome::Issued(ends_at) = passwords.issue_reset(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the account may not log in"));
    };
    let mail = PasswordReset {
        addressee: &addressee(&user),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}

/// To the address the account is to have. To nobody where somebody has it: whoever asks must not learn that, and whoever
/// has it has no use for the mail.
pub(super) async fn email_change(app: &App, user_id: UserId) -> Result<Prepared, Failure> {
    let Some(user) = app.store().users().lookup(user_id).await? else {
        return Ok(Prepared::Nothing(NO_ACCOUNT));
    };
    let Some(email) = user.pending_email.clone() else {
        return Ok(Prepared::Nothing("no other address is wanted any more"));
    };
    let changes = app.store().email_changes();
    if !changes.is_free(&email, user_id, app.now()).await? {
        return Ok(Prepared::Nothing("the address is not free"));
    }

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let IssueOutcome::Issued(ends_at) = changes.issue(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("no other address is wanted any more"));
    };
    let mail = EmailChange {
        addressee: &Addressee {
            email,
            ..addressee(&user)
        },
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}

pub(super) async fn deletion_notice(app: &App, user_id: UserId) -> Result<Prepared, Failure> {
    let Some(user) = app.store().users().lookup(user_id).await? else {
        return Ok(Prepared::Nothing(NO_ACCOUNT));
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let links = app.store().links();
    let IssueOutcome::Issued(ends_at) = links.issue_cancellation(&user, &token, now).await? else {
        return Ok(Prepared::Nothing("the account is kept"));
    };
    let mail = DeletionNotice {
        addressee: &addressee(&user),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}

pub(super) async fn pre_registration(app: &App, email: &EmailAddress) -> Result<Prepared, Failure> {
    let left = app.store().pre_registrations().lookup(email).await?;
    if left.is_none_or(|left| left.confirmed_at.is_some()) {
        return Ok(Prepared::Nothing("the address is confirmed, or forgotten"));
    }

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let link = Link::new(LinkKind::PreRegistration, None, email, now);
    app.store().links().add(&link, &token).await?;
    let mail = PreRegistration {
        addressee: &Addressee {
            email: email.clone(),
            first_name: String::new(),
        },
        token: &token,
        ends_at: link.expires_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}
