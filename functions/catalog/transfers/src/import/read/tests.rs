use proptest::prelude::*;

use super::*;

/// A file as rows, each with its number and its fields or the reason why it has none, when it is read by stretches of so many bytes.
fn by_stretches(file: &str, stretch: usize, is_csv: bool) -> Vec<(u64, String)> {
    let bytes = file.as_bytes();
    let (columns, mut at) = if is_csv {
        columns(bytes, true).unwrap()
    } else {
        (Vec::new(), 0)
    };
    let (mut rows, mut last, mut length) = (Vec::new(), 0, stretch);
    while at < bytes.len() {
        let end = bytes.len().min(at + length);
        let is_end = end == bytes.len();
        let read = if is_csv {
            csv(&bytes[at..end], is_end, &columns, last)
        } else {
            jsonl(&bytes[at..end], is_end, last)
        };
        // What is longer than the stretch comes with a longer one.
        let is_short = |read: &Rows| read.length == 0;
        let Ok(read) = read
            .map_err(drop)
            .and_then(|read| if is_short(&read) { Err(()) } else { Ok(read) })
        else {
            length *= 2;
            continue;
        };
        rows.extend(
            read.whole
                .iter()
                .map(|row| (row.number, format!("{:?}", row.said))),
        );
        (at, last, length) = (at + read.length, read.last, stretch);
    }
    rows
}

proptest! {
    #[test]
    fn csv_is_the_same_by_whatever_stretches(
        cells in prop::collection::vec(("[a\", \n\r'=-]{0,6}", "[ä;x]{0,3}"), 0..8), stretch in 1_usize..60, ends in any::<bool>(),
    ) {
        let mut writer = ::csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(["name", "sku"]).unwrap();
        for (name, sku) in &cells {
            writer.write_record([name, sku]).unwrap();
        }
        let mut file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        if !ends {
            file.truncate(file.trim_end_matches('\n').len());
        }
        let whole = by_stretches(&file, usize::MAX / 4, true);
        prop_assert_eq!(&by_stretches(&file, stretch, true), &whole);
        // A line of two empty cells is one; of one empty cell there would be none.
        prop_assert_eq!(whole.len(), cells.len());
    }

    #[test]
    fn lines_are_the_same_by_whatever_stretches(
        lines in prop::collection::vec("(\\{\"sku\":\"[a-zä ]{0,5}\"\\}|[{}x]{0,4})", 0..8), stretch in 1_usize..40, ends in any::<bool>(),
    ) {
        let file = lines.join("\r\n") + if ends { "\n" } else { "" };
        let whole = by_stretches(&file, usize::MAX / 4, false);
        prop_assert_eq!(by_stretches(&file, stretch, false), whole);
    }
}

#[test]
fn a_row_is_taken_up_to_its_length() {
    let file = |length: usize| format!("{{\"sku\": \"{}\"}}\n", "x".repeat(length));
    let row = file(LONGEST - 11);
    assert_eq!(row.trim().len(), LONGEST);
    assert_eq!(jsonl(row.as_bytes(), false, 0).unwrap().whole.len(), 1);
    let row = file(LONGEST - 10);
    assert_eq!(
        jsonl(row.as_bytes(), false, 6).unwrap_err(),
        Unreadable::TooLong(7)
    );
}

#[test]
fn a_step_has_two_thousand_rows_at_most() {
    let file = "{}\n".repeat(5_000);
    let read = jsonl(file.as_bytes(), true, 0).unwrap();
    assert_eq!(
        (read.whole.len(), read.length, read.last),
        (2_000, 6_000, 2_000)
    );
    let file = "A\n".repeat(5_000);
    let columns = columns(b"sku\n", true).unwrap().0;
    let read = csv(file.as_bytes(), true, &columns, 1).unwrap();
    assert_eq!(
        (read.whole.len(), read.length, read.last),
        (2_000, 4_000, 2_001)
    );
}
