//! The mails of a second: SES takes so many and refuses the others, whoever's they are.
//!
//! A second has a counter, so that of any number of workers at once exactly `MAILS_PER_SECOND` mails pass. Mail that may take a
//! while gets three quarters of it at most, so there is room at any time for what somebody waits for. Where that is not enough,
//! each urgent mail that must wait takes a place from the others in the second in which it comes back.
//!
//! The excess comes back later, spread as it will be sent: of those that a second refuses, the next so many come back in the
//! next second, and so on. So a burst is not tried again and again as a whole.

use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::job::Queue;
use kernel::limit::{Limit, Per};
use mail::Message;
use store::{Limits, StoreError};

use crate::budget::{EVERYBODY, Taken};

/// A second, by which mails are counted.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// The longest time after which a mail asks again: a fresh message can be hidden for no longer.
const LONGEST_PAUSE: i64 = 15 * 60;

/// Whether a mail may go now.
pub(crate) enum Pace {
    /// It may: it is counted.
    Now,
    /// It may not, and comes back after this time.
    Later(SignedDuration),
}

/// Takes a mail from this second's.
pub(crate) async fn take(
    app: &App,
    message: &Message,
    taken: &mut Taken,
) -> Result<Pace, StoreError> {
    let rate = app.section::<mail::Settings>().per_second;
    let is_bulk = message
        .of
        .as_ref()
        .is_some_and(|task| task.queue == Queue::MAIL_BULK);
    let passed = (!is_bulk || taken.count(app, of_bulk(rate), EVERYBODY).await?)
        && taken.count(app, of_all(rate), EVERYBODY).await?;
    if passed {
        return Ok(Pace::Now);
    }

    let (now, limits) = (app.now(), Limits(app.store()));
    let (own, subject) = if is_bulk {
        (of_bulk(rate), "bulk")
    } else {
        (of_all(rate), "urgent")
    };
    let waiting = limits.hit(&WAITING, subject, now).await?;
    let pause = pause(&own, WAITING.quota - waiting.remaining);
    if !is_bulk {
        let comes_back = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        limits.hit(&of_bulk(rate), EVERYBODY, comes_back).await?;
    }
    Ok(Pace::Later(pause))
}

/// The mails that a second has refused so far. All of them are counted, and none is refused for it.
const WAITING: Limit = Limit {
    name: "mail-second-waiting",
    quota: u32::MAX,
    window: SECOND,
    per: Per::Everybody,
};

/// All mails of a second.
fn of_all(rate: u32) -> Limit {
    Limit {
        name: "mail-second",
        quota: rate,
        window: SECOND,
        per: Per::Everybody,
    }
}

/// Those that may take a while: three quarters of a second's. Of one mail a second there are no quarters: every other second.
fn of_bulk(rate: u32) -> Limit {
    let (quota, window) = match rate {
        0 | 1 => (1, 2 * SECOND),
        rate => (rate - rate.div_ceil(4), SECOND),
    };
    Limit {
        name: "mail-second-bulk",
        quota,
        window,
        per: Per::Everybody,
    }
}

/// The time after which the mail comes back that is the `nth` to be refused in a second, from 1.
fn pause(limit: &Limit, nth: u32) -> SignedDuration {
    let before = i64::from(nth.saturating_sub(1));
    let seconds = 1 + before * limit.window.as_secs() / i64::from(limit.quota);
    SignedDuration::from_secs(seconds.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_leaves_room_in_every_second_or_every_other() {
        let share = |rate| {
            let limit = of_bulk(rate);
            (limit.quota, limit.window.as_secs())
        };
        assert_eq!(
            [1, 2, 3, 4, 14].map(share),
            [(1, 2), (1, 1), (2, 1), (3, 1), (10, 1)]
        );
    }

    #[test]
    fn what_is_refused_comes_back_as_it_will_be_sent() {
        let seconds = |limit: &Limit, nth| pause(limit, nth).as_secs();
        let bulk = of_bulk(14);
        assert_eq!([1, 10, 11, 21].map(|nth| seconds(&bulk, nth)), [1, 1, 2, 3]);
        assert_eq!([1, 2, 3].map(|nth| seconds(&of_bulk(1), nth)), [1, 3, 5]);
        assert_eq!(seconds(&bulk, u32::MAX), 900);
    }
}
