//! What was counted, held against the budgets.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use super::budget::{Budget, Page, row};
use super::tally::Counts;
use crate::workspace::Workspace;

/// The instructions from exec to the first `/next`, and what each call of AWS adds to them that is made before it: its client and
/// its connection are made for it, which the first event is spared.
pub(crate) const START: u64 = 1_250_000;
pub(crate) const START_OF_CALL: u64 = 1_950_000;
/// The instructions of a warm call, and what each call of AWS adds to them. The SDK takes 0.63 M of that; the rest is SHA, which
/// valgrind has no instruction for, and what is made of the answer.
pub(crate) const WARM: u64 = 350_000;
pub(crate) const WARM_OF_CALL: u64 = 750_000;
/// What a transaction adds besides: it says as much as several calls, and what is said is hashed to be signed.
pub(crate) const WARM_OF_TRANSACTION: u64 = 500_000;
/// What it adds that a token is checked, and that a pair of them is made: Ed25519, without what valgrind has no instruction for.
pub(crate) const WARM_OF_CHECK: u64 = 750_000;
pub(crate) const WARM_OF_PAIR: u64 = 250_000;
/// The functions that check a token of the body, and those that make a pair.
const CHECK_IN_BODY: [&str; 1] = ["refresh_token"];
const MAKE_PAIR: [&str; 4] = [
    "answer_challenge",
    "obtain_token",
    "refresh_token",
    "verify_otp",
];
/// The functions whose own work is more than to ask AWS, and the instructions that they may take for it.
pub(crate) const OWN_WORK: [(&str, u64); 10] = [
    ("begin_totp", 15_000_000),        // a QR code
    ("create_avatar_upload", 500_000), // a form that S3 takes, signed
    ("create_image_upload", 500_000),  // the same
    ("index_people", 1_250_000),       // a dozen entries
    ("process_avatar", 1_500_000_000), // a picture, in two sizes
    ("process_image", 2_000_000_000),  // a picture, in three sizes
    ("serve_asset", 500_000),          // a file
    ("serve_schema", 4_500_000),       // a document of 300 kB
    ("show_avatar", 250_000),          // the address of a picture, signed
    ("show_image", 250_000),           // the same
];

/// What was counted of a function.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    /// The function's name.
    pub(crate) name: String,
    /// What a warm call costs.
    pub(crate) counts: Counts,
    /// The calls of AWS before the first event.
    pub(crate) ahead: u32,
    /// The transactions among the calls of a warm call.
    pub(crate) transactions: u32,
    /// Whether it is called with an access token.
    pub(crate) has_caller: bool,
    /// What the processor does, where valgrind counts it.
    pub(crate) instructions: Option<Instructions>,
    /// What the warm calls were answered.
    pub(crate) answer: String,
}

/// The instructions of a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instructions {
    /// From exec to the first `/next`.
    pub(crate) start: u64,
    /// Of a warm call, without password hashes.
    pub(crate) warm: u64,
}

impl Counted {
    /// The most instructions of its start.
    fn start_limit(&self) -> u64 {
        START + START_OF_CALL * u64::from(self.ahead)
    }

    /// The most instructions of a warm call.
    fn warm_limit(&self) -> u64 {
        let name = self.name.as_str();
        let own = OWN_WORK.iter().find(|(own, _)| *own == name);
        let checks = self.has_caller || CHECK_IN_BODY.contains(&name);
        WARM + own.map_or(0, |(_, work)| *work)
            + WARM_OF_CALL * u64::from(self.counts.calls)
            + WARM_OF_TRANSACTION * u64::from(self.transactions)
            + WARM_OF_CHECK * u64::from(checks)
            + WARM_OF_PAIR * u64::from(MAKE_PAIR.contains(&name))
    }
}

/// Functions held against their budgets.
pub(crate) struct Judgement {
    /// The table, in which what is over a budget is bold.
    pub(crate) table: String,
    /// The number of values that are over a budget, or have none.
    pub(crate) breaches: usize,
    /// The rows of budgets that are not what was counted, ready to take the place of the old ones.
    pub(crate) rows: String,
}

/// Hold what was counted against the budgets.
pub(crate) fn judge(workspace: &Workspace, pages: &[Page], counted: &[Counted]) -> Judgement {
    let budgets: BTreeMap<_, _> = pages.iter().flat_map(|page| &page.budgets).collect();
    let mut table = "| function | steps | calls | write units | read units | instructions, exec to first `/next` (M) | instructions, warm call (M) | answer |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n"
        .to_owned();
    let mut breaches = 0;
    for function in counted {
        let budget = budgets.get(&function.name).copied();
        write_row(&mut table, function, budget, &mut breaches);
    }

    let mut rows = String::new();
    for page in pages {
        let others = counted.iter().filter(|function| {
            let budget = budgets.get(&function.name);
            let is_kept = budget.is_some_and(|budget| budget.counts == function.counts);
            page.functions.contains(&function.name) && !is_kept
        });
        let others: Vec<_> = others
            .map(|function| {
                let budget = budgets.get(&function.name);
                let reason = budget.map_or("", |budget| budget.reason.as_str());
                let row = row(&function.name, &function.counts, reason);
                let note = budget.map_or("no budget yet", |budget| compared(function, budget));
                format!("{row} <- {note}\n")
            })
            .collect();
        if !others.is_empty() {
            let _ = write!(
                rows,
                "{}, as counted:\n{}",
                workspace.shown(&page.path),
                others.concat()
            );
        }
    }
    Judgement {
        table,
        breaches,
        rows,
    }
}

/// What is to be done about a budget that is not what was counted.
fn compared(function: &Counted, budget: &Budget) -> &'static str {
    let (counted, allowed) = (&function.counts, &budget.counts);
    let is_over = counted.steps > allowed.steps
        || counted.calls > allowed.calls
        || counted.writes > allowed.writes
        || counted.reads > allowed.reads;
    if is_over {
        "over its budget"
    } else {
        "below its budget, which can be lowered"
    }
}

fn write_row(table: &mut String, of: &Counted, budget: Option<&Budget>, breaches: &mut usize) {
    let allowed = budget.map(|budget| budget.counts);
    // One that is larger than the rule allows, and does not say why, allows no steps.
    let steps = budget.map(|budget| {
        if budget.is_allowed(&of.name) {
            budget.counts.steps
        } else {
            0
        }
    });
    let counts = of.counts;
    let cells = [
        held(&counts.steps, steps, breaches),
        held(&counts.calls, allowed.map(|budget| budget.calls), breaches),
        held(
            &counts.writes,
            allowed.map(|budget| budget.writes),
            breaches,
        ),
        held(&counts.reads, allowed.map(|budget| budget.reads), breaches),
    ];
    let mut cell = |count: u64, limit: u64| {
        let shown = format!("{:.2}", millions(count));
        mark(shown, count <= limit, Some(breaches))
    };
    let none = || "–".to_owned();
    let (start, warm) = match of.instructions {
        Some(Instructions { start, warm }) => {
            (cell(start, of.start_limit()), cell(warm, of.warm_limit()))
        }
        None => (none(), none()),
    };
    let _ = writeln!(
        table,
        "| `{}` | {} | {start} | {warm} | {} |",
        of.name,
        cells.join(" | "),
        of.answer
    );
}

/// A count in its cell, with its budget where it is over that.
fn held<T: Ord + Display>(count: &T, allowed: Option<T>, breaches: &mut usize) -> String {
    match allowed {
        Some(allowed) if *count <= allowed => count.to_string(),
        Some(allowed) => mark(format!("{count} of {allowed}"), false, Some(breaches)),
        None => mark(format!("{count} of ?"), false, Some(breaches)),
    }
}

/// A value in its cell, bold when it breaks its limit. Without `breaches` it has none.
pub(crate) fn mark(shown: String, kept: bool, breaches: Option<&mut usize>) -> String {
    match breaches {
        Some(count) if !kept => {
            *count += 1;
            format!("**{shown}**")
        }
        _ => shown,
    }
}

/// A number in millions.
#[expect(clippy::cast_precision_loss, reason = "rounded for people")]
pub(crate) fn millions(count: u64) -> f64 {
    count as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::super::units::Units;
    use super::{Budget, Counted, Counts, Instructions, Page, judge};
    use crate::workspace::Workspace;

    fn counts(steps: u32, calls: u32, writes: u64, reads: u64) -> Counts {
        let [writes, reads] = [writes, reads].map(Units::whole);
        Counts {
            steps,
            calls,
            writes,
            reads,
        }
    }

    fn counted(name: &str, counts: Counts, warm: u64) -> Counted {
        Counted {
            name: name.to_owned(),
            counts,
            ahead: 0,
            transactions: 0,
            has_caller: false,
            instructions: Some(Instructions {
                start: 1_250_000,
                warm,
            }),
            answer: "200".to_owned(),
        }
    }

    fn page(budgets: &[(&str, Counts)]) -> Page {
        let mut functions: Vec<_> = budgets.iter().map(|(name, _)| (*name).to_owned()).collect();
        functions.push("new".to_owned());
        let budgets = budgets.iter().map(|(name, counts)| {
            let budget = Budget {
                counts: *counts,
                reason: "For a reason.".to_owned(),
            };
            ((*name).to_owned(), budget)
        });
        Page {
            path: "functions/area/BUDGETS.md".into(),
            functions,
            budgets: budgets.collect(),
        }
    }

    #[test]
    fn what_is_over_a_budget_is_bold_and_what_is_below_is_told() {
        let two = counts(2, 2, 2, 2);
        let page = page(&[("kept", two), ("over", two), ("below", two)]);
        let all = [
            counted("kept", two, 1_850_000),
            counted("over", counts(3, 2, 4, 2), 1_860_000),
            counted("below", counts(1, 2, 2, 2), 0),
        ];

        let judged = judge(&Workspace::find().unwrap(), &[page], &all);

        assert_eq!(judged.breaches, 3, "{}", judged.table);
        for row in [
            "| `kept` | 2 | 2 | 2 | 2 | 1.25 | 1.85 | 200 |",
            "| `over` | **3 of 2** | 2 | **4 of 2** | 2 | 1.25 | **1.86** | 200 |",
            "| `below` | 1 | 2 | 2 | 2 | 1.25 | 0.00 | 200 |",
        ] {
            assert!(judged.table.contains(row), "{}", judged.table);
        }
        assert_eq!(
            judged.rows,
            "functions/area/BUDGETS.md, as counted:\n\
             | `over` | 3 | 2 | 4 | 2 | For a reason. | <- over its budget\n\
             | `below` | 1 | 2 | 2 | 2 | For a reason. | <- below its budget, which can be lowered\n"
        );
    }

    #[test]
    fn a_function_without_a_budget_breaks_it() {
        let all = [counted("new", counts(0, 0, 0, 0), 0)];
        let judged = judge(&Workspace::find().unwrap(), &[page(&[])], &all);
        assert_eq!(judged.breaches, 4);
        assert!(
            judged
                .rows
                .contains("| `new` | 0 | 0 | 0 | 0 | | <- no budget yet")
        );
    }

    #[test]
    fn what_a_call_does_besides_asking_aws_has_its_share() {
        let bare = counted("get_thing", counts(1, 2, 0, 0), 0);
        assert_eq!(bare.warm_limit(), 350_000 + 2 * 750_000);
        assert_eq!(bare.start_limit(), 1_250_000);
        let more = Counted {
            ahead: 2,
            transactions: 1,
            has_caller: true,
            ..counted("refresh_token", counts(1, 2, 0, 0), 0)
        };
        // Checks one token, though two are sent, and makes a pair.
        assert_eq!(
            more.warm_limit(),
            bare.warm_limit() + 500_000 + 750_000 + 250_000
        );
        assert_eq!(more.start_limit(), 1_250_000 + 2 * 1_950_000);
    }

    #[test]
    fn own_work_has_its_share_too() {
        let none = counts(0, 0, 0, 0);
        let bare = counted("get_thing", none, 0).warm_limit();
        let own = counted("serve_asset", none, 0).warm_limit();
        assert_eq!(own, bare + 500_000);
    }
}
