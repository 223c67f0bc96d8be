//! What the tests of reports share.

use kernel::id::TaskId;
use operations_testing::{Answer, Call, LoggedIn, TestApp};
use serde_json::{Value, json};

/// What a request for a report is.
pub(crate) fn asking(report: &str, month: &str) -> Value {
    json!({"type": "report", "report": report, "month": month})
}

/// Asks for a report, and gives the task's id.
pub(crate) async fn ask(app: &TestApp, who: &LoggedIn, report: &str, month: &str) -> TaskId {
    let id = app.ask_for(who, &asking(report, month)).await;
    id.parse().unwrap()
}

/// Asks where the files of a report are.
pub(crate) async fn show(app: &TestApp, who: &LoggedIn, id: TaskId) -> Answer {
    let call = Call::get(&format!("/api/v1/tasks/{id}/files"));
    app.call(call.with_token(&who.access)).await
}

/// The files of a report, as their owner fetches them: each with its name.
pub(crate) async fn fetch(app: &TestApp, who: &LoggedIn, id: TaskId) -> Vec<(String, Vec<u8>)> {
    let shown = show(app, who, id).await.expect(200).json;
    let mut files = Vec::new();
    for file in shown["files"].as_array().unwrap() {
        let (status, headers, body) = app.download(file["url"].as_str().unwrap()).await;
        assert_eq!(status, 200, "{file}");
        assert_eq!(
            headers["content-type"],
            file["content_type"].as_str().unwrap()
        );
        let name = file["name"].as_str().unwrap();
        let disposition = headers["content-disposition"].to_str().unwrap();
        assert_eq!(disposition, format!("attachment; filename=\"{name}\""));
        files.push((name.to_owned(), body.to_vec()));
    }
    files
}

/// The lines of a CSV file, as another program reads them.
pub(crate) fn lines(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file);
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

/// A column of a CSV file, without its name.
pub(crate) fn column(lines: &[Vec<String>], name: &str) -> Vec<String> {
    let place = lines[0].iter().position(|heading| heading == name);
    let place = place.unwrap_or_else(|| panic!("no column {name}: {:?}", lines[0]));
    lines[1..].iter().map(|line| line[place].clone()).collect()
}

/// The sum of a column.
pub(crate) fn sum(lines: &[Vec<String>], name: &str) -> u64 {
    let numbers = column(lines, name).into_iter();
    numbers.map(|number| number.parse::<u64>().unwrap()).sum()
}
