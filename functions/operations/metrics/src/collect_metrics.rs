use aws_lambda_events::event::cloudwatch_logs::LogsEvent;
use cloud::App;
use lambda_runtime::Error;
use operations::metrics::{Figures, Metrics};
use work::{Worker, worker};

pub const WORKER: Worker = worker!(collect_metrics);

/// Adds up what log lines measure. Called by the subscriptions of the log groups, with a batch of lines of one process.
///
/// It writes no line itself that measures anything: its log group is subscribed, too, and it would call itself for ever.
/// CloudWatch may give a batch twice, and Lambda gives it again after a failure; then it counts twice.
pub async fn collect_metrics(app: App, event: LogsEvent) -> Result<(), Error> {
    let mut figures = Figures::default();
    for entry in &event.aws_logs.data.log_events {
        // The subscription picks lines by a word that may stand in any: those that measure nothing are passed by.
        figures.count(&entry.message);
    }
    Ok(Metrics(app.store()).add(&figures).await?)
}
