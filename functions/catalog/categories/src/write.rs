//! Changes of the tree, tried again where another was faster.

use answers::SLUG_TAKEN;
use api::{Answer, App, CHANGED_MEANWHILE};
use catalog::category::{Categories, CategoryOutcome, Tree, TreeChange};
use kernel::audit::Entry;
use store::Attempts;

/// What a call does to the tree as it is, and what it answers once that is done.
pub(crate) struct Decision<T> {
    pub(crate) answer: T,
    /// Nothing where all is as it should be.
    pub(crate) change: Option<(TreeChange, Option<Entry>)>,
}

/// Makes a change on the strength of the tree as it is, and of what it is then if others change it meanwhile.
pub(crate) async fn write<T>(
    app: &App,
    decide: impl Fn(&Tree) -> Answer<Decision<T>>,
) -> Answer<T> {
    let categories = Categories(app.store());
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let read = categories.read().await?;
        let Decision { answer, change } = decide(&read.tree)?;
        let Some((change, audit)) = change else {
            return Ok(answer);
        };
        match categories.write(&read, &change, audit.as_ref()).await? {
            CategoryOutcome::Done => return Ok(answer),
            CategoryOutcome::SlugTaken => return Err(SLUG_TAKEN.of_field("slug")),
            CategoryOutcome::ChangedMeanwhile => {}
        }
    }
    Err(CHANGED_MEANWHILE.into())
}
