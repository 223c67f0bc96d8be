//! What the lists of this area are narrowed by. What is left empty is not asked for.

use api::{App, Fields};
use domain::email::EmailAddress;
use jiff::civil::Date;
use jiff::tz::TimeZone;

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

/// A whole address.
pub(crate) fn email(fields: &mut Fields, text: Option<&str>) -> Option<EmailAddress> {
    fields.check("email", EmailAddress::parse(given(text)?))
}

/// This day (UTC).
pub(crate) fn today(app: &App) -> Date {
    app.now().to_zoned(TimeZone::UTC).date()
}
