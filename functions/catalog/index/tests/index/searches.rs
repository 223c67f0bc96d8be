//! What words find, example by example.

use catalog_index::{Activity, Change, Entry, Index, Limits, Order, Query, Search};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use uuid::Uuid;

use crate::catalogue::entry;

/// A product of a name, a unit and a description.
fn product(number: u128, name: &str, sku: &str, text: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        skus: vec![sku.to_owned()],
        texts: vec![String::new(), text.to_owned()],
        is_active: false,
        ..entry(&mut StdRng::seed_from_u64(7), Uuid::from_u128(number), 1)
    }
}

/// The numbers of the products that a text finds, the best first. Each is a segment of its own.
fn find(products: &[Entry], typed: &str) -> Vec<u128> {
    let limits = Limits {
        segment: 1,
        ..Limits::default()
    };
    let entries = products.to_vec();
    let built = Index::empty()
        .rebuild(
            entries,
            catalog_index::Tree::default(),
            Uuid::nil(),
            &limits,
        )
        .unwrap();
    let query = Query {
        search: Some(Search::parse(typed)),
        activity: Activity::Inactive { creator: None },
        order: Order::Relevance,
        page_size: 100,
        ..Query::default()
    };
    let found: Vec<u128> = answer(&built.index, &query);
    // The same if all of them, or every other one, were put a moment ago.
    for (index, step) in [(Index::empty(), 1), (built.index, 2)] {
        let put = products.iter().step_by(step).cloned();
        let overlay = put.map(|product| {
            Change::Put(Box::new(Entry {
                version: 2,
                ..product
            }))
        });
        let query = Query {
            overlay: overlay.collect(),
            ..query.clone()
        };
        assert_eq!(answer(&index, &query), found, "{typed}");
    }
    found
}

fn answer(index: &Index, query: &Query) -> Vec<u128> {
    let answer = index.search(query).unwrap().unwrap();
    answer.rows.iter().map(|hit| hit.id.as_u128()).collect()
}

fn assert_finds(product: &Entry, finding: &[&str], not: &[&str]) {
    for typed in finding {
        assert_eq!(
            find(std::slice::from_ref(product), typed).len(),
            1,
            "{typed:?}"
        );
    }
    for typed in not {
        assert!(
            find(std::slice::from_ref(product), typed).is_empty(),
            "{typed:?}"
        );
    }
}

#[test]
fn case_accents_and_width_are_no_difference() {
    let product = product(1, "Émile’s Crème BRÛLÉE", "Ａ1", "Łódź, Straße; ΝΊΚΟΣ");
    assert_finds(
        &product,
        &[
            "emile's",
            "ÉMILE’S",
            "creme",
            "brulee",
            "Cre\u{300}me",
            "a1",
            "lodz",
            "STRASSE",
            "straße",
            "νικος",
        ],
        &["krème x", "lodzz x"],
    );
}

#[test]
fn all_words_must_be_found_in_whatever_field() {
    let product = product(1, "Green kettle", "KET-1", "for tea");
    assert_finds(
        &product,
        &["tea kettle", "green ket-1 for", "  tea\tkettle "],
        &["tea cup", "kettle cup"],
    );
}

#[test]
fn a_word_is_found_by_its_beginning_from_two_letters_on() {
    let product = product(1, "Kettle", "X", "日本茶");
    assert_finds(
        &product,
        &["ke", "kettl", "日", "日本", "茶"],
        &["k", "ttle", "本国"],
    );
}

#[test]
fn words_of_more_than_four_letters_may_be_mistyped_once() {
    let product = product(1, "kettle lamp", "X", "");
    assert_finds(
        &product,
        &[
            "ketle", "kettlee", "kattle", "ekttle", "kettel", "ktetle", "bkettle",
        ],
        // Two letters, or a short word.
        &[
            "katle", "ettlek", "kktttle", "lanp", "lmap", "lampee", "kklamp",
        ],
    );
}

#[test]
fn a_phrase_is_in_one_field_word_by_word() {
    let product = product(1, "Green tea leaves", "AB-12", "loose leaves of tea");
    assert_finds(
        &product,
        &[
            "\"green tea\"",
            "\"tea leaves\"",
            "“Green Téa”",
            "\"leaves of\" green",
            "\"tea\"",
            "\"ab-12\"",
            "\"AB 12\"",
        ],
        &[
            "\"tea green\"",
            "\"green te\"",
            "\"green leaves\"",
            "\"leaves loose\"",
            "\"leavess\"",
            "\"tea loose\"",
        ],
    );
}

#[test]
fn a_phrase_counts_as_much_as_its_words() {
    let products = [
        product(1, "cup", "C-1", "of green tea"),
        product(2, "cup", "C-2", "of green tea"),
        product(3, "cup", "C-3", "of green tea"),
        product(4, "green", "C-4", "tea: green tea"),
    ];
    assert_eq!(find(&products, "\"green tea\""), [1, 2, 3, 4]);
    assert_eq!(find(&products, "green tea"), [4, 1, 2, 3]);
    assert_eq!(find(&products, "\"of green\" green"), [1, 2, 3]);
}

#[test]
fn nothing_but_quotation_marks_means_something() {
    let product = product(1, "name x: tea and (cup) or* 5", "X", "\u{1f642}");
    assert_finds(
        &product,
        &[
            "tea AND cup",
            "name x",
            "te*",
            "-tea",
            "(cup)",
            "tea\"",
            "\"tea",
            "cup\\ ^~",
            "[5] 5",
        ],
        &["name:milk", "tea NOT milk", "*", "🙂", "\"\"", "\"5 or\""],
    );
}

#[test]
fn any_input_is_answered() {
    let product = product(1, "tea", "X", "");
    for typed in [
        "\0",
        "\u{fdfa}",
        "\"\"\"\"",
        "\u{202e}tea",
        "a\u{300}\u{301}\u{302}",
        "\\u0000",
        "%",
        "' or 1=1",
    ] {
        let _ = find(std::slice::from_ref(&product), &typed.repeat(3_000));
        let _ = find(std::slice::from_ref(&product), typed);
    }
    assert_finds(
        &product,
        &["", "  ", &"tea ".repeat(2_500), &"\"tea\" ".repeat(2_500)],
        &[&"x".repeat(10_000)],
    );
}

#[test]
fn what_fits_best_comes_first_however_it_is_written() {
    let products = [
        product(
            1,
            "cup",
            "C-1",
            "a kettle, and nothing but a kettle: kettle",
        ),
        product(2, "ketttle", "C-2", ""),
        product(3, "kettles", "C-3", ""),
        product(4, "kettle", "C-4", ""),
        product(5, "cup", "kettle", ""),
    ];
    // The name and the unit as they are, a beginning, a typo in a name, and then what is described.
    assert_eq!(find(&products, "kettle"), [4, 5, 3, 2, 1]);
}

#[test]
fn a_unit_that_is_typed_whole_comes_first() {
    let products = [
        product(1, "ab 12", "Q-2", ""),
        product(2, "cup", "AB-12", ""),
        product(3, "cup", "AB-123", ""),
        product(4, "cup", "12/AB", ""),
    ];
    assert_eq!(find(&products, "ab-12"), [2, 1, 4, 3]);
    // It is the beginning of two; its second word is one letter, which no word begins with.
    assert_eq!(find(&products, "AB-1"), [2, 3]);
}
