//! What is counted, and by what it is told apart.

/// Figures of one kind. Those of one value of `label` are an item.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// The name of the items, before the label's value.
    pub key: &'static str,
    /// What the items are told apart by.
    pub label: &'static str,
    /// What is counted in each.
    pub split: Split,
    /// What is measured in each.
    pub histograms: &'static [&'static Histogram],
}

/// A count for each value of a closed list.
#[derive(Debug, PartialEq, Eq)]
pub struct Split {
    /// The name of the metric.
    pub metric: &'static str,
    /// What it counts, for the reader of a scrape.
    pub help: &'static str,
    /// The name of the label. None, where there is one count alone.
    pub label: Option<&'static str>,
    /// Its values, which are the names of attributes, too. The last takes what is none of the others.
    pub values: &'static [&'static str],
}

/// Measured values, by how large they are.
#[derive(Debug, PartialEq, Eq)]
pub struct Histogram {
    /// The name of the metric.
    pub metric: &'static str,
    /// What it measures.
    pub help: &'static str,
    /// How many of what is measured are one of the metric's unit.
    pub scale: u32,
    /// The upper bounds, in what is measured, each with the attribute that counts what lies between it and the one before.
    pub bounds: &'static [(u64, &'static str)],
    /// The attribute that counts what lies above all bounds.
    pub above: &'static str,
    /// The attribute of the sum.
    pub sum: &'static str,
}

/// The most series that the requests of a function are: what `docs/OPERATIONS.md` says of a scrape's size.
pub const REQUESTS_OF_A_FUNCTION: usize = 40;

/// Requests by function and status, and how long they took.
pub(super) const REQUESTS: Family = Family {
    key: "requests",
    label: "function",
    split: Split {
        metric: "kinwise_requests_total",
        help: "Requests that functions answered.",
        label: Some("status"),
        values: &[
            "200", "201", "202", "204", "304", "307", "308", "400", "401", "403", "404", "405",
            "406", "409", "410", "412", "413", "415", "422", "429", "500", "503", "other",
        ],
    },
    histograms: &[&Histogram {
        metric: "kinwise_request_duration_seconds",
        help: "Time from a request to its answer, inside the function.",
        scale: 1_000_000,
        bounds: &[
            (5_000, "us_5000"),
            (10_000, "us_10000"),
            (25_000, "us_25000"),
            (50_000, "us_50000"),
            (100_000, "us_100000"),
            (250_000, "us_250000"),
            (500_000, "us_500000"),
            (1_000_000, "us_1000000"),
            (2_500_000, "us_2500000"),
            (5_000_000, "us_5000000"),
        ],
        above: "us_above",
        sum: "us_sum",
    }],
};

/// Refusals by limits.
pub(super) const THROTTLES: Family = Family {
    key: "throttles",
    label: "limit",
    split: Split {
        metric: "kinwise_throttled_requests_total",
        help: "Requests that a limit refused.",
        label: None,
        values: &["calls"],
    },
    histograms: &[],
};

/// Log-ins by method and outcome.
pub(super) const LOG_INS: Family = Family {
    key: "log_ins",
    label: "method",
    split: Split {
        metric: "kinwise_logins_total",
        help: "Proofs that somebody gave to log in.",
        label: Some("outcome"),
        values: &[
            "accepted",
            "challenged",
            "refused",
            "expired",
            "unverified",
            "deletion_pending",
            "other",
        ],
    },
    histograms: &[],
};

/// Tries of tasks by kind and state.
pub(super) const TASKS: Family = Family {
    key: "tasks",
    label: "kind",
    split: Split {
        metric: "kinwise_task_tries_total",
        help: "Tries of tasks, by the state that each left its task in.",
        label: Some("state"),
        values: &["SUCCESS", "FAILURE", "REVOKED", "RETRY", "PENDING", "other"],
    },
    histograms: &[&TASK_AGE, &TASK_ATTEMPTS],
};

/// The age of tasks when they are finished.
pub(super) const TASK_AGE: Histogram = Histogram {
    metric: "kinwise_task_duration_seconds",
    help: "Time from when a task was to be done to when it was done or given up.",
    scale: 1_000,
    bounds: &[
        (1_000, "ms_1000"),
        (2_500, "ms_2500"),
        (5_000, "ms_5000"),
        (10_000, "ms_10000"),
        (30_000, "ms_30000"),
        (60_000, "ms_60000"),
        (300_000, "ms_300000"),
        (900_000, "ms_900000"),
        (3_600_000, "ms_3600000"),
        (86_400_000, "ms_86400000"),
    ],
    above: "ms_above",
    sum: "ms_sum",
};

/// The tries that finished tasks took.
pub(super) const TASK_ATTEMPTS: Histogram = Histogram {
    metric: "kinwise_task_attempts",
    help: "Tries that a task took until it was done or given up.",
    scale: 1,
    bounds: &[
        (1, "try_1"),
        (2, "try_2"),
        (3, "try_3"),
        (4, "try_4"),
        (8, "try_8"),
    ],
    above: "try_above",
    sum: "try_sum",
};

/// Mails by kind and outcome.
pub(super) const MAILS: Family = Family {
    key: "mails",
    label: "kind",
    split: Split {
        metric: "kinwise_mails_total",
        help: "Mails that were to go out, by what became of each try.",
        label: Some("outcome"),
        values: &[
            "sent",
            "refused",
            "failed",
            "throttled",
            "put_off",
            "suppressed",
            "other",
        ],
    },
    histograms: &[],
};

/// All that is counted, in the order in which it is shown.
pub const FAMILIES: &[&Family] = &[&REQUESTS, &THROTTLES, &LOG_INS, &TASKS, &MAILS];

impl Family {
    /// The family whose items have this name.
    pub fn of_key(key: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.key == key).copied()
    }

    /// The most series that there can be for one value of the label: the counts, and of each histogram its buckets, sum and
    /// count.
    pub fn most_series(&self) -> usize {
        let histograms = self.histograms.iter();
        let measured = histograms.map(|histogram| histogram.bounds.len() + 3);
        self.split.values.len() + measured.sum::<usize>()
    }
}

impl Split {
    /// The attribute that counts a value.
    pub fn attribute(&self, value: &str) -> &'static str {
        let known = self.values.iter().find(|known| **known == value);
        known.or(self.values.last()).expect("a list has values")
    }
}

impl Histogram {
    /// The attribute that counts a measured value.
    pub fn attribute(&self, measured: u64) -> &'static str {
        let mut bounds = self.bounds.iter();
        let bound = bounds.find(|(bound, _)| measured <= *bound);
        bound.map_or(self.above, |(_, attribute)| attribute)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_figures_of_an_item_share_an_attribute() {
        for family in FAMILIES {
            let mut seen = BTreeSet::new();
            let measured = family.histograms.iter().flat_map(|histogram| {
                let bounds = histogram.bounds.iter().map(|(_, attribute)| *attribute);
                bounds.chain([histogram.above, histogram.sum])
            });
            for attribute in family.split.values.iter().copied().chain(measured) {
                assert!(seen.insert(attribute), "{}: {attribute}", family.key);
            }
            for histogram in family.histograms {
                assert!(histogram.bounds.is_sorted_by(|a, b| a.0 < b.0));
            }
        }
    }

    #[test]
    fn what_is_in_no_list_has_a_place() {
        assert_eq!(REQUESTS.split.attribute("404"), "404");
        assert_eq!(REQUESTS.split.attribute("418"), "other");
        assert_eq!(THROTTLES.split.attribute("anything"), "calls");
        assert_eq!(TASK_ATTEMPTS.attribute(4), "try_4");
        assert_eq!(TASK_ATTEMPTS.attribute(5), "try_8");
        assert_eq!(TASK_ATTEMPTS.attribute(900), "try_above");
    }
}
