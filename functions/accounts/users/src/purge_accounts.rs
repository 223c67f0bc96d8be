use accounts::ending::Endings;
use accounts::jobs::DeleteAccount;
use cloud::App;
use lambda_runtime::Error;
use serde_json::Value;
use work::{Worker, worker};

pub const WORKER: Worker = worker!(purge_accounts);

/// Accounts that one run hands over: some ten milliseconds each, well inside the function's 30 s. What is left waits for the
/// next hour.
const A_RUN: i32 = 500;

/// Has every account deleted whose time is up. Called by the schedule, every hour, whatever the event says.
///
/// It reads what is due and no more, and can run twice or at the same time: an account is handed over once.
pub async fn purge_accounts(app: App, _event: Value) -> Result<(), Error> {
    let accounts = Endings(app.store());
    let mut begun = 0;
    for user_id in accounts.list_due(app.now(), A_RUN).await? {
        let task = app.task(&DeleteAccount { user_id });
        // Otherwise another run was faster, or its owner kept it just now.
        if accounts.begin_deletion(user_id, &task, app.now()).await? {
            begun += 1;
        }
    }
    tracing::info!(
        accounts.count = begun,
        "accounts were handed over to be deleted"
    );
    Ok(())
}
