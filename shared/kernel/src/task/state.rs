//! The states of a task, and what leads from one to the next: one table, which storage makes its conditions of.

use serde::{Deserialize, Serialize};

/// The state of a task. The names are those of the system this one replaces.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskState {
    /// The task waits for its first try, which may have a moment of its own.
    Pending,
    /// A worker has claimed the task.
    Started,
    /// The task waits for its next try.
    Retry,
    /// The task is done.
    Success,
    /// The task is given up.
    Failure,
    /// The task is called off.
    Revoked,
}

impl TaskState {
    /// The name of the state in tables and answers.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether nothing more is done with the task, unless an operator wants it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Failure | Self::Revoked)
    }

    /// What becomes of a task in this state when something happens to it. `None` if it cannot happen to it.
    pub fn after(self, happening: Happening) -> Option<Self> {
        let transition = happening.transition();
        transition.from.contains(&self).then_some(transition.to)
    }
}

/// What happens to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum Happening {
    /// A worker takes it. One that is `STARTED` only once the lease of the worker before has ended, one that has failed only where
    /// its message came back from the dead letters.
    Claim,
    /// Its work is done.
    Succeed,
    /// A try did not work, or was none; another one follows.
    TryAgain,
    /// It will never work, or its tries are used up.
    Fail,
    /// Its worker has heard that it is called off.
    Stop,
    /// Its owner or an operator calls it off. A worker that has it is only told so.
    Revoke,
    /// Nothing will come of it: its worker died at the last try, or its message is lost.
    GiveUp,
}

/// What may happen to a task in some states, and the state that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// What happens.
    pub by: Happening,
    /// The states in which it can happen.
    pub from: &'static [TaskState],
    /// The state that it leads to.
    pub to: TaskState,
}

/// All transitions that there are. What is not here cannot happen.
pub const TRANSITIONS: &[Transition] = {
    use Happening::{Claim, Fail, GiveUp, Revoke, Stop, Succeed, TryAgain};
    use TaskState::{Failure, Pending, Retry, Revoked, Started, Success};
    const fn by(by: Happening, from: &'static [TaskState], to: TaskState) -> Transition {
        Transition { by, from, to }
    }
    &[
        by(Claim, &[Pending, Retry, Started, Failure], Started),
        by(Succeed, &[Started], Success),
        by(TryAgain, &[Started], Retry),
        by(Fail, &[Started], Failure),
        by(Stop, &[Started], Revoked),
        by(Revoke, &[Pending, Retry], Revoked),
        by(GiveUp, &[Pending, Retry, Started], Failure),
    ]
};

impl Happening {
    /// The one transition that this brings about.
    pub fn transition(self) -> Transition {
        let mut all = TRANSITIONS.iter();
        let found = all.find(|transition| transition.by == self);
        *found.unwrap_or_else(|| unreachable!("a test asks for each"))
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn everything_that_happens_has_one_transition() {
        for happening in Happening::VARIANTS {
            let all = TRANSITIONS.iter();
            let own = all.filter(|transition| transition.by == *happening);
            assert_eq!(own.count(), 1, "{happening:?}");
            assert_eq!(happening.transition().by, *happening);
        }
    }

    #[test]
    fn what_is_done_or_called_off_stays_so() {
        for state in [TaskState::Success, TaskState::Revoked] {
            for happening in Happening::VARIANTS {
                assert_eq!(state.after(*happening), None, "{state:?} {happening:?}");
            }
        }
    }

    #[test]
    fn a_state_has_the_same_name_everywhere() {
        for state in TaskState::VARIANTS {
            let stored = serde_json::to_value(state).unwrap();
            assert_eq!(stored, state.as_str());
            assert_eq!(state.as_str().parse(), Ok(*state));
        }
    }
}
