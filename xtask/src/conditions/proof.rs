//! Looks for the tests that miss a condition.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use local_aws::installation_of;

use super::proxy::Proxy;
use super::request::Part;
use super::suite::{Outcome, Suite};

/// The number of tests that run at once, after the likeliest one ran alone.
const TOGETHER: usize = 6;

/// The number of times that a test runs alone which has missed a part before; and how often it does so once more, where no other
/// test misses it now.
const AGAIN: usize = 3;
const ONCE_MORE: usize = 12;

/// A test of a suite.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    /// The name of the crate.
    pub(crate) package: String,
    /// The name of the test.
    pub(crate) name: String,
}

/// Where the suites run.
pub(crate) struct Stage {
    /// The port of the emulator.
    pub(crate) emulator: u16,
    /// The environment of the tests, without the address of AWS.
    pub(crate) environment: BTreeMap<String, String>,
}

/// The parts of conditions that the suites sent, each with the tests in which it may have decided.
pub(crate) type Candidates = BTreeMap<Part, BTreeSet<Test>>;

/// Run a suite as it is, and note what it sends. All of it must pass.
pub(crate) async fn record(stage: &Stage, suite: &Suite, found: &mut Candidates) -> Result<()> {
    let proxy = Proxy::start(stage.emulator, None).await?;
    let all: Vec<&str> = suite.tests.iter().map(String::as_str).collect();
    if let Outcome::Failed(test) = suite.run(&stage.environment(&proxy), &all).await? {
        bail!(
            "{}: {test} fails with every condition in its place",
            suite.package
        );
    }
    let tests = suite.tests.iter();
    let tests: BTreeMap<String, &String> =
        tests.map(|test| (installation_of(test), test)).collect();
    for (part, refused) in proxy.seen() {
        let candidates = found.entry(part).or_default();
        for installation in refused {
            let Some(&name) = tests.get(&installation) else {
                bail!(
                    "{}: an installation was not started by a test's own thread",
                    suite.package
                );
            };
            candidates.insert(Test {
                package: suite.package.clone(),
                name: name.clone(),
            });
        }
    }
    Ok(())
}

/// Look for a test that fails without a part of a condition. The first of the tests runs alone, and several times where it has
/// missed the part before: in a race, calls may by chance not meet.
pub(crate) async fn prove(
    stage: &Stage,
    suites: &[Suite],
    part: &Part,
    tests: &[Test],
    last: Option<&Test>,
) -> Result<Option<Test>> {
    let proxy = Proxy::start(stage.emulator, Some(part.clone())).await?;
    let environment = stage.environment(&proxy);
    let (first, others) = tests.split_at(tests.len().min(1));
    let (times, once_more) = match last {
        Some(_) if first.first() == last => (AGAIN, ONCE_MORE),
        _ => (1, 0),
    };
    let again = std::iter::repeat_n(first, once_more);
    let first = std::iter::repeat_n(first, times);
    for some in first.chain(others.chunks(TOGETHER)).chain(again) {
        for suite in suites {
            // A crate may have several suites.
            let own = some.iter().filter(|test| suite.has(test));
            let names: Vec<&str> = own.map(|test| test.name.as_str()).collect();
            if names.is_empty() {
                continue;
            }
            let outcome = suite.run(&environment, &names).await?;
            proxy.check()?;
            if let Outcome::Failed(name) = outcome {
                let package = suite.package.clone();
                return Ok(Some(Test { package, name }));
            }
        }
    }
    Ok(None)
}

/// The tests in which a part may have decided, in the order in which they are tried: the one that missed it the last time, even
/// if by chance it did not come to it now, then those in which the fewest parts may have.
pub(crate) fn in_order(part: &Part, candidates: &Candidates, last: Option<&Test>) -> Vec<Test> {
    let parts_of = |test: &Test| {
        let tests = candidates.values();
        tests.filter(|tests| tests.contains(test)).count()
    };
    let mut tests: BTreeSet<Test> = candidates.get(part).cloned().unwrap_or_default();
    tests.extend(last.cloned());
    let mut tests = Vec::from_iter(tests);
    tests.sort_by_cached_key(|test| (Some(test) != last, parts_of(test)));
    tests
}

impl Stage {
    fn environment(&self, proxy: &Proxy) -> BTreeMap<String, String> {
        let mut environment = self.environment.clone();
        environment.insert("AWS_ENDPOINT_URL".to_owned(), proxy.url().to_owned());
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidates, Part, Test, in_order};

    fn part(condition: &str) -> Part {
        let (write, condition) = ("Update".to_owned(), condition.to_owned());
        Part { write, condition }
    }

    fn test(name: &str) -> Test {
        let (package, name) = ("auth".to_owned(), name.to_owned());
        Test { package, name }
    }

    #[test]
    fn what_decided_little_else_is_tried_first_and_before_it_what_missed_it_last() {
        let candidates = Candidates::from([
            (
                part("[a]"),
                [test("all"), test("alone"), test("last")].into(),
            ),
            (part("[b]"), [test("all"), test("last")].into()),
            (part("[c]"), [test("all")].into()),
        ]);

        let after = |last| in_order(&part("[a]"), &candidates, Some(&test(last)));

        assert_eq!(after("other"), ["other", "alone", "last", "all"].map(test));
        assert_eq!(after("last"), ["last", "alone", "all"].map(test));
    }
}
