//! The one place that writes to the terminal: it is what a command-line tool is for.

use std::fmt::Display;
use std::io::Write;

/// Write a line to standard output. A closed pipe (`… | head`) is not an error worth a word.
pub(crate) fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Write a line to standard error.
pub(crate) fn error(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
