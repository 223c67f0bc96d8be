use kernel::id::TaskId;
use kernel::task::Task;
use store::condition::{absent, exists};
use store::update::Update;
use store::{Committed, Store, StoreError, TASKS, Tasks, Transaction};

/// What is stored of reports besides their tasks.
pub struct Reports<'a>(pub &'a Store);

impl Reports<'_> {
    /// Records the task that says where a report is, once, however often the report was made. False if it was recorded before.
    pub async fn announce(&self, report: TaskId, notice: &Task) -> Result<bool, StoreError> {
        let mark = Update::of(self.0.table(TASKS), Tasks::key(report))
            .set("announced_by", notice.id.to_string())
            .when(exists("pk").and(absent("announced_by")));
        let committed = Transaction::new("say where a report is")
            .with("report", mark.in_transaction())
            .with("task", Tasks(self.0).write(notice))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
