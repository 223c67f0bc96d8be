//! Lists that are answered as a page, or as a file for a spreadsheet.
//!
//! Such a list has an entry that is [`Exported`], names [`FormatParams`] in its `params`, and takes [`ListOrFile`] where
//! others take [`List`].
//!
//! [`List`]: crate::List
//! [`ListOrFile`]: crate::ListOrFile

use axum::response::{IntoResponse as _, Response};
use cloud::App;
use jiff::tz::TimeZone;
use kernel::audit::{self, Object, Origin};
use serde::{Deserialize, Serialize};
use store::{AuditLog, Page, PageError, PageRequest};
use utoipa::IntoParams;

use crate::Answer;
use crate::csv::Table;
use crate::fields::Fields;
use crate::paging::Paging;
use crate::permitted::Permitted;

/// What such a list takes besides its own filters. To be named in a handler's `params`, before `PageParams`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FormatParams {
    /// `json`, or `csv` for a file of at most 5,000 lines; where there are more, the `Link` header leads to the next one. Where
    /// few of many are wanted, a file may have fewer lines, or none, and still a `Link`.
    #[param(example = "json")]
    format: Option<String>,
}

/// An entry of a list that can be taken out as a file.
pub trait Exported: Serialize {
    /// The list's name: the audit log calls it so, and with hyphens the file.
    const LIST: &'static str;

    /// The columns of the file.
    const COLUMNS: &'static [&'static str];

    /// What the entry has in each of them.
    fn into_line(self) -> Vec<String>;

    /// The first line of the file, as an example of it.
    fn first_line() -> String {
        let cells = Self::COLUMNS.iter().map(|name| format!("\"{name}\""));
        cells.collect::<Vec<_>>().join(",")
    }
}

/// The form in which a list is wanted, not looked at yet.
#[derive(Debug)]
pub struct PageOrFile {
    paging: Paging,
    format: Option<String>,
    origin: Origin,
}

/// The form in which a list is wanted: a page of it, or a file that begins where the page would.
#[derive(Debug)]
pub struct ListFormat {
    paging: Paging,
    /// The caller who wants the file, if it is one.
    export: Option<Origin>,
}

impl PageOrFile {
    pub(crate) fn new(
        paging: Paging,
        FormatParams { format }: FormatParams,
        origin: Origin,
    ) -> Self {
        Self {
            paging,
            format,
            origin,
        }
    }

    /// Reads which of the two it is. `None`, and the field is noted, if it is neither.
    pub fn check(self, fields: &mut Fields) -> Option<ListFormat> {
        let export = match self.format.as_deref() {
            None | Some("" | "json") => None,
            Some("csv") => Some(self.origin),
            Some(_) => {
                fields.reject("format", "Enter json or csv.");
                return None;
            }
        };
        Some(ListFormat {
            paging: self.paging,
            export,
        })
    }
}

impl ListFormat {
    /// The answer that shows a list, which `read` reads a part of. Taking a file out takes a fresh proof, else
    /// [`REAUTHENTICATION_REQUIRED`](crate::REAUTHENTICATION_REQUIRED), and is written into the audit log first.
    pub async fn answer<P, E, F>(
        &self,
        app: &App,
        caller: &Permitted<P>,
        read: impl Fn(PageRequest) -> F,
    ) -> Answer<Response>
    where
        E: Exported,
        F: Future<Output = Result<Page<E>, PageError>>,
    {
        let Some(origin) = &self.export else {
            let page = read(self.paging.request.clone()).await?;
            return Ok(self.paging.body(page).into_response());
        };

        caller.check_proof(app)?;
        let audit = app
            .audit(audit::EXPORTED)
            .by(caller.user_id)
            .on(Object::the(E::LIST))
            .requested_from(origin.clone());
        AuditLog(app.store()).add(&audit).await?;
        let today = app.now().to_zoned(TimeZone::UTC).date();
        let name = format!("{}-{today}", E::LIST.replace('_', "-"));
        Table::new(name, E::COLUMNS)?
            .fill(&self.paging, read, E::into_line)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Option<&str>, fields: &mut Fields) -> Option<ListFormat> {
        let params = FormatParams {
            format: format.map(str::to_owned),
        };
        PageOrFile::new(Paging::of("/x").unwrap(), params, Origin::default()).check(fields)
    }

    #[test]
    fn a_list_is_a_page_unless_a_file_is_asked_for() {
        for (format, is_file) in [
            (None, false),
            (Some(""), false),
            (Some("json"), false),
            (Some("csv"), true),
        ] {
            let form = check(format, &mut Fields::default()).unwrap();
            assert_eq!(form.export.is_some(), is_file, "{format:?}");
        }
    }

    #[test]
    fn another_format_is_told_beside_what_else_is_wrong() {
        for format in ["xml", "CSV", "csv,json"] {
            let mut fields = Fields::default();
            fields.reject("day", "Enter a day.");

            assert!(check(Some(format), &mut fields).is_none());

            let error = fields.into_error();
            assert_eq!(error.details.keys().collect::<Vec<_>>(), ["day", "format"]);
        }
    }
}
