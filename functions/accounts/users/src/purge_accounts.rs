use accounts::ending::Endings;
use accounts::jobs::DeleteAccount;
use cloud::App;
use lambda_runtime::Error;
use serde_json::Value;
use work::schedule::{self, Counts, Rhythm, Schedule};
use work::{Worker, worker};

pub const WORKER: Worker = worker!(purge_accounts).checking(schedule::CHECKS);

pub const SCHEDULE: Schedule = Schedule {
    name: "purge_accounts",
    rhythm: Rhythm::Hourly { minute: 0 },
    about: "Hands accounts over to be deleted whose time is up",
};

/// Accounts that one run hands over: some ten milliseconds each, well inside the function's 30 s. What is left waits for the
/// next hour.
const A_RUN: i32 = 500;

/// Has every account deleted whose time is up.
///
/// It reads what is due and no more, and can run twice or at the same time: an account is handed over once.
pub async fn purge_accounts(app: App, event: Value) -> Result<(), Error> {
    schedule::run(&app, &SCHEDULE, &event, hand_over(&app)).await
}

async fn hand_over(app: &App) -> Result<Counts, Error> {
    let accounts = Endings(app.store());
    let mut begun = 0;
    for user_id in accounts.list_due(app.now(), A_RUN).await? {
        let task = app.task(&DeleteAccount { user_id });
        // Otherwise another run was faster, or its owner kept it just now.
        if accounts.begin_deletion(user_id, &task, app.now()).await? {
            begun += 1;
        }
    }
    Ok(Counts::of("handed_over", begun))
}
