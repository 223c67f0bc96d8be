//! What is told of the rows that are refused: a file with a line for each reason.
//!
//! While the import goes on, the lines are kept in parts. The last part is written anew with what a step adds to it, until it is
//! large enough; how much of it counts stands in the state, so that a step that is done again adds its lines once.

use api::ApiError;
use catalog::transfer::{Format, TransferFile, TransferKey};
use cloud::App;
use kernel::formula::guarded;
use kernel::id::{TaskId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use work::Failure;

use crate::record::Record;

/// The rows of which the file tells: whoever has more of them has a file that is wrong as a whole.
pub(crate) const MOST_LISTED: u64 = 10_000;

/// The bytes from which on a part is left as it is.
const PART: usize = 256 * 1024;

/// The longest name of a row or of a field that is told, in characters: they come from the file.
const LONGEST: usize = 100;

/// What is told so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// The rows.
    pub(crate) rows: u64,
    /// The last part, and the bytes of it that count.
    part: u32,
    length: usize,
}

/// A row that is refused.
pub(crate) struct Refused<'a> {
    /// Its number.
    pub(crate) number: u64,
    /// What it is of, where that can be read.
    pub(crate) record: Option<Record>,
    /// What it is called, by its SKU or slug.
    pub(crate) name: &'a str,
    /// Why it is refused: as the API would say it.
    pub(crate) error: &'a ApiError,
}

/// The file of an import.
pub(crate) struct RefusedFile<'a> {
    pub(crate) app: &'a App,
    pub(crate) owner: UserId,
    pub(crate) task_id: TaskId,
    pub(crate) format: Format,
}

impl RefusedFile<'_> {
    /// Adds the rows of a step behind what is told so far.
    pub(crate) async fn add(
        &self,
        listed: Listed,
        refused: &[Refused<'_>],
    ) -> Result<Listed, Failure> {
        let room = usize::try_from(MOST_LISTED - listed.rows.min(MOST_LISTED));
        let refused = &refused[..refused.len().min(room.unwrap_or_default())];
        if refused.is_empty() {
            return Ok(listed);
        }
        let (part, mut lines) = if listed.length >= PART {
            (listed.part + 1, Vec::new())
        } else {
            (listed.part, self.part(listed.part, listed.length).await?)
        };
        for row in refused {
            lines.extend(self.lines(row));
        }
        let length = lines.len();
        let (files, content_type) = (self.app.files(), self.format.content_type());
        let key = self.key(TransferFile::Refused(part));
        files.put(&key, content_type, lines).await?;
        Ok(Listed {
            rows: listed.rows + refused.len() as u64,
            part,
            length,
        })
    }

    /// Writes the file whole, and gives its length in bytes.
    pub(crate) async fn finish(&self, listed: Listed) -> Result<usize, Failure> {
        let mut whole = match self.format {
            Format::Csv => line_of(&["row", "record", "name", "code", "field", "reason"]),
            Format::Jsonl => Vec::new(),
        };
        for part in 0..=listed.part {
            let length = if part == listed.part {
                listed.length
            } else {
                usize::MAX
            };
            whole.extend(self.part(part, length).await?);
        }
        let length = whole.len();
        let (files, content_type) = (self.app.files(), self.format.content_type());
        let key = self.key(TransferFile::Result(self.format));
        files.put(&key, content_type, whole).await?;
        Ok(length)
    }

    /// What counts of a part.
    async fn part(&self, part: u32, length: usize) -> Result<Vec<u8>, Failure> {
        if length == 0 {
            return Ok(Vec::new());
        }
        let key = self.key(TransferFile::Refused(part));
        let mut lines = self.app.files().get(&key).await?.unwrap_or_default();
        lines.truncate(length);
        Ok(lines)
    }

    fn key(&self, file: TransferFile) -> TransferKey {
        TransferKey {
            owner: self.owner,
            task_id: self.task_id,
            file,
        }
    }

    /// The lines of a row: one for each reason.
    fn lines(&self, row: &Refused<'_>) -> Vec<u8> {
        let (number, code) = (row.number, row.error.code());
        let record = row.record.map(Record::as_str);
        let name = cut(row.name);
        match self.format {
            Format::Jsonl => {
                let details = row.error.details().iter();
                let details: serde_json::Map<_, _> = details
                    .map(|(field, reasons)| (cut(field), json!(reasons)))
                    .collect();
                let line = json!({
                    "row": number, "record": record, "name": name, "code": code,
                    "error": row.error.message(), "details": details,
                });
                format!("{line}\n").into_bytes()
            }
            Format::Csv => {
                let number = number.to_string();
                let cells = |field: &str, reason: &str| {
                    let record = record.unwrap_or_default();
                    let [name, field] = [&name, &cut(field)].map(|text| guarded(text));
                    line_of(&[&number, record, &name, code, &field, reason])
                };
                let details = row.error.details();
                if details.is_empty() {
                    return cells("", row.error.message());
                }
                let reasons = details.iter().flat_map(|(field, reasons)| {
                    let reasons = reasons.iter();
                    reasons.flat_map(|reason| cells(field, reason))
                });
                reasons.collect()
            }
        }
    }
}

/// A line of a CSV file.
pub(crate) fn line_of(cells: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::NonNumeric)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(cells)
        .expect("what is written to memory is written");
    writer
        .into_inner()
        .expect("what is written to memory is written")
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
