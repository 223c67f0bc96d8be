use super::*;
use crate::condition::{absent, at_most, equals, exists};

fn item<'a>() -> Update<'a, false> {
    let (pk, sk) = ("A".to_owned(), "B".to_owned());
    Update::of("table", Key { pk, sk })
}

fn written(update: Update<'_>) -> types::Update {
    let write = update.in_transaction();
    write.update().expect("it is an update").clone()
}

fn expression(update: Update<'_>) -> String {
    written(update).update_expression().to_owned()
}

#[test]
fn each_change_is_written_as_dynamodb_reads_it() {
    for (update, wanted) in [
        (item().set("state", "A"), "SET #state = :v0"),
        (
            item().set("profile.version", 1),
            "SET #profile.#version = :v0",
        ),
        (item().add("calls", 1), "SET #calls = #calls + :v0"),
        (
            item().count_from(0, "calls"),
            "SET #calls = if_not_exists(#calls, :v0) + :v1",
        ),
        (
            item().count_up("calls", 7),
            "SET #calls = if_not_exists(#calls, :v0) + :v1",
        ),
        (item().subtract("calls", 1), "SET #calls = #calls - :v0"),
        (
            item().set_if_absent("ended_at", 7),
            "SET #ended_at = if_not_exists(#ended_at, :v0)",
        ),
        (
            item().copy_or_set("ttl", "kept_until", 7),
            "SET #ttl = if_not_exists(#kept_until, :v0)",
        ),
        (item().remove(["state"]), "REMOVE #state"),
        (item().remove(["state", "ttl"]), "REMOVE #state, #ttl"),
        (item().remove_from_set("hashes", "a"), "DELETE #hashes :v0"),
    ] {
        assert_eq!(expression(update), wanted);
    }
}

#[test]
fn changes_of_one_kind_stand_together_however_they_were_given() {
    let update = item()
        .remove(["a"])
        .set("b", 1)
        .remove_from_set("c", "x")
        .remove(["d", "e"])
        .add("f", 2)
        .remove_from_set("g", "y");

    assert_eq!(
        expression(update),
        "SET #b = :v0, #f = #f + :v2 REMOVE #a, #d, #e DELETE #c :v1, #g :v3"
    );
}

#[test]
fn update_and_condition_share_names_and_values() {
    let is_free = equals("state", "PENDING").or(at_most("lease_until", 5));
    let update = item()
        .set("state", "STARTED")
        .set("seen_at", 5)
        .when(is_free);
    let update = written(update);

    assert_eq!(
        update.update_expression(),
        "SET #state = :v0, #seen_at = :v1"
    );
    assert_eq!(
        update.condition_expression(),
        Some("#state = :v2 OR #lease_until <= :v1")
    );
    let names = update.expression_attribute_names().expect("it has names");
    let mut names: Vec<_> = names.values().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["lease_until", "seen_at", "state"]);
    let values = update.expression_attribute_values().expect("it has values");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    assert_eq!(values.len(), 3);
    assert_eq!(values[":v0"], text("STARTED"));
    assert_eq!(values[":v1"], AttributeValue::N("5".to_owned()));
    assert_eq!(values[":v2"], text("PENDING"));
}

#[test]
fn all_of_several_conditions_must_hold() {
    let any = absent("a").or(absent("b"));
    let update = item().when(exists("pk")).remove(["c"]).when(any);

    assert_eq!(
        written(update).condition_expression(),
        Some("attribute_exists(#pk) AND (attribute_not_exists(#a) OR attribute_not_exists(#b))")
    );
}

#[test]
fn an_update_without_a_condition_or_a_value_has_none() {
    let update = written(item().remove(["a"]));

    assert_eq!(update.table_name(), "table");
    assert_eq!(update.key()["pk"], AttributeValue::S("A".to_owned()));
    assert_eq!(update.condition_expression(), None);
    assert_eq!(update.expression_attribute_values(), None);
}
