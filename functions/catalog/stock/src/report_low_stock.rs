use catalog::jobs::SendLowStock;
use catalog::stock::LowStock;
use cloud::App;
use lambda_runtime::Error;
use serde_json::Value;
use work::schedule::{self, Counts, Rhythm, Schedule};
use work::{Worker, worker};

pub const WORKER: Worker = worker!(report_low_stock).checking(schedule::CHECKS);

pub const SCHEDULE: Schedule = Schedule {
    name: "report_low_stock",
    rhythm: Rhythm::Hourly { minute: 20 },
    about: "Tells administrators of which variants few are left",
};

/// The variants that one mail tells of, and the administrators that one run writes to. Both are written in one transaction.
const MOST_VARIANTS: usize = 40;
const MOST_READERS: usize = 40;

/// Tells every administrator of the variants of which few are left, each once: it is told again once it was restocked and ran
/// low once more.
pub async fn report_low_stock(app: App, event: Value) -> Result<(), Error> {
    schedule::run(&app, &SCHEDULE, &event, report(&app)).await
}

async fn report(app: &App) -> Result<Counts, Error> {
    let (low, mut reported, mut mails) = (LowStock(app.store()), 0, 0);
    let administrators = identity::administrators(app.store()).await?;
    let mut untold = low.all().await?;
    untold.retain(|low| low.reported_at.is_none());
    for variants in untold.chunks(MOST_VARIANTS) {
        let ids: Vec<_> = variants.iter().map(|low| low.variant_id).collect();
        let mail = |user_id| {
            app.task(&SendLowStock {
                user_id,
                variants: ids.clone(),
            })
        };
        let readers = administrators.iter().copied().take(MOST_READERS);
        let tasks: Vec<_> = readers.map(mail).collect();
        if low.report(variants, &tasks, app.now()).await? {
            reported += variants.len();
            mails += tasks.len();
        }
    }
    Ok(Counts::of("variants", reported).and("mails", mails))
}
