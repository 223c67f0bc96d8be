//! What a PATCH says about a profile, and what comes of it.

use accounts::account::User;
use accounts::profile::{
    BirthDate, Channel, Locale, Name, NotificationSettings, PhoneNumber, TimeZone, Username,
};
use api::{ApiError, Fields, Patch};
use jiff::Timestamp;
use kernel::audit::Change;
use serde::Deserialize;
use utoipa::ToSchema;

/// Changes to a profile. What is left out stays; null and an empty text clear. Other fields are ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "first_name": "Ann",
    "locale": "en-GB",
    "notification_settings": { "email": { "tips": true } },
}))]
pub struct UpdateCurrentUser {
    /// The first name of the owner.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Ann", max_length = 150)]
    first_name: Patch<String>,
    /// The last name of the owner.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Miller", max_length = 150)]
    last_name: Patch<String>,
    /// A name to log in with; nobody else may have it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "ann.miller", max_length = 150)]
    username: Patch<String>,
    /// Telephone number in its international form (E.164).
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "+4930123456")]
    phone_number: Patch<String>,
    /// Date of birth, between 1900 and today.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "1984-02-29")]
    birth_date: Patch<String>,
    /// Language, and the country whose habits it follows (BCP 47). Mails come in this language where we have it: English,
    /// German. Otherwise they come in English.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "en-GB", max_length = 35)]
    locale: Patch<String>,
    /// Time zone, by its IANA name.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Europe/Berlin")]
    time_zone: Patch<String>,
    /// What to hear of, and how. What is left out at any depth stays; null sets it back to what new accounts have.
    #[serde(default)]
    #[schema(value_type = Option<UpdateNotifications>)]
    notification_settings: Patch<UpdateNotifications>,
}

/// Changes to what an account wants to hear of.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub(crate) struct UpdateNotifications {
    /// What the owner hears of by mail.
    #[serde(default)]
    #[schema(value_type = Option<UpdateSubjects>)]
    email: Patch<UpdateSubjects>,
    /// What the owner hears of on their devices.
    #[serde(default)]
    #[schema(value_type = Option<UpdateSubjects>)]
    push: Patch<UpdateSubjects>,
}

/// Changes to what an account wants to hear of in one way.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
pub(crate) struct UpdateSubjects {
    /// Whether the owner hears of news.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = true)]
    updates: Patch<bool>,
    /// Whether the owner gets advice on how to make more of the product.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = false)]
    tips: Patch<bool>,
    /// Payments: due, made, failed.
    #[serde(default)]
    #[schema(value_type = Option<bool>, example = true)]
    payment: Patch<bool>,
}

/// A change whose every value fits.
pub(crate) struct ProfileChange {
    first_name: Patch<Name>,
    last_name: Patch<Name>,
    username: Patch<Username>,
    phone_number: Patch<PhoneNumber>,
    birth_date: Patch<BirthDate>,
    locale: Patch<Locale>,
    time_zone: Patch<TimeZone>,
    notifications: Patch<UpdateNotifications>,
}

impl UpdateCurrentUser {
    /// Reads every field, or says what is wrong with each.
    pub(crate) fn check(self, now: Timestamp) -> Result<ProfileChange, ApiError> {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut fields = Fields::default();
        let wrong = &mut fields;
        let change = ProfileChange {
            first_name: self.first_name.parse(wrong, "first_name", Name::parse),
            last_name: self.last_name.parse(wrong, "last_name", Name::parse),
            username: self.username.parse(wrong, "username", Username::parse),
            phone_number: self
                .phone_number
                .parse(wrong, "phone_number", PhoneNumber::parse),
            birth_date: self
                .birth_date
                .parse(wrong, "birth_date", |text| BirthDate::parse(text, today)),
            locale: self.locale.parse(wrong, "locale", Locale::parse),
            time_zone: self.time_zone.parse(wrong, "time_zone", TimeZone::parse),
            notifications: self.notification_settings,
        };
        if fields.is_empty() {
            Ok(change)
        } else {
            Err(fields.into_error())
        }
    }
}

impl ProfileChange {
    /// The account as it is to be.
    pub(crate) fn apply(&self, user: &User) -> User {
        let mut user = user.clone();
        name(&self.first_name, &mut user.first_name);
        name(&self.last_name, &mut user.last_name);
        self.username.clone().apply_to(&mut user.username);
        let profile = &mut user.profile;
        self.phone_number
            .clone()
            .apply_to(&mut profile.phone_number);
        self.birth_date.apply_to(&mut profile.birth_date);
        self.locale.clone().apply_to(&mut profile.locale);
        self.time_zone.clone().apply_to(&mut profile.time_zone);
        merge(
            self.notifications,
            &mut profile.notifications,
            |new, settings| {
                let NotificationSettings { email, push } = settings;
                merge(new.email, email, subjects);
                merge(new.push, push, subjects);
            },
        );
        user
    }
}

/// The names of the fields in which two states of an account differ. Names alone: the audit log outlives the account.
pub(crate) fn changed_fields(before: &User, after: &User) -> Vec<Change> {
    let (old, new) = (&before.profile, &after.profile);
    let fields = [
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("username", before.username != after.username),
        ("phone_number", old.phone_number != new.phone_number),
        ("birth_date", old.birth_date != new.birth_date),
        ("locale", old.locale != new.locale),
        ("time_zone", old.time_zone != new.time_zone),
        (
            "notification_settings",
            old.notifications != new.notifications,
        ),
    ];
    let changed = fields.into_iter().filter(|(_, differs)| *differs);
    changed
        .map(|(field, _)| Change {
            field: field.to_owned(),
            before: String::new(),
            after: String::new(),
        })
        .collect()
}

fn name(patch: &Patch<Name>, place: &mut Name) {
    match patch {
        Patch::Absent => {}
        Patch::Null => *place = Name::default(),
        Patch::Value(name) => place.clone_from(name),
    }
}

fn subjects(new: UpdateSubjects, channel: &mut Channel) {
    let usual = Channel::default();
    for (patch, place, usual) in [
        (new.updates, &mut channel.updates, usual.updates),
        (new.tips, &mut channel.tips, usual.tips),
        (new.payment, &mut channel.payment, usual.payment),
    ] {
        match patch {
            Patch::Absent => {}
            Patch::Null => *place = usual,
            Patch::Value(value) => *place = value,
        }
    }
}

/// Null sets it back; a value is merged in.
fn merge<N, T: Default>(patch: Patch<N>, place: &mut T, into: impl FnOnce(N, &mut T)) {
    match patch {
        Patch::Absent => {}
        Patch::Null => *place = T::default(),
        Patch::Value(new) => into(new, place),
    }
}
