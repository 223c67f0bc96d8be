//! Figures of the days.

/// Series that belong together, drawn as one chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What is counted: "Log-ins".
    pub title: String,
    /// How it is drawn.
    pub shape: Shape,
    /// The series, in the order of the legend.
    pub series: Vec<Series>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A bar a day, in which the series are stacked: for parts of a whole, such as outcomes.
    Bars,
    /// A line a series: for what is compared.
    Lines,
}

/// A count for every day of the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The counts from the first day on. Days after the last count had none.
    pub counts: Vec<u64>,
}

impl Series {
    /// The count of a day of the period, from 0 on.
    pub(crate) fn at(&self, day: usize) -> u64 {
        self.counts.get(day).copied().unwrap_or(0)
    }
}
