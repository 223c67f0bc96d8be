//! What a call of each function may cost: the budgets in the pages of the areas, and the rule that they stay within.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::tally::Counts;
use super::units::Units;
use crate::template;
use crate::workspace::Workspace;

/// The page of an area that has its budgets, in its folder.
const NAME: &str = "BUDGETS.md";
/// What every row of a function begins with; the table's head does not.
const ROW: &str = "| `";

/// The steps of a call that writes nothing. A step is 3 to 8 ms on AWS: what people feel of a call is their number.
const READ: u32 = 2;
/// The steps of one that writes: who calls, what there is, the transaction.
const WRITE: u32 = 3;
/// The doors, which ask for two limits and a try besides, never two of these at once.
const DOORS: [&str; 2] = ["obtain_token", "verify_otp"];
const DOOR: u32 = 4;
/// The door behind a door, which has a challenge with a try of its own, too.
const CHALLENGE: &str = "answer_challenge";
const SECOND_DOOR: u32 = 5;

/// What a function may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// The most that a warm call may be counted.
    pub(crate) counts: Counts,
    /// The reason why it has more steps than the rule allows, where it has.
    pub(crate) reason: String,
}

/// The budgets of an area.
#[derive(Debug)]
pub(crate) struct Page {
    /// The path of the page.
    pub(crate) path: PathBuf,
    /// The functions of the area, as its template names them.
    pub(crate) functions: Vec<String>,
    /// The budgets that the page has, by function.
    pub(crate) budgets: BTreeMap<String, Budget>,
}

/// The pages of all areas. One that is not there has no budgets.
pub(crate) fn pages(workspace: &Workspace) -> Result<Vec<Page>> {
    let areas = template::areas(workspace)?;
    let page = |area: &PathBuf| {
        let path = area.with_file_name(NAME);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let budgets = parse(&text).with_context(|| workspace.shown(&path))?;
        let functions = template::functions_of_area(workspace, area)?;
        Ok(Page {
            path,
            functions: functions.into_iter().map(|one| one.name).collect(),
            budgets,
        })
    };
    areas.iter().map(page).collect()
}

/// A function's row of a page.
pub(crate) fn row(name: &str, counts: &Counts, reason: &str) -> String {
    let Counts {
        steps,
        calls,
        writes,
        reads,
    } = counts;
    let row = format!("{ROW}{name}` | {steps} | {calls} | {writes} | {reads} | {reason}");
    format!("{} |", row.trim_end())
}

fn parse(page: &str) -> Result<BTreeMap<String, Budget>> {
    let mut budgets = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with(ROW)) {
        let (name, budget) = parse_row(line).with_context(|| format!("no budget: {line}"))?;
        if budgets.insert(name.clone(), budget).is_some() {
            bail!("{name} has two budgets");
        }
    }
    Ok(budgets)
}

fn parse_row(line: &str) -> Result<(String, Budget)> {
    let row: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [name, steps, calls, writes, reads, reason] = row[..] else {
        bail!("a budget has six cells");
    };
    let counts = Counts {
        steps: steps.parse()?,
        calls: calls.parse()?,
        writes: writes.parse()?,
        reads: reads.parse()?,
    };
    let reason = reason.to_owned();
    Ok((name.trim_matches('`').to_owned(), Budget { counts, reason }))
}

impl Budget {
    /// Whether the budget of a function has no more steps than the rule allows, or says why it does.
    pub(crate) fn is_allowed(&self, name: &str) -> bool {
        self.counts.steps <= steps_by_rule(name, &self.counts) || !self.reason.is_empty()
    }
}

/// The most steps that a budget may have without a reason.
fn steps_by_rule(name: &str, counts: &Counts) -> u32 {
    if name == CHALLENGE {
        SECOND_DOOR
    } else if DOORS.contains(&name) {
        DOOR
    } else if counts.writes > Units::default() {
        WRITE
    } else {
        READ
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Counts, Units, pages, parse, row, steps_by_rule};
    use crate::workspace::Workspace;

    const PAGE: &str = "# Budgets

| function | steps | calls | write units | read units | why more steps than the rule allows |
| --- | ---: | ---: | ---: | ---: | --- |
| `get_user` | 1 | 2 | 0 | 2.5 | |
| `slow` | 4 | 5 | 12 | 0 | It asks twice. |
";

    #[test]
    fn a_table_is_read_as_it_is_written() {
        let budgets = parse(PAGE).unwrap();
        let expected = Budget {
            counts: Counts {
                steps: 1,
                calls: 2,
                writes: Units::default(),
                reads: Units::halves(5),
            },
            reason: String::new(),
        };
        assert_eq!(budgets["get_user"], expected);
        assert_eq!(budgets["slow"].reason, "It asks twice.");
        for (name, budget) in &budgets {
            let row = row(name, &budget.counts, &budget.reason);
            assert!(PAGE.lines().any(|line| line == row), "{row}");
        }
    }

    #[test]
    fn a_row_that_says_no_budget_is_refused() {
        for row in [
            "| `f` | 1 | 1 | 0 | 0 |",
            "| `f` | one | 1 | 0 | 0 | |",
            "| `f` | 1 | 1 | 0.2 | 0 | |",
        ] {
            assert!(parse(row).is_err(), "{row}");
        }
        let row = "| `f` | 1 | 1 | 0 | 0 | |";
        assert!(parse(&format!("{row}\n{row}")).is_err());
    }

    #[test]
    fn every_function_has_a_budget_and_nothing_else_has() {
        for page in pages(&Workspace::find().unwrap()).unwrap() {
            let mut functions = page.functions;
            functions.sort_unstable();
            let path = page.path.display();
            assert!(page.budgets.keys().eq(&functions), "{path}: {functions:?}");
        }
    }

    #[test]
    fn a_budget_with_more_steps_than_the_rule_allows_gives_its_reason() {
        for page in pages(&Workspace::find().unwrap()).unwrap() {
            for (name, budget) in page.budgets {
                let is_more = budget.counts.steps > steps_by_rule(&name, &budget.counts);
                assert_eq!(is_more, !budget.reason.is_empty(), "{name}");
            }
        }
    }
}
