use catalog_testing::Shop;
use kernel::task::TaskState;
use serde_json::{Value, json};

use crate::support::{COLUMNS, counted, counts, fetch, find, import, tea};

#[tokio::test]
async fn csv_is_read_as_it_is_written_anywhere() {
    let shop = Shop::open().await;
    for (number, file) in [
        // A byte order mark, Windows' line ends, columns in another order, none of `record`.
        "\u{feff}categories,currency,price,name,sku\r\ntea,EUR,8.90,Green,1\r\n".to_owned(),
        // No line end at the end, and lines without anything.
        format!("{COLUMNS}\n\n2,Green 2,8,EUR,tea\n\n"),
        format!("{COLUMNS}\n3,Green 3,8,EUR,tea"),
        // Quotation marks, lines, commas in cells; blanks around column names.
        " sku , name,price,currency,categories,description\n4,\"G \"\"4\"\"\",8,EUR,\"tea\",\"a,\nb\"\n".to_owned(),
        // Truth values as spreadsheets write them.
        format!("record,{COLUMNS},is_active,is_digital\nproduct,5,G 5,8,EUR,tea,FALSE,True\n"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(counts(&shop, "csv", &file).await, [1, 0, 0, 0], "{number}: {file}");
    }
    let fourth = find(&shop, "4").await;
    assert_eq!(
        (&fourth["name"], &fourth["description"]),
        (&json!("G \"4\""), &json!("a,\nb"))
    );
    let fifth = find(&shop, "5").await;
    assert_eq!(
        (&fifth["is_active"], &fifth["is_digital"]),
        (&json!(false), &json!(true))
    );
    // Nothing but column names is nothing to do.
    assert_eq!(counts(&shop, "csv", COLUMNS).await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn json_lines_are_read() {
    let shop = Shop::open().await;
    let file = format!(
        "\u{feff}{}\n  \r\n{}",
        tea("1", &json!({})),
        tea("2", &json!({})).trim()
    );
    assert_eq!(counts(&shop, "jsonl", &file).await, [2, 0, 0, 0]);
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_whole() {
    let shop = Shop::open().await;
    let long = "x".repeat(70_000);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "csv",
            b"\n\n".to_vec(),
            "The file has no line of column names.",
        ),
        (
            "csv",
            "\u{feff}".into(),
            "The file has no line of column names.",
        ),
        (
            "csv",
            b"sku,colour\nA,red\n".to_vec(),
            "Column 2 is not known: colour.",
        ),
        (
            "csv",
            b"sku,ann@example.com\n".to_vec(),
            "Column 2 is not known.",
        ),
        (
            "csv",
            b"sku,name,sku\n".to_vec(),
            "The column sku is there twice.",
        ),
        ("csv", b"sku,\n".to_vec(), "Column 2 is not known."),
        ("csv", b"sku;name\n".to_vec(), "Column 1 is not known."),
        (
            "csv",
            b"sku,n\xffme\n".to_vec(),
            "The column names are not UTF-8.",
        ),
        (
            "csv",
            b"\xff\xfes\0k\0u\0\n\0".to_vec(),
            "The column names are not UTF-8.",
        ),
        (
            "csv",
            b"PK\x03\x04\x14\0".to_vec(),
            "Column 1 is not known.",
        ),
        (
            "csv",
            long.clone().into(),
            "Row 1 has more than 64 kB: is a quotation mark missing? What stands before it is imported.",
        ),
        (
            "csv",
            format!("sku,name\nA,\"{long}\"\n").into(),
            "Row 2 has more than 64 kB: is a quotation mark missing? What stands before it is imported.",
        ),
        (
            "csv",
            format!("sku,name\nA,\"{}", "b\n".repeat(200_000)).into(),
            "Row 2 has more than 64 kB: is a quotation mark missing? What stands before it is imported.",
        ),
        (
            "jsonl",
            format!("{{\"sku\": \"{long}\"}}\n").into(),
            "Row 1 has more than 64 kB: is a quotation mark missing? What stands before it is imported.",
        ),
        (
            "jsonl",
            vec![b'x'; 300_000],
            "Row 1 has more than 64 kB: is a quotation mark missing? What stands before it is imported.",
        ),
    ];
    for (format, file, reason) in cases {
        let ended = import(&shop, format, &file).await;
        let begin = String::from_utf8_lossy(&file[..file.len().min(40)]).into_owned();
        assert_eq!(
            (ended.state, &*ended.error),
            (TaskState::Failure, reason),
            "{begin}"
        );
    }
}

#[tokio::test]
async fn a_row_that_is_none_is_refused_alone() {
    let shop = Shop::open().await;
    let rows: [(&[u8], &str, &str); 6] = [
        (
            b"B,Green,8,EUR",
            "row",
            "This row has 4 cells, and there are 5 columns.",
        ),
        (b"B,Gr\xffn,8,EUR,tea", "row", "This row is not UTF-8."),
        (
            b"B,Green,8,EUR,tea,more",
            "row",
            "This row has 6 cells, and there are 5 columns.",
        ),
        (b",Green,8,EUR,tea", "sku", "This field is required."),
        (
            b"B,Green,8,EUR,\"tea",
            "row",
            "A quotation mark is missing.",
        ),
        (
            b"'=B,Green,8,EUR,tea",
            "sku",
            "Enter letters, digits, and - _ . / + between, 64 at most.",
        ),
    ];
    for (row, field, reason) in rows {
        let mut file = format!("{COLUMNS}\nA,Green,8,EUR,tea\n").into_bytes();
        file.extend(row);
        let ended = import(&shop, "csv", &file).await;
        assert_eq!(counted(&ended)[3], 1, "{ended:?}");
        let told = fetch(&shop, ended.id).await;
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines[0], r#""row","record","name","code","field","reason""#);
        assert!(lines[1].starts_with("3,"), "{told}");
        assert!(
            lines[1].ends_with(&format!("\"invalid_fields\",\"{field}\",\"{reason}\"")),
            "{told}"
        );
    }
}

#[tokio::test]
async fn lines_that_are_no_objects_are_refused_one_by_one() {
    let shop = Shop::open().await;
    let lines: [(&[u8], &str, &str); 9] = [
        (b"[1]", "malformed_json", "null"),
        (b"{\"sku\": \"B\"", "malformed_json", "null"),
        (b"{\"sku\": \"B\xff\"}", "malformed_json", "null"),
        (b"{\"sku\": \"B\", \"sku\": \"C\"}", "invalid_fields", "sku"),
        (
            b"{\"sku\": \"B\", \"colour\": \"red\"}",
            "invalid_fields",
            "colour",
        ),
        (b"{\"record\": \"order\"}", "invalid_fields", "record"),
        (b"{\"record\": 5}", "invalid_fields", "record"),
        (b"{\"sku\": 5}", "invalid_fields", "sku"),
        (
            b"{\"record\": \"category\", \"slug\": \"a\", \"sku\": \"B\"}",
            "invalid_fields",
            "sku",
        ),
    ];
    let mut file = tea("A", &json!({})).into_bytes();
    for (line, _, _) in lines {
        file.extend(line);
        file.push(b'\n');
    }
    let ended = import(&shop, "jsonl", &file).await;
    assert_eq!(counted(&ended), [1, 0, 0, 9]);
    let told = fetch(&shop, ended.id).await;
    for ((number, line), (_, code, field)) in told.lines().enumerate().zip(lines) {
        let told: Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (&told["row"], &told["code"]),
            (&json!(number + 2), &json!(code)),
            "{line}"
        );
        let has_field = told["details"].get(field).is_some();
        assert_eq!(has_field, field != "null", "{line}");
    }
    assert_eq!(told.lines().count(), 9);
}
