//! The mails of this crate, one struct each.

mod administration_notice;
mod administrator_change;
mod deletion_notice;
mod one_time_code;
mod password_reset;
mod security_notice;
mod verification;
mod welcome;

pub use administration_notice::AdministrationNotice;
pub use administrator_change::{AdministratorChangeNotice, Party};
pub use deletion_notice::DeletionNotice;
pub use one_time_code::OneTimeCodeMail;
pub use password_reset::PasswordReset;
pub use security_notice::{Place, SecurityNotice};
pub use verification::Verification;
pub use welcome::Welcome;
