//! Counts by day.

use std::collections::BTreeMap;
use std::fmt::Display;

use report::{Chart, Period, Series, Shape};

/// How often something of each sort happened on each day of a period.
pub(crate) struct Counts<K> {
    period: Period,
    counts: BTreeMap<K, Vec<u64>>,
}

impl<K: Ord> Counts<K> {
    pub(crate) fn new(period: Period) -> Self {
        Self {
            period,
            counts: BTreeMap::new(),
        }
    }

    /// Counts what happened so often on a day, which is given by its place in the period.
    pub(crate) fn add(&mut self, key: K, day: usize, times: u64) {
        let days = self.period.days();
        let counts = self.counts.entry(key).or_insert_with(|| vec![0; days]);
        if let Some(count) = counts.get_mut(day) {
            *count += times;
        }
    }

    /// A chart of these sorts, in this order, whether or not they happened.
    pub(crate) fn chart(&self, title: &str, sorts: &[(K, &str)]) -> Chart {
        let series = |(key, name): &(K, &str)| Series {
            name: (*name).to_owned(),
            counts: self.counts.get(key).cloned().unwrap_or_default(),
        };
        bars(title, sorts.iter().map(series).collect())
    }

    /// A chart of all sorts that happened, the most frequent first.
    pub(crate) fn chart_of_all(&self, title: &str) -> Chart
    where
        K: Display,
    {
        let mut series: Vec<Series> = self
            .counts
            .iter()
            .map(|(key, counts)| Series {
                name: key.to_string(),
                counts: counts.clone(),
            })
            .collect();
        // Stable: of two that are equal, the names decide.
        series.sort_by_key(|series| std::cmp::Reverse(series.counts.iter().sum::<u64>()));
        bars(title, series)
    }
}

fn bars(title: &str, series: Vec<Series>) -> Chart {
    Chart {
        title: title.to_owned(),
        shape: Shape::Bars,
        series,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_most_frequent_comes_first() {
        let mut counts = Counts::new(Period::to_date(date(2026, 11, 3)));
        counts.add("add", 0, 1);
        counts.add("send_welcome", 2, 5);
        counts.add("add", 2, 2);
        counts.add("export", 1, 3);

        let chart = counts.chart_of_all("Kinds");

        let named = chart.series.iter().map(|one| (&*one.name, &*one.counts));
        let expected = [
            ("send_welcome", &[0, 0, 5][..]),
            ("add", &[1, 0, 2]),
            ("export", &[0, 3, 0]),
        ];
        assert_eq!(named.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_did_not_happen_is_in_the_chart_that_names_it() {
        let mut counts = Counts::new(Period::to_date(date(2026, 11, 2)));
        counts.add(true, 1, 2);

        let chart = counts.chart("Log-ins", &[(false, "Failed"), (true, "Succeeded")]);

        assert_eq!(chart.series[0].counts, [0_u64; 0]);
        assert_eq!(chart.series[1].counts, [0, 2]);
    }
}
