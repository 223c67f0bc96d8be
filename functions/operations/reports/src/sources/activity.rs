//! Registrations and log-ins, as the audit log has them.

use kernel::audit::{Action, Entry};
use report::{Cell, Chart, Column, Heading, Language};
use store::AuditLog;
use work::Failure;

use super::{Reading, unwritten};
use crate::counts::Counts;
use crate::draft::{Columns, Draft};
use crate::language::say;

// What accounts write into the log. Names never change their meaning.
const CREATE: Action = Action::named("CREATE");
const LOGIN: Action = Action::named("LOGIN");
const LOGIN_FAILED: Action = Action::named("LOGIN_FAILED");

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Registration,
    LogIn,
    WrongPassword,
    WrongCode,
    WrongFactor,
}

impl Event {
    /// What an entry says, if it is about accounts.
    fn of(entry: &Entry) -> Option<Self> {
        let object = entry.object.as_str();
        match &entry.action {
            action if *action == LOGIN => Some(Self::LogIn),
            action if *action == CREATE => {
                object.starts_with("user/").then_some(Self::Registration)
            }
            action if *action == LOGIN_FAILED => Some(match object {
                "password" => Self::WrongPassword,
                "otp" => Self::WrongCode,
                // It names the account, whose first proof was right.
                _ => Self::WrongFactor,
            }),
            _ => None,
        }
    }

    fn name(self, language: Language) -> &'static str {
        match self {
            Self::Registration => say(language, "Registration", "Registrierung"),
            Self::LogIn => say(language, "Log-in", "Anmeldung"),
            Self::WrongPassword => say(language, "Wrong password", "Falsches Passwort"),
            Self::WrongCode => say(language, "Wrong one-time code", "Falscher Einmalcode"),
            Self::WrongFactor => say(language, "Wrong second factor", "Falscher zweiter Faktor"),
        }
    }

    fn has_failed(self) -> bool {
        match self {
            Self::Registration | Self::LogIn => false,
            Self::WrongPassword | Self::WrongCode | Self::WrongFactor => true,
        }
    }
}

pub(super) fn columns(language: Language) -> Columns {
    let say = |english, german| say(language, english, german);
    let heading = Heading {
        title: say("Events", "Ereignisse").to_owned(),
        columns: vec![
            Column::text(say("Time", "Zeit")),
            Column::text(say("Event", "Ereignis")),
            Column::number(say("Times", "Anzahl")),
            Column::text(say("Account", "Konto")),
        ],
        has_totals: false,
    };
    Columns {
        on_paper: heading.columns.len(),
        heading,
    }
}

pub(super) async fn read(
    reading: &Reading<'_>,
    draft: &mut Draft<'_>,
) -> Result<Vec<Chart>, Failure> {
    let language = reading.language;
    let mut events = Counts::new(reading.period);
    let mut log_ins = Counts::new(reading.period);
    let log = AuditLog(reading.app.store());
    let mut walk = reading.walk();
    while let Some(step) = walk.next().await? {
        let actions = [CREATE, LOGIN, LOGIN_FAILED];
        let page = log.list_of_day(step.day, &actions, &step.request).await;
        for entry in walk.take(page)? {
            let Some(event) = Event::of(&entry) else {
                continue;
            };
            let times = u64::from(entry.times);
            events.add(event, step.place, times);
            if event != Event::Registration {
                log_ins.add(event.has_failed(), step.place, times);
            }
            let row = row(&entry, event, language);
            draft.row(&row).map_err(|error| unwritten(&error))?;
        }
    }

    let say = |english, german| say(language, english, german);
    let named = |event: Event| (event, event.name(language));
    Ok(vec![
        events.chart(
            say("Registrations", "Registrierungen"),
            &[(Event::Registration, say("Registrations", "Registrierungen"))],
        ),
        log_ins.chart(
            say("Log-ins", "Anmeldungen"),
            &[
                (false, say("Succeeded", "Gelungen")),
                (true, say("Failed", "Gescheitert")),
            ],
        ),
        events.chart(
            say("Failed log-ins", "Gescheiterte Anmeldungen"),
            &[Event::WrongPassword, Event::WrongCode, Event::WrongFactor].map(named),
        ),
    ])
}

fn row(entry: &Entry, event: Event, language: Language) -> [Cell; 4] {
    // Who failed to log in is nobody known, but for the account whose first proof was right.
    let object = entry.object.as_str().strip_prefix("user/");
    let account = entry.actor.map(|actor| actor.to_string());
    let account = account.or_else(|| object.map(str::to_owned));
    [
        entry.at.into(),
        event.name(language).into(),
        u64::from(entry.times).into(),
        account.map_or(Cell::Empty, Cell::Text),
    ]
}
