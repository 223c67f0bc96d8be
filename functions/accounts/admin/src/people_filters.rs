//! What a list of accounts is narrowed to, and its order. What is left empty is not asked for.

use std::fmt::Display;

use accounts::people::{PeopleFilter, PeopleOrder, SearchText};
use api::{Answer, Fields};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::role::Role;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::filters::given;

/// The accounts that are wanted. All that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListUsers {
    /// What the address, the username or the name begins with; last name first finds too. At least two characters.
    #[param(example = "ann mil")]
    search: Option<String>,
    /// The role of the accounts. Others are left out.
    #[param(example = "parent")]
    role: Option<String>,
    /// Whether the accounts are active, or locked.
    #[param(value_type = Option<bool>)]
    is_active: Option<String>,
    /// Whether the address of the accounts is verified.
    #[param(value_type = Option<bool>)]
    is_verified: Option<String>,
    /// The earliest moment at which the accounts were made: a day, or a moment (RFC 3339).
    #[param(example = "2026-11-01")]
    created_after: Option<String>,
    /// The moment before which the accounts were made: a day, or a moment (RFC 3339).
    #[param(example = "2026-12-01T00:00:00Z")]
    created_before: Option<String>,
    /// `-created_at` (the newest first, as it is without), `created_at`, `email` or `-email`. A search has its own order.
    #[param(example = "-created_at")]
    ordering: Option<String>,
}

impl ListUsers {
    /// What the store is asked, or all that is wrong with the question.
    pub(crate) fn read(&self) -> Answer<(PeopleFilter, PeopleOrder)> {
        let mut fields = Fields::default();
        let filter = PeopleFilter {
            role: check(&mut fields, "role", self.role.as_ref(), read_role),
            is_active: check(&mut fields, "is_active", self.is_active.as_ref(), read_flag),
            is_verified: check(
                &mut fields,
                "is_verified",
                self.is_verified.as_ref(),
                read_flag,
            ),
            created_from: check(
                &mut fields,
                "created_after",
                self.created_after.as_ref(),
                read_moment,
            ),
            created_before: check(
                &mut fields,
                "created_before",
                self.created_before.as_ref(),
                read_moment,
            ),
        };
        let search = check(
            &mut fields,
            "search",
            self.search.as_ref(),
            SearchText::parse,
        );
        let ordering = given(self.ordering.as_deref());
        if search.is_some() && ordering.is_some() {
            fields.reject("ordering", "A search has an order of its own.");
        }
        let order = fields.check("ordering", read_order(ordering));

        let order = search.map(PeopleOrder::Found).or(order);
        let order = order.filter(|_| fields.is_empty());
        order
            .map(|order| (filter, order))
            .ok_or_else(|| fields.into_error())
    }
}

/// Reads what was given for a field, if anything was.
fn check<T, E: Display>(
    fields: &mut Fields,
    field: &str,
    text: Option<&String>,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    let text = given(text.map(String::as_str))?;
    fields.check(field, read(text))
}

fn read_role(name: &str) -> Result<Role, &'static str> {
    Role::parse(name).ok_or("There is no such role.")
}

fn read_flag(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "Enter true or false.")
}

/// Reads a day or a moment, to the millisecond that accounts' are kept in.
fn read_moment(text: &str) -> Result<Timestamp, &'static str> {
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    moment
        .and_then(|moment| Timestamp::from_millisecond(moment.as_millisecond()).ok())
        .ok_or("Enter a day such as 2026-11-20, or a moment such as 2026-11-20T12:00:00Z.")
}

fn read_order(text: Option<&str>) -> Result<PeopleOrder, &'static str> {
    match text {
        None | Some("-created_at") => Ok(PeopleOrder::Created { newest_first: true }),
        Some("created_at") => Ok(PeopleOrder::Created {
            newest_first: false,
        }),
        Some("email") => Ok(PeopleOrder::Email { descending: false }),
        Some("-email") => Ok(PeopleOrder::Email { descending: true }),
        Some(_) => Err("Enter created_at, -created_at, email or -email."),
    }
}
