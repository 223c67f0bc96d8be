//! Tasks that a test records itself, and the area's schedules.

use accounts::actions;
use accounts::verification::Verifications;
use kernel::id::TaskId;
use kernel::job::Job;
use kernel::task::Task;
use serde_json::json;

use crate::TestApp;

impl TestApp {
    /// Runs the schedule that has accounts deleted whose time is up.
    pub async fn purge(&self) {
        users::purge_accounts::purge_accounts(self.app().clone(), json!({}))
            .await
            .expect("the emulator's tables can be written");
    }

    /// Records a piece of work as an endpoint would, in a transaction with an audit entry. Gives the task's id.
    pub async fn record_work(&self, job: &impl Job) -> TaskId {
        self.record_task(&self.app().task(job)).await
    }

    /// Records a task that is made already.
    pub async fn record_task(&self, task: &Task) -> TaskId {
        let audit = self
            .app()
            .audit(actions::VERIFICATION_REQUESTED)
            .on(task.id);
        let verifications = Verifications(self.app().store());
        verifications
            .request(task, &audit)
            .await
            .expect("the emulator's tables can be written");
        task.id
    }
}
