//! What is to be said of the figures of a report.

use jiff::civil::Date;
use operations::report::ReportKind;
use report::{Cell, Column, Heading, Language, Period, Table};

use crate::language::say;

/// What of the data behind the figures is not as one might think.
pub(crate) struct Notes {
    pub(crate) kind: ReportKind,
    pub(crate) language: Language,
    pub(crate) period: Period,
    /// The first day of which nothing is gone yet.
    pub(crate) whole_since: Date,
    /// The rows that the table has, and those that it has no room for.
    pub(crate) written: u64,
    pub(crate) left_out: u64,
}

impl Notes {
    /// The notes as a table.
    pub(crate) fn table(&self) -> Table {
        let say = |english, german| say(self.language, english, german);
        let mut rows = vec![self.counted()];
        if !self.period.is_whole() {
            rows.push([
                say("Up to now", "Bis jetzt").to_owned(),
                say(
                    "The month is not over. The last day is the one on which this was written, up to that time.",
                    "Der Monat ist nicht zu Ende. Der letzte Tag ist der, an dem dies geschrieben wurde, bis zu dieser Zeit.",
                )
                .to_owned(),
            ]);
        }
        if self.whole_since > self.period.first() {
            rows.push([
                say("What is kept", "Was aufbewahrt wird").to_owned(),
                self.kept(),
            ]);
        }
        if self.kind != ReportKind::Activity {
            rows.push([
                say("CSV file", "CSV-Datei").to_owned(),
                say(
                    "It has of each row what there is no room for here: when it was finished, and its id.",
                    "Sie hat von jeder Zeile, wofür hier kein Platz ist: wann sie beendet wurde, und ihre Id.",
                )
                .to_owned(),
            ]);
        }
        if self.left_out > 0 {
            let (written, left_out) = (self.written, self.left_out);
            rows.push([
                say("Rows", "Zeilen").to_owned(),
                match self.language {
                    Language::English => format!(
                        "The figures count all. The table has the newest {written} rows, and {left_out} older ones are left out."
                    ),
                    Language::German => format!(
                        "Die Zahlen zählen alles. Die Tabelle enthält die neuesten {written} Zeilen; {left_out} ältere fehlen."
                    ),
                },
            ]);
        }
        Table {
            heading: Heading {
                title: say("About the figures", "Zu den Zahlen").to_owned(),
                columns: vec![
                    Column::text(say("Subject", "Thema")),
                    Column::text(say("Note", "Hinweis")),
                ],
                has_totals: false,
            },
            rows: rows
                .into_iter()
                .map(|row| row.map(Cell::from).into())
                .collect(),
        }
    }

    fn counted(&self) -> [String; 2] {
        let say = |english, german| say(self.language, english, german);
        let note = match self.kind {
            ReportKind::Activity => say(
                "By the audit log, on the day (UTC) on which it happened. Which proof was wrong is known of log-ins that failed; those that succeeded do not say how.",
                "Nach dem Protokoll, am Tag (UTC), an dem es geschah. Welcher Nachweis falsch war, ist von gescheiterten Anmeldungen bekannt; gelungene sagen nicht, womit.",
            ),
            ReportKind::Mail => say(
                "By the tasks that send mails, on the day (UTC) on which a mail was asked for. Sent means that the mail service has taken it; what it has told of it since is counted on the same day.",
                "Nach den Aufgaben, die E-Mails versenden, am Tag (UTC), an dem eine angefordert wurde. Versandt heißt, dass der Maildienst sie angenommen hat; was er seitdem von ihr gemeldet hat, zählt am selben Tag.",
            ),
            ReportKind::Tasks => say(
                "On the day (UTC) on which a task was asked for, by what has become of it since.",
                "Am Tag (UTC), an dem eine Aufgabe angefordert wurde, nach dem, was seitdem aus ihr wurde.",
            ),
        };
        [
            say("What is counted", "Was gezählt wird").to_owned(),
            note.to_owned(),
        ]
    }

    fn kept(&self) -> String {
        let since = match self.language {
            Language::English => self.whole_since.to_string(),
            Language::German => self.whole_since.strftime("%d.%m.%Y").to_string(),
        };
        match (self.kind, self.language) {
            (ReportKind::Activity, Language::English) => {
                format!(
                    "Older entries of the audit log are deleted: the figures are whole from {since} on."
                )
            }
            (ReportKind::Activity, Language::German) => {
                format!(
                    "Ältere Einträge des Protokolls sind gelöscht: Die Zahlen sind ab {since} vollständig."
                )
            }
            (_, Language::English) => format!(
                "Tasks are deleted 30 days after they ended: the figures are whole from {since} on."
            ),
            (_, Language::German) => format!(
                "Aufgaben werden 30 Tage nach ihrem Ende gelöscht: Die Zahlen sind ab {since} vollständig."
            ),
        }
    }
}
