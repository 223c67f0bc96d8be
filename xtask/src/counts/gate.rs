//! Steps: the calls that a function makes one after another.

use std::collections::BTreeMap;

/// The looks, one after another, at which nothing must have happened. What a process has sent is read within a few turns of our
/// own runtime, and between two looks there is one at least; so they are counted, and not the time.
const LOOKS: u32 = 10;

/// Which calls are under way together.
///
/// By the clock alone, two calls that go out together look like two steps whenever the first is answered before the second is
/// sent, which a busy machine does at random. So every answer is held back until all that is asked is answered, nothing more
/// comes, and the function's process rests: then all that it waits for is here, and it can go on with nothing but these answers.
/// They are given all at once, and what comes afterwards is the next step. A step is thus a level of the graph of what waits for
/// what, and their number is the length of its longest chain, whatever the machine does.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    step: u32,
    /// The calls that wait for their answers to be given, and whether these are here.
    held: BTreeMap<usize, bool>,
    /// The number of looks since something happened.
    quiet: u32,
}

impl Gate {
    /// A call comes. Gives the step that it belongs to, of which the first is 1.
    pub(crate) fn enter(&mut self, call: usize) -> u32 {
        self.held.insert(call, false);
        self.quiet = 0;
        self.step + 1
    }

    /// The answer to a call is here.
    pub(crate) fn answer(&mut self, call: usize) {
        if let Some(is_answered) = self.held.get_mut(&call) {
            *is_answered = true;
            self.quiet = 0;
        }
    }

    /// A call has gone away.
    pub(crate) fn leave(&mut self, call: usize) {
        self.held.remove(&call);
    }

    /// Whether the answer to a call is still to be held.
    pub(crate) fn holds(&self, call: usize) -> bool {
        self.held.contains_key(&call)
    }

    /// Whether this call is the one whose holder looks, for all of them.
    pub(crate) fn is_first(&self, call: usize) -> bool {
        self.held
            .first_key_value()
            .is_some_and(|(first, _)| *first == call)
    }

    /// Whether nothing is under way.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Look whether the answers may be given, and give them.
    pub(crate) fn look(&mut self, process_rests: bool) {
        if process_rests && self.held.values().all(|is_answered| *is_answered) {
            self.quiet += 1;
        } else {
            self.quiet = 0;
        }
        if self.quiet >= LOOKS && !self.held.is_empty() {
            self.held.clear();
            self.quiet = 0;
            self.step += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, LOOKS};

    fn look(gate: &mut Gate, times: u32) {
        for _ in 0..times {
            gate.look(true);
        }
    }

    #[test]
    fn calls_that_are_under_way_together_are_one_step() {
        let mut gate = Gate::default();
        assert_eq!(gate.enter(0), 1);
        gate.answer(0);
        // The second is sent after the first is answered, for the machine is busy.
        look(&mut gate, LOOKS - 1);
        assert_eq!(gate.enter(1), 1);
        look(&mut gate, LOOKS);
        assert!(gate.holds(0), "the second is not answered");
        gate.answer(1);

        look(&mut gate, LOOKS - 1);
        assert!(gate.holds(0) && gate.holds(1), "more may come");
        look(&mut gate, 1);
        assert!(gate.is_empty());
    }

    #[test]
    fn what_comes_after_the_answers_is_the_next_step() {
        let mut gate = Gate::default();
        gate.enter(0);
        gate.answer(0);
        look(&mut gate, LOOKS);

        assert_eq!(gate.enter(1), 2);
        assert_eq!(gate.enter(2), 2);
        gate.answer(2);
        assert!(gate.is_first(1) && !gate.is_first(2));
        // One that is given up is not waited for.
        gate.leave(1);
        assert!(gate.is_first(2));
        look(&mut gate, LOOKS);
        assert_eq!(gate.enter(3), 3);
    }

    #[test]
    fn nothing_is_given_while_the_process_works() {
        let mut gate = Gate::default();
        gate.enter(0);
        gate.answer(0);
        look(&mut gate, LOOKS - 1);
        gate.look(false);
        look(&mut gate, LOOKS - 1);
        assert!(gate.holds(0));
    }

    #[test]
    fn looking_without_calls_makes_no_step() {
        let mut gate = Gate::default();
        look(&mut gate, 2 * LOOKS);
        assert_eq!(gate.enter(0), 1);
    }
}
