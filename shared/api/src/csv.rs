//! Lists as files for spreadsheets (RFC 4180).

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use store::{Page, PageRequest, Position, StoreError};

use crate::Answer;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::paging::Paging;

/// Entries that are read at once.
const CHUNK: usize = 500;

/// Lines of a file at most; what is left over is another file, and the `Link` header says where.
const MAX_LINES: usize = 5_000;

/// Octets of a file, beyond which no more entries are read. Lambda's answers end at 6 MB, of which quotes take more than
/// their share: they are escaped on the way. A chunk is at most some 1 MB.
const MAX_BYTES: usize = 3_000_000;

/// What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection); Excel, in its East Asian forms as well.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Where another cell begins for a spreadsheet that takes another separator than ours.
const CELL_ENDS: [char; 7] = [',', ';', '|', '\t', '\n', '\r', '"'];

/// Reads the parameter `format` of a list: whether it is wanted as a file.
pub fn is_csv(format: Option<&str>, fields: &mut Fields) -> bool {
    match format {
        None | Some("" | "json") => false,
        Some("csv") => true,
        Some(_) => {
            fields.reject("format", "Enter json or csv.");
            false
        }
    }
}

/// A list on its way into a file.
pub struct Table {
    name: String,
    writer: Writer<Vec<u8>>,
    lines: usize,
}

impl Table {
    /// A table with these columns, in a file of this name.
    pub fn new(name: impl Into<String>, columns: &[&str]) -> Answer<Self> {
        let mut writer = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new());
        writer.write_record(columns).map_err(ApiError::internal)?;
        Ok(Self {
            name: name.into(),
            writer,
            lines: 0,
        })
    }

    /// Reads a list from where the caller wants it, page after page, as far as a file goes, and answers with it.
    pub async fn fill<T, F>(
        mut self,
        paging: &Paging,
        read: impl Fn(PageRequest) -> F,
        line: impl Fn(T) -> Vec<String>,
    ) -> Answer<Response>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        let mut position = paging.request.position.clone();
        loop {
            let size = CHUNK.min(MAX_LINES - self.lines);
            let page = read(PageRequest { size, position }).await?;
            for entry in page.items {
                self.add(&line(entry))?;
            }
            position = page.next;
            if position.is_none() || self.is_full() {
                return self.into_response(paging, position.as_ref());
            }
        }
    }

    fn add(&mut self, cells: &[String]) -> Answer<()> {
        self.lines += 1;
        self.writer
            .write_record(cells.iter().map(|cell| neutral(cell)))
            .map_err(ApiError::internal)
    }

    fn is_full(&self) -> bool {
        self.lines >= MAX_LINES || self.writer.get_ref().len() >= MAX_BYTES
    }

    fn into_response(self, paging: &Paging, next: Option<&Position>) -> Answer<Response> {
        let bytes = self
            .writer
            .into_inner()
            .map_err(|error| ApiError::internal(error.to_string()))?;
        let text = |text: String| HeaderValue::try_from(text).map_err(ApiError::internal);
        let file = text(format!("attachment; filename=\"{}.csv\"", self.name))?;
        let mut response = (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/csv; charset=utf-8"),
                ),
                (header::CONTENT_DISPOSITION, file),
            ],
            bytes,
        )
            .into_response();
        if let Some(next) = next {
            // RFC 8288.
            let link = text(format!("<{}>; rel=\"next\"", paging.address(next)))?;
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }
}

/// A cell that no spreadsheet computes: an apostrophe goes before what could begin a formula, at the beginning of the cell
/// and of whatever could be a cell to a program that separates them in another way.
fn neutral(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len() + 1);
    let mut is_beginning = true;
    for character in cell.chars() {
        if is_beginning && FORMULA.contains(&character) {
            text.push('\'');
        }
        text.push(character);
        let is_blank = character.is_whitespace() && is_beginning;
        is_beginning = is_blank || CELL_ENDS.contains(&character);
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::extract::FromRequestParts as _;
    use axum::http::Request;

    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for (cell, neutralised) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("  =1", "  '=1"),
            ("\u{a0}=1", "\u{a0}'=1"),
            ("＝1", "'＝1"),
            ("x;=1", "x;'=1"),
            ("x\n=1", "x\n'=1"),
            ("x\",\"=1", "x\",\"'=1"),
        ] {
            assert_eq!(neutral(cell), neutralised, "{cell:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for cell in [
            "",
            "ann+tag@example.com",
            "2026-11-21T12:00:00Z",
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "2001:db8::/64",
            "user/0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10",
        ] {
            assert_eq!(neutral(cell), cell);
        }
    }

    #[test]
    fn cells_are_quoted_and_lines_end_as_the_rfc_says() {
        let mut table = Table::new("x", &["a", "b"]).unwrap();
        table
            .add(&["say \"hi\"".to_owned(), "=1".to_owned()])
            .unwrap();

        let text = String::from_utf8(table.writer.into_inner().unwrap()).unwrap();
        assert_eq!(text, "\"a\",\"b\"\r\n\"say \"\"hi\"\"\",\"'=1\"\r\n");
    }

    /// A list without an end, read in its order.
    async fn endless(request: PageRequest) -> Result<Page<usize>, StoreError> {
        Ok(Page {
            items: (0..request.size).collect(),
            next: Some("PmFiYw".parse().unwrap()),
            previous: None,
        })
    }

    async fn fill(line: impl Fn(usize) -> Vec<String>) -> Response {
        let (mut parts, ()) = Request::get("/x/?format=csv&page_size=5&page=PmFiYw")
            .body(())
            .unwrap()
            .into_parts();
        let paging = Paging::from_request_parts(&mut parts, &()).await.unwrap();
        let table = Table::new("x", &["number"]).unwrap();
        table.fill(&paging, endless, line).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_ends_and_says_where_the_next_begins() {
        let response = fill(|number| vec![number.to_string()]).await;

        assert_eq!(
            response.headers()[header::LINK],
            "</x/?page=PmFiYw&page_size=5&format=csv>; rel=\"next\""
        );
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert_eq!(text.lines().count(), 1 + MAX_LINES);
    }

    #[tokio::test]
    async fn a_file_of_long_lines_fits_an_answer() {
        let response = fill(|_| vec!["x".repeat(2_000)]).await;

        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        assert!(
            (MAX_BYTES..6_000_000).contains(&body.len()),
            "{}",
            body.len()
        );
    }
}
