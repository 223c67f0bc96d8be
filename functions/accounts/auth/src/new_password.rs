//! A new password for an account that is there.

use accounts::account::User;
use accounts::password::Password;
use accounts::profile::Username;
use api::{ApiError, Fields};
use secrecy::{ExposeSecret as _, SecretString};

/// The password, if it follows the policy and was typed alike twice; else all that is wrong with it.
pub(crate) fn check_new_password(
    user: &User,
    password: &SecretString,
    confirm: &SecretString,
) -> Result<Password, ApiError> {
    let (password, confirm) = (password.expose_secret(), confirm.expose_secret());
    let about = [
        user.email.local_part(),
        user.first_name.as_str(),
        user.last_name.as_str(),
        user.username.as_ref().map_or("", Username::as_str),
    ];
    let mut fields = Fields::default();
    let parsed = fields.check("password", Password::parse(password, &about));
    if password != confirm {
        fields.reject("password_confirm", "The two passwords are not the same.");
    }
    match parsed {
        Some(password) if fields.is_empty() => Ok(password),
        _ => Err(fields.into_error()),
    }
}
