//! The fixed texts, and how numbers and dates read, by language.
//!
//! A new language is a variant of [`Language`]; the compiler then asks for its words.

mod dates;
mod numbers;

/// The language of what the report says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English: 1,234.5
    English,
    /// German: 1.234,5
    German,
}

/// A fixed text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Word {
    /// The table of sums.
    Totals,
    /// The column of the charts' titles.
    Area,
    /// The column of the series' names.
    Series,
    /// The column of sums, and the last row of a table.
    Total,
    /// The column of averages.
    DailyAverage,
    /// The column of the days with the highest counts.
    HighestDay,
    /// The row that adds up the series of a chart.
    All,
    /// The series that are drawn as one.
    Others,
    /// A chart or a table without entries.
    NoEntries,
    /// A table on the pages after its first.
    Continued,
    /// The column of days.
    Date,
}

impl Language {
    /// The tag of the language, as BCP 47 has it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// A fixed text in this language.
    pub(crate) fn word(self, word: Word) -> &'static str {
        let (english, german) = match word {
            Word::Totals => ("Totals", "Summen"),
            Word::Area => ("Area", "Bereich"),
            Word::Series => ("Series", "Reihe"),
            Word::Total => ("Total", "Summe"),
            Word::DailyAverage => ("Daily average", "Tagesschnitt"),
            Word::HighestDay => ("Highest day", "Höchster Tag"),
            Word::All => ("All", "Alle"),
            Word::Others => ("Others", "Übrige"),
            Word::NoEntries => (
                "No entries in this period",
                "Keine Einträge in diesem Zeitraum",
            ),
            Word::Continued => ("continued", "Fortsetzung"),
            Word::Date => ("Date", "Datum"),
        };
        match self {
            Self::English => english,
            Self::German => german,
        }
    }
}
