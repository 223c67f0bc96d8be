//! What the lists of this area are narrowed by. What is left empty is not asked for.

use api::{Answer, App, Fields};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::email::EmailAddress;
use serde::Deserialize;
use utoipa::IntoParams;

/// What the lists of codes and links are narrowed by. All that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DayAndEmail {
    /// The day they were made or asked for (UTC); today, if none is given.
    #[param(example = "2026-11-21")]
    day: Option<String>,
    /// The address they are for, whole.
    #[param(example = "ann@example.com")]
    email: Option<String>,
}

impl DayAndEmail {
    /// Reads which day is wanted, and which address if any.
    pub(crate) fn read(&self, app: &App) -> Answer<(Date, Option<EmailAddress>)> {
        let mut fields = Fields::default();
        let day = day(&mut fields, self.day.as_deref());
        let email = email(&mut fields, self.email.as_deref());
        if !fields.is_empty() {
            return Err(fields.into_error());
        }
        Ok((day.unwrap_or_else(|| today(app)), email))
    }
}

/// What was given, if it is not empty.
pub(crate) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A day, in the one form that answers have it in.
pub(crate) fn day(fields: &mut Fields, text: Option<&str>) -> Option<Date> {
    let text = given(text)?;
    let day = text.parse().ok();
    // `20261121` and whole moments are days to the parser.
    let day = day.filter(|day: &Date| day.to_string() == text);
    fields.check("day", day.ok_or("Enter a day such as 2026-11-21."))
}

/// Reads a whole address.
pub(crate) fn email(fields: &mut Fields, text: Option<&str>) -> Option<EmailAddress> {
    fields.check("email", EmailAddress::parse(given(text)?))
}

/// The day that it is now (UTC).
pub(crate) fn today(app: &App) -> Date {
    app.now().to_zoned(TimeZone::UTC).date()
}
