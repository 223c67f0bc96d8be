//! The profile, as answers show it.

use accounts::account::User;
use accounts::profile::{Channel, NotificationSettings};
use jiff::Timestamp;
use proofs::{AvatarRefusal, AvatarUrls};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The profile of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentUser {
    /// The id of the account.
    id: Uuid,
    /// The e-mail address of the account.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The address it is to have, once that is verified: null when its link was used or withdrawn, or has expired.
    #[schema(example = "ann.miller@example.com")]
    pending_email: Option<String>,
    /// The username of the account, if it has one.
    #[schema(example = "ann.miller")]
    username: Option<String>,
    /// First name, or empty.
    #[schema(example = "Ann")]
    first_name: String,
    /// Last name, or empty.
    #[schema(example = "Miller")]
    last_name: String,
    /// Telephone number in its international form (E.164).
    #[schema(example = "+4930123456")]
    phone_number: Option<String>,
    /// The date of birth of the owner.
    #[schema(example = "1984-02-29")]
    birth_date: Option<String>,
    /// Language, and the country whose habits it follows (BCP 47). Mails come in this language where we have it: English,
    /// German. Otherwise they come in English.
    #[schema(example = "en-GB")]
    locale: Option<String>,
    /// Time zone, by its IANA name.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// What it wants to hear of, and how. Security notices always come.
    notification_settings: Notifications,
    /// The picture of the account, if it has one.
    avatar: Option<AvatarUrls>,
    /// The newest upload, if that was refused.
    avatar_refusal: Option<AvatarRefusal>,
    /// `admin`, `user`, or a role in a household: `parent`, `teen`, `child`, `flatmate`, `observer`.
    #[schema(example = "user")]
    role: &'static str,
    /// Whether it can log in.
    #[schema(example = true)]
    is_active: bool,
    /// Whether its address is verified.
    #[schema(example = true)]
    email_verified: bool,
    /// Whether a second factor is asked for at every log-in.
    #[schema(example = false)]
    mfa_enabled: bool,
    /// The moment at which the account was made (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    created_at: String,
    /// The moment of the account's last log-in (RFC 3339, UTC).
    #[schema(example = "2026-11-21T08:30:00Z")]
    last_login_at: Option<String>,
}

/// What an account wants to hear of, and how.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notifications {
    /// What the owner hears of by mail.
    email: Subjects,
    /// What the owner hears of on their devices.
    push: Subjects,
}

/// What an account wants to hear of in one way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Subjects {
    /// Whether the owner hears of news.
    #[schema(example = true)]
    updates: bool,
    /// Whether the owner gets advice on how to make more of the product.
    #[schema(example = false)]
    tips: bool,
    /// Payments: due, made, failed.
    #[schema(example = true)]
    payment: bool,
}

impl CurrentUser {
    /// The profile of an account at this moment.
    pub(crate) fn of(user: User, now: Timestamp) -> Self {
        let profile = &user.profile;
        Self {
            id: user.id.uuid(),
            pending_email: user
                .wanted_email(now)
                .map(|email| email.as_str().to_owned()),
            username: user
                .username
                .as_ref()
                .map(|username| username.as_str().to_owned()),
            first_name: user.first_name.to_string(),
            last_name: user.last_name.to_string(),
            phone_number: profile
                .phone_number
                .as_ref()
                .map(|number| number.as_str().to_owned()),
            birth_date: profile.birth_date.map(|date| date.to_string()),
            locale: profile
                .locale
                .as_ref()
                .map(|locale| locale.as_str().to_owned()),
            time_zone: profile
                .time_zone
                .as_ref()
                .map(|zone| zone.as_str().to_owned()),
            notification_settings: profile.notifications.into(),
            avatar: AvatarUrls::of(&user),
            avatar_refusal: AvatarRefusal::of(&user),
            role: user.role.as_str(),
            is_active: user.is_active(),
            email_verified: user.email_verified,
            mfa_enabled: user.factor_since.is_some(),
            created_at: user.created_at.to_string(),
            last_login_at: user.last_login_at.map(|at| at.to_string()),
            email: user.email.into(),
        }
    }
}

impl From<NotificationSettings> for Notifications {
    fn from(settings: NotificationSettings) -> Self {
        Self {
            email: settings.email.into(),
            push: settings.push.into(),
        }
    }
}

impl From<Channel> for Subjects {
    fn from(channel: Channel) -> Self {
        Self {
            updates: channel.updates,
            tips: channel.tips,
            payment: channel.payment,
        }
    }
}
