use std::collections::BTreeMap;

use api::{Answer, ApiError, App, Endpoint, Errors, endpoint};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::future::{try_join_all, try_join3};
use jiff::Timestamp;
use kernel::job::Queue;
use operations::metrics::{FAMILIES, Family, Histogram, Metrics, Sums};
use operations::queue::{FAILURES, Known, QUEUES, QueueState};
use store::{Tally, Tasks};

use crate::exposition::{Exposition, MEDIA_TYPE};
use crate::token::{TOKEN, token};

pub const ENDPOINT: Endpoint = endpoint!(show_metrics).reading(&[TOKEN]);

/// Show the figures of the installation to Prometheus.
///
/// The caller sends the token of scrapes, `MetricsToken`, in the place of an access token. Without one in the installation there
/// is no such page. Counters are some seconds behind, because they are added up from log lines; what queues hold is of this
/// moment.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The figures, in Prometheus' text format 0.0.4", body = String, content_type = "text/plain", example = "# TYPE kinwise_queue_dead_letters gauge\nkinwise_queue_dead_letters{queue=\"work\"} 0\n"),
        Errors,
    )
)]
pub async fn show_metrics(State(app): State<App>, headers: HeaderMap) -> Answer<Response> {
    let token = token(&app).await?.ok_or_else(ApiError::not_found)?;
    if !bearer(&headers).is_some_and(|sent| token.is(sent)) {
        return Err(ApiError::unauthenticated());
    }

    let now = app.now();
    let states = async {
        let states = try_join_all(known().map(|known| known.count(&app))).await;
        states.map_err(ApiError::unavailable)
    };
    let tally = async { Ok(Tasks(app.store()).tally(now, now).await?) };
    let sums = async { Ok(Metrics(app.store()).list().await?) };
    let (states, tally, sums) = try_join3(states, tally, sums).await?;

    let mut text = Exposition::default();
    for family in FAMILIES {
        write_counts(&mut text, family, &sums);
        for histogram in family.histograms {
            write_histogram(&mut text, family, histogram, &sums);
        }
    }
    write_queues(&mut text, &states);
    write_ages(&mut text, &tally, now);
    let headers = [(header::CONTENT_TYPE, MEDIA_TYPE)];
    Ok((headers, text.into_text()).into_response())
}

/// The token that a caller has sent.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn known() -> impl Iterator<Item = &'static Known> {
    QUEUES.iter().chain(FAILURES)
}

/// The figures of a family.
fn of<'a>(family: &'static Family, sums: &'a [Sums]) -> impl Iterator<Item = &'a Sums> {
    sums.iter().filter(move |sums| sums.family == family)
}

fn write_counts(text: &mut Exposition, family: &'static Family, sums: &[Sums]) {
    let split = &family.split;
    let mut metric = text.metric(split.metric, "counter", split.help);
    for sums in of(family, sums) {
        let counted = split.values.iter().map(|value| (*value, sums.count(value)));
        for (value, count) in counted.filter(|(_, count)| *count > 0) {
            let own = (family.label, sums.label.as_str());
            match split.label {
                Some(label) => metric.series("", &[own, (label, value)], number(count)),
                None => metric.series("", &[own], number(count)),
            }
        }
    }
}

fn write_histogram(
    text: &mut Exposition,
    family: &'static Family,
    histogram: &Histogram,
    sums: &[Sums],
) {
    let mut metric = text.metric(histogram.metric, "histogram", histogram.help);
    let in_unit = |measured: u64| number(measured) / f64::from(histogram.scale);
    for sums in of(family, sums) {
        let own = (family.label, sums.label.as_str());
        let mut below = 0;
        for (bound, attribute) in histogram.bounds {
            below += sums.count(attribute);
            let bound = in_unit(*bound).to_string();
            metric.series("_bucket", &[own, ("le", &bound)], number(below));
        }
        let all = number(below + sums.count(histogram.above));
        metric.series("_bucket", &[own, ("le", "+Inf")], all);
        metric.series("_sum", &[own], in_unit(sums.count(histogram.sum)));
        metric.series("_count", &[own], all);
    }
}

fn write_queues(text: &mut Exposition, states: &[QueueState]) {
    let help =
        "Messages of a queue: those that wait, that a worker has, and whose moment has not come.";
    let mut metric = text.metric("kinwise_queue_messages", "gauge", help);
    for (queue, state) in known().zip(states).filter(|(known, _)| known.has_worker()) {
        for (name, count) in [
            ("waiting", state.messages.waiting),
            ("in_flight", state.messages.in_flight),
            ("delayed", state.messages.delayed),
        ] {
            metric.series("", &[("queue", queue.name), ("state", name)], number(count));
        }
    }
    let help = "Messages that could not be worked off.";
    let mut metric = text.metric("kinwise_queue_dead_letters", "gauge", help);
    for (queue, state) in known().zip(states) {
        metric.series("", &[("queue", queue.name)], number(state.dead_letters));
    }
}

fn write_ages(text: &mut Exposition, tally: &BTreeMap<Queue, Tally>, now: Timestamp) {
    let help = "Time for which the oldest task that is not finished could have been done.";
    let mut metric = text.metric("kinwise_queue_oldest_task_age_seconds", "gauge", help);
    for queue in QUEUES {
        let oldest = tally
            .get(&queue.queue())
            .and_then(|tally| tally.oldest_since);
        let age = oldest.map_or(0.0, |since| {
            now.duration_since(since).as_secs_f64().max(0.0)
        });
        metric.series("", &[("queue", queue.name)], age);
    }
}

/// A count as Prometheus has numbers. It is exact to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "Prometheus has no other numbers"
)]
fn number(count: u64) -> f64 {
    count as f64
}
