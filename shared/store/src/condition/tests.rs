use super::*;

fn written(condition: Condition) -> String {
    condition.into_expression(&mut Placeholders::default())
}

#[test]
fn each_test_is_written_as_dynamodb_reads_it() {
    for (condition, expression) in [
        (equals("state", "A"), "#state = :v0"),
        (differs("state", "A"), "#state <> :v0"),
        (less("tries", 5), "#tries < :v0"),
        (at_most("tries", 5), "#tries <= :v0"),
        (greater("tries", 5), "#tries > :v0"),
        (at_least("tries", 5), "#tries >= :v0"),
        (exists("pk"), "attribute_exists(#pk)"),
        (absent("pk"), "attribute_not_exists(#pk)"),
        (contains("hashes", "a"), "contains(#hashes, :v0)"),
        (one_of("state", ["A"]), "#state IN (:v0)"),
        (one_of("state", ["A", "B"]), "#state IN (:v0, :v1)"),
        (unchanged("seen", Some(1)), "#seen = :v0"),
        (
            unchanged("seen", None::<i64>),
            "attribute_not_exists(#seen)",
        ),
        (equals("profile.version", 1), "#profile.#version = :v0"),
    ] {
        assert_eq!(written(condition), expression);
    }
}

#[test]
fn the_same_word_needs_no_parentheses_whichever_way_it_is_joined() {
    let all = || exists("a").and(exists("b"));
    let any = || exists("a").or(exists("b"));
    let [a, b, c] = ["a", "b", "c"].map(|name| format!("attribute_exists(#{name})"));

    let three = format!("{a} AND {b} AND {c}");
    assert_eq!(written(all().and(exists("c"))), three);
    assert_eq!(
        written(exists("a").and(exists("b").and(exists("c")))),
        three
    );
    assert_eq!(
        written(any().or(any())),
        format!("{a} OR {b} OR {a} OR {b}")
    );
}

#[test]
fn parentheses_stand_where_the_words_change_and_nowhere_else() {
    let [a, b, c] = ["a", "b", "c"].map(|name| format!("attribute_exists(#{name})"));
    let any = || exists("a").or(exists("b"));
    let all = || exists("a").and(exists("b"));

    assert_eq!(
        written(any().and(exists("c"))),
        format!("({a} OR {b}) AND {c}")
    );
    assert_eq!(
        written(exists("c").and(any())),
        format!("{c} AND ({a} OR {b})")
    );
    assert_eq!(
        written(all().or(exists("c"))),
        format!("({a} AND {b}) OR {c}")
    );
    assert_eq!(
        written(exists("c").and(all().or(any().and(exists("c"))))),
        format!("{c} AND (({a} AND {b}) OR (({a} OR {b}) AND {c}))")
    );
}
