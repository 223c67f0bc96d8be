//! Tasks that a test records itself, and the area's schedules.

use domain::audit::{Action, Origin};
use domain::id::TaskId;
use domain::task::Work;
use serde_json::json;

use crate::TestApp;

impl TestApp {
    /// Runs the schedule that has accounts deleted whose time is up.
    pub async fn purge(&self) {
        tasks::purge_accounts::purge_accounts(self.app().clone(), json!({}))
            .await
            .expect("the emulator's tables can be written");
    }

    /// Records a piece of work as an endpoint would, in a transaction with an audit entry. Gives the task's id.
    pub async fn record_work(&self, work: Work) -> TaskId {
        let task = self.app().task(work);
        let audit = self.app().audit(
            Action::VerificationRequested,
            None,
            format!("task/{}", task.id),
            &Origin::default(),
        );
        let verifications = self.app().store().verifications();
        verifications
            .request(&task, &audit)
            .await
            .expect("the emulator's tables can be written");
        task.id
    }
}
