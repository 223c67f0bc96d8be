use accounts::account::Users;
use accounts::people::People;

use crate::operator::operator_app;

/// Sets the people table right by the accounts, and gives them the spellings of their usernames that nobody has. Says after each page how far it is, and in the last line what it did.
pub(crate) async fn index_people() -> anyhow::Result<()> {
    let app = operator_app().await?;
    let people = People(app.store());

    let accounts = people
        .index_all(|count| println!("{} indexed", accounts(count)))
        .await?;
    let removed = people
        .remove_stale(|count| println!("{} looked at", entries(count, "")))
        .await?;
    let taken = Users(app.store()).take_spellings().await?;

    println!(
        "indexed {}, removed {}, gave {} of usernames",
        self::accounts(accounts),
        entries(removed, "stale "),
        spellings(taken)
    );
    Ok(())
}

fn accounts(count: usize) -> String {
    let noun = if count == 1 { "account" } else { "accounts" };
    format!("{} {noun}", grouped(count))
}

fn entries(count: usize, kind: &str) -> String {
    let noun = if count == 1 { "entry" } else { "entries" };
    format!("{} {kind}{noun}", grouped(count))
}

fn spellings(count: usize) -> String {
    let noun = if count == 1 { "spelling" } else { "spellings" };
    format!("{} {noun}", grouped(count))
}

/// A number as people read it: `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_people_read_them() {
        for (count, text) in [
            (0, "0 accounts"),
            (1, "1 account"),
            (999, "999 accounts"),
            (12_345, "12,345 accounts"),
            (1_234_567, "1,234,567 accounts"),
        ] {
            assert_eq!(accounts(count), text);
        }
        assert_eq!(entries(1, "stale "), "1 stale entry");
        assert_eq!(spellings(1), "1 spelling");
        assert_eq!(spellings(0), "0 spellings");
    }
}
