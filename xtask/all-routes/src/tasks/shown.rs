//! How lists are printed.

use anyhow::Context as _;
use kernel::task::TaskState;
use strum::VariantArray as _;

/// The longest text in the last column.
const LONGEST: usize = 100;

/// Prints columns, each at least so wide.
pub(super) fn line(columns: &[(usize, &str)]) {
    let cells = columns
        .iter()
        .map(|(width, text)| format!("{text:<width$}"));
    let cells: Vec<String> = cells.collect();
    println!("{}", cells.join("  ").trim_end());
}

/// A text that fits at the end of a line.
pub(super) fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// The states that a name stands for; none of them for all.
pub(super) fn states(name: Option<&str>) -> anyhow::Result<Vec<TaskState>> {
    match name {
        None => Ok(Vec::new()),
        Some("OPEN") => {
            let all = TaskState::VARIANTS.iter().copied();
            Ok(all.filter(|state| !state.is_final()).collect())
        }
        Some(name) => {
            let state = name.parse().ok();
            let state = state.with_context(|| format!("{name} is no state of a task"))?;
            Ok(vec![state])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_named_as_in_the_api() {
        assert_eq!(states(None).unwrap(), []);
        assert_eq!(states(Some("FAILURE")).unwrap(), [TaskState::Failure]);
        assert_eq!(states(Some("OPEN")).unwrap().len(), 3);
        assert!(states(Some("failed")).is_err());
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"é".repeat(200)), format!("{}…", "é".repeat(100)));
    }
}
