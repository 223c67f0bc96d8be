//! The jobs of all areas, and what they keep for an account.

use mail::Prepared;
use work::{Belongings, Done, Registered};

/// Jobs that send a mail.
pub(crate) const MAILS: &[&[Registered<Prepared>]] =
    &[auth::MAILS, users::MAILS, pre_registrations::MAILS];

/// Jobs that do other work.
pub(crate) const JOBS: &[&[Registered<Done>]] = &[users::JOBS, avatars::JOBS];

/// What is kept for an account. What the account itself is comes last.
pub(crate) const BELONGINGS: &[&dyn Belongings] =
    &[&avatars::PictureBelongings, &users::AccountBelongings];
