//! Lists as files for spreadsheets (RFC 4180).

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use kernel::formula::neutral;
use store::{Page, PageError, PageRequest, Position, Start};

use crate::Answer;
use crate::error::ApiError;
use crate::paging::Paging;

/// The number of entries that are read at once.
const CHUNK: usize = 500;

/// Lines of a file at most; what is left over is another file, and the `Link` header says where.
const MAX_LINES: usize = 5_000;

/// Reads of a file at most: as many as a full one takes where every entry is wanted. Where few are, each of them looks at some
/// thousands of entries, and to go on until the file is full would take longer than an answer may.
const MAX_READS: usize = MAX_LINES.div_ceil(CHUNK);

/// Octets of a file, beyond which no more entries are read. Lambda's answers end at 6 MB, of which quotes take more than
/// their share: they are escaped on the way. A chunk is at most some 1 MB.
const MAX_BYTES: usize = 3_000_000;

/// A list on its way into a file.
pub(crate) struct Table {
    name: String,
    writer: Writer<Vec<u8>>,
    lines: usize,
}

impl Table {
    /// A table with these columns, in a file of this name.
    pub(crate) fn new(name: impl Into<String>, columns: &[&str]) -> Answer<Self> {
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
    pub(crate) async fn fill<T, F>(
        mut self,
        paging: &Paging,
        read: impl Fn(PageRequest) -> F,
        line: impl Fn(T) -> Vec<String>,
    ) -> Answer<Response>
    where
        F: Future<Output = Result<Page<T>, PageError>>,
    {
        let mut request = PageRequest {
            count_to: 0,
            ..paging.request.clone()
        };
        let mut next = None;
        for _ in 0..MAX_READS {
            request.size = CHUNK.min(MAX_LINES - self.lines);
            let page = read(request.clone()).await?;
            for entry in page.items {
                self.add(&line(entry))?;
            }
            next = page.next;
            match next.clone() {
                Some(position) if !self.is_full() => request.start = Start::At(position),
                _ => break,
            }
        }
        self.into_response(paging, next.as_ref())
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use store::Way;

    use super::*;

    #[test]
    fn cells_are_quoted_and_lines_end_as_the_rfc_says() {
        let mut table = Table::new("x", &["a", "b"]).unwrap();
        table
            .add(&["say \"hi\"".to_owned(), "=1".to_owned()])
            .unwrap();

        let text = String::from_utf8(table.writer.into_inner().unwrap()).unwrap();
        assert_eq!(text, "\"a\",\"b\"\r\n\"say \"\"hi\"\"\",\"'=1\"\r\n");
    }

    fn at(key: &str) -> Position {
        Position {
            way: Way::On,
            key: key.to_owned(),
        }
    }

    /// A list without an end, read in its order.
    async fn endless(request: PageRequest) -> Result<Page<usize>, PageError> {
        Ok(Page {
            items: (0..request.size).collect(),
            next: Some(at("abc")),
            ..Page::default()
        })
    }

    /// Numbers of a list of which few are wanted, and numbers that are looked at in one read of it.
    const NUMBERS: usize = 100_000;
    const LOOKED_AT: usize = 2_520;

    fn is_wanted(number: usize) -> bool {
        number % 7_000 == 3
    }

    /// Such a list, read in its order: the part that is looked at has few entries, or none, and goes on.
    fn sparse(request: &PageRequest) -> Page<usize> {
        let start = match &request.start {
            Start::After(count) => *count,
            Start::At(position) => position.key.parse().unwrap(),
        };
        let end = NUMBERS.min(start + LOOKED_AT);
        Page {
            items: (start..end).filter(|number| is_wanted(*number)).collect(),
            next: (end < NUMBERS).then(|| at(&end.to_string())),
            ..Page::default()
        }
    }

    async fn fill(line: impl Fn(usize) -> Vec<String>) -> Response {
        let paging = Paging::of("/x/?format=csv&page_size=5&page=2").unwrap();
        let table = Table::new("x", &["number"]).unwrap();
        table.fill(&paging, endless, line).await.unwrap()
    }

    async fn text(response: Response) -> String {
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_file_of_few_among_many_ends_early_and_the_links_lead_to_all() {
        let (mut files, mut found) = (0, Vec::new());
        let mut target = "/x/?format=csv".to_owned();
        loop {
            let reads = Cell::new(0);
            let read = |request| {
                reads.set(reads.get() + 1);
                std::future::ready(Ok(sparse(&request)))
            };
            let table = Table::new("x", &["number"]).unwrap();
            let cells = |number: usize| vec![number.to_string()];

            let paging = Paging::of(&target).unwrap();
            let response = table.fill(&paging, read, cells).await;

            let response = response.unwrap();
            assert!(reads.get() <= MAX_READS, "{}", reads.get());
            files += 1;
            let link = response.headers().get(header::LINK).cloned();
            let numbers = text(response).await;
            let numbers = numbers.lines().skip(1).map(|line| line.trim_matches('"'));
            found.extend(numbers.map(|number| number.parse::<usize>().unwrap()));
            let Some(link) = link else { break };
            let link = link.to_str().unwrap();
            let next = link.strip_prefix('<').and_then(|link| link.split_once('>'));
            next.unwrap().0.clone_into(&mut target);
        }

        assert_eq!(files, NUMBERS.div_ceil(LOOKED_AT).div_ceil(MAX_READS));
        let wanted = (0..NUMBERS).filter(|number| is_wanted(*number));
        assert!(found.into_iter().eq(wanted));
    }

    #[tokio::test]
    async fn a_file_ends_and_says_where_the_next_begins() {
        let response = fill(|number| vec![number.to_string()]).await;

        let link = response.headers()[header::LINK].to_str().unwrap();
        let next = link.strip_prefix('<').and_then(|link| link.split_once('>'));
        let (next, relation) = next.unwrap();
        assert!(next.ends_with("&page_size=5&format=csv"), "{link}");
        assert_eq!(relation, "; rel=\"next\"");
        let start = Paging::of(next).unwrap().request.start;
        assert_eq!(start, Start::At(at("abc")));
        assert_eq!(text(response).await.lines().count(), 1 + MAX_LINES);
    }

    #[tokio::test]
    async fn a_file_of_long_lines_fits_an_answer() {
        let response = fill(|_| vec!["x".repeat(2_000)]).await;

        let length = text(response).await.len();
        assert!((MAX_BYTES..6_000_000).contains(&length), "{length}");
    }
}
