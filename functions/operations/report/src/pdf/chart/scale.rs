//! The numbers on the axis of counts.

/// Steps between lines at most.
const STEPS: u128 = 5;

/// An axis from 0 to a round number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scale {
    step: u128,
    steps: u128,
}

impl Scale {
    /// The shortest axis that ends in a round number and has room for a count.
    pub(super) fn up_to(highest: u128) -> Self {
        let highest = highest.max(1);
        let mut power = 1;
        loop {
            for factor in [1, 2, 5] {
                let step = power * factor;
                let steps = highest.div_ceil(step);
                if steps <= STEPS {
                    return Self { step, steps };
                }
            }
            power *= 10;
        }
    }

    /// The number at the end of the axis.
    pub(super) fn end(&self) -> u128 {
        self.step * self.steps
    }

    /// The numbers that have lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = u128> {
        (0..=self.steps).map(|line| line * self.step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_in_a_round_number() {
        for (highest, step, end) in [
            (0, 1, 1),
            (1, 1, 1),
            (5, 1, 5),
            (6, 2, 6),
            (99, 20, 100),
            (101, 50, 150),
            (12_345, 5_000, 15_000),
        ] {
            let scale = Scale::up_to(highest);
            assert_eq!((scale.step, scale.end()), (step, end), "{highest}");
        }
    }

    #[test]
    fn the_highest_sums_have_an_axis() {
        let highest = u128::from(u64::MAX) * 1_000;
        assert!(Scale::up_to(highest).end() >= highest);
    }
}
