//! What the user sees while waiting: each step with its time, a spinner or a bar where a terminal is.

use std::fmt::Display;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// The steps of one command. Several may run at once.
#[derive(Clone)]
pub(crate) struct Steps {
    bars: MultiProgress,
    live: bool,
}

impl Steps {
    /// A list without any step yet.
    pub(crate) fn new() -> Self {
        Self {
            bars: MultiProgress::new(),
            live: std::io::stderr().is_terminal(),
        }
    }

    /// Begin a new step. It counts as failed unless `done` is called.
    pub(crate) fn start(&self, label: impl Display) -> Step {
        let label = label.to_string();
        let bar = if self.live {
            let bar = self
                .bars
                .add(ProgressBar::new_spinner().with_style(spinner()));
            bar.set_message(label.clone());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        } else {
            self.say(format_args!("  … {label}"));
            ProgressBar::hidden()
        };
        Step {
            steps: self.clone(),
            bar,
            label,
            started: Instant::now(),
            open: true,
        }
    }

    /// Print a line without disturbing the bars.
    pub(crate) fn say(&self, line: impl Display) {
        self.bars.suspend(|| crate::output::line(line));
    }
}

/// One step under way.
pub(crate) struct Step {
    steps: Steps,
    bar: ProgressBar,
    label: String,
    started: Instant,
    open: bool,
}

impl Step {
    /// Show `at` of `length` done, with a word on what is at hand.
    pub(crate) fn progress(&self, at: u64, length: u64, note: &str) {
        if self.bar.length() != Some(length) {
            self.bar.set_length(length);
            self.bar.set_style(counter());
        }
        self.bar.set_position(at);
        self.note(note);
    }

    /// Show what is at hand.
    pub(crate) fn note(&self, note: &str) {
        let short: String = note.chars().take(40).collect();
        self.bar.set_message(format!("{}  {short}", self.label));
    }

    /// The step is over; `note` says what came of it and may be empty.
    pub(crate) fn done(mut self, note: impl Display) {
        self.close('✓', note);
    }

    fn close(&mut self, mark: char, note: impl Display) {
        self.open = false;
        self.bar.finish_and_clear();
        let seconds = self.started.elapsed().as_secs_f64();
        let note = note.to_string();
        let note = if note.is_empty() {
            note
        } else {
            format!("  ({note})")
        };
        self.steps.say(format_args!(
            "  {mark} {seconds:6.1} s  {}{note}",
            self.label
        ));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if self.open {
            self.close('✗', "");
        }
    }
}

fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("  {spinner} {elapsed:>6}    {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn counter() -> ProgressStyle {
    ProgressStyle::with_template("  {spinner} {elapsed:>6}    {bar:24} {pos}/{len}  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
