//! What a call costs, of several calls that were counted.

use std::fmt::Write as _;

use super::recorder::Call;
use super::units::Units;

/// What one warm call costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Counts {
    /// The length of the longest chain of calls of AWS that wait for one another.
    pub(crate) steps: u32,
    /// The number of calls of AWS.
    pub(crate) calls: u32,
    /// The write units, with those of entries in indexes.
    pub(crate) writes: Units,
    /// The read units.
    pub(crate) reads: Units,
}

impl Counts {
    /// What these calls of AWS are together.
    pub(crate) fn of(calls: &[Call]) -> Self {
        Self {
            steps: calls.iter().map(|call| call.step).max().unwrap_or(0),
            calls: u32::try_from(calls.len()).unwrap_or(u32::MAX),
            writes: calls.iter().map(|call| call.writes).sum(),
            reads: calls.iter().map(|call| call.reads).sum(),
        }
    }
}

/// Of several warm calls, one that cost what most of them did: now and then one renews what has grown old. Of two that are as
/// frequent it is the dearer one.
pub(crate) fn usual(mut warm: Vec<Vec<Call>>) -> Vec<Call> {
    let counts: Vec<_> = warm.iter().map(|calls| Counts::of(calls)).collect();
    let frequency = |of: &Counts| counts.iter().filter(|other| *other == of).count();
    let best = counts.iter().enumerate();
    let best = best.max_by_key(|(_, of)| (frequency(of), **of));
    match best {
        Some((position, _)) => warm.swap_remove(position),
        None => Vec::new(),
    }
}

/// The transactions that write, among calls of AWS.
pub(crate) fn transactions(calls: &[Call]) -> u32 {
    let writes = calls
        .iter()
        .filter(|call| call.name.starts_with("TransactWriteItems"));
    u32::try_from(writes.count()).unwrap_or(u32::MAX)
}

/// The calls of AWS, a line each.
pub(crate) fn shown(calls: &[Call]) -> String {
    let mut text = String::new();
    for call in calls {
        let mut units = Vec::new();
        for (what, amount) in [("write", call.writes), ("read", call.reads)] {
            if amount > Units::default() {
                units.push(format!("{what} {amount}"));
            }
        }
        let _ = writeln!(
            text,
            "    {}. {} [{}]",
            call.step,
            call.name,
            units.join(", ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::recorder::Call;
    use super::super::units::Units;
    use super::{Counts, shown, usual};

    fn call(step: u32, writes: u64, reads: u64) -> Call {
        Call {
            step,
            name: "GetItem identity".to_owned(),
            writes: Units::whole(writes),
            reads: Units::halves(reads),
        }
    }

    #[test]
    fn calls_add_up() {
        let counts = Counts::of(&[call(1, 0, 1), call(1, 2, 0), call(2, 3, 2)]);
        let expected = Counts {
            steps: 2,
            calls: 3,
            writes: Units::whole(5),
            reads: Units::halves(3),
        };
        assert_eq!(counts, expected);
        assert_eq!(Counts::of(&[]), Counts::default());
    }

    #[test]
    fn calls_are_shown_with_what_they_are_charged() {
        let text = shown(&[call(1, 0, 1), call(2, 3, 0)]);
        assert_eq!(
            text,
            "    1. GetItem identity [read 0.5]\n    2. GetItem identity [write 3]\n"
        );
    }

    #[test]
    fn the_usual_call_is_the_most_frequent_one() {
        let [common, rare] = [vec![call(1, 1, 0)], vec![call(1, 1, 0), call(2, 9, 0)]];
        let warm = vec![common.clone(), rare.clone(), common.clone()];
        assert_eq!(usual(warm), common);
        assert_eq!(usual(vec![common, rare.clone()]), rare);
        assert_eq!(usual(Vec::new()), []);
    }
}
