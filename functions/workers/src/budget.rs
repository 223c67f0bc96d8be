//! What a mail is counted against: the [second](crate::pace), and the day. The second comes first, since it is the one that most
//! often refuses, and what it refuses must not be counted as one of the day's for a moment.
//!
//! The mails of a day: a mail costs fifty times the rest of a call, so a flood of them has an end, and SES has one anyway.
//!
//! Whatever strangers ask for gets half of the day at most. What is an owner's is counted too, and is sent also when the day is
//! used up, as long as that one mailbox has not had very many: nobody is kept out, and nobody fails to hear of what was done to
//! their account, because others have had mail.

use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::limit::{Counted, Limit, Per};
use kernel::mailbox::mailbox_of;
use mail::{Message, Purpose};
use store::{Limits, StoreError};

use crate::pace::{self, Pace};

/// The subject whose mails are counted together.
pub(crate) const EVERYBODY: &str = "everybody";

/// The time for which mails are counted: SES counts them so, too.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Mails that an owner gets in a day on which all others are used up: more than anybody reads, and few enough that nobody can
/// spend much on one address.
const RESERVE: Limit = Limit {
    name: "mail-day-mailbox",
    quota: 20,
    window: DAY,
    per: Per::Address,
};

/// What a mail was counted against, and when. It is taken back if the mail was not sent after all.
#[derive(Default)]
pub(crate) struct Taken(Vec<(Counted, Timestamp)>);

/// Whether a mail may be sent.
pub(crate) enum Budget {
    /// It may, and is counted.
    Counted(Taken),
    /// There is none left of the day for its purpose.
    DayUsedUp,
    /// There is none left of the second; one may be left after this time.
    TooFast(SignedDuration),
}

/// Takes a mail from the second's and from the day's.
pub(crate) async fn take(app: &App, message: &Message) -> Result<Budget, StoreError> {
    let mut taken = Taken::default();
    let refusal = match pace::take(app, message, &mut taken).await? {
        Pace::Later(pause) => Budget::TooFast(pause),
        Pace::Now if of_the_day(app, message, &mut taken).await? => {
            return Ok(Budget::Counted(taken));
        }
        Pace::Now => Budget::DayUsedUp,
    };
    taken.take_back(app).await?;
    Ok(refusal)
}

/// Takes a mail from the day's. False if there is none for its purpose.
async fn of_the_day(app: &App, message: &Message, taken: &mut Taken) -> Result<bool, StoreError> {
    let all = app.section::<mail::Settings>().daily_limit;
    Ok(match message.purpose {
        Purpose::Anybody => {
            taken
                .count(app, of_day("mail-day-anybody", all.div_ceil(2)), EVERYBODY)
                .await?
                && taken.count(app, of_day("mail-day", all), EVERYBODY).await?
        }
        Purpose::Owner => {
            taken.count(app, of_day("mail-day", all), EVERYBODY).await?
                || taken.count(app, RESERVE, &mailbox_of(&message.to)).await?
        }
    })
}

fn of_day(name: &'static str, quota: u32) -> Limit {
    Limit {
        name,
        quota,
        window: DAY,
        per: Per::Everybody,
    }
}

impl Taken {
    /// Counts the mail by a limit. False if that has no room.
    pub(crate) async fn count(
        &mut self,
        app: &App,
        limit: Limit,
        subject: &str,
    ) -> Result<bool, StoreError> {
        let now = app.now();
        let hit = Limits(app.store()).hit(&limit, subject, now).await?;
        if hit.passed {
            let subject = subject.to_owned();
            self.0.push((Counted { limit, subject }, now));
        }
        Ok(hit.passed)
    }

    /// Gives the mail back.
    pub(crate) async fn take_back(self, app: &App) -> Result<(), StoreError> {
        for (Counted { limit, subject }, counted_at) in self.0 {
            Limits(app.store())
                .take_back(&limit, &subject, counted_at)
                .await?;
        }
        Ok(())
    }
}
