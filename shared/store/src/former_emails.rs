use domain::email::EmailAddress;
use domain::id::UserId;
use jiff::Timestamp;

use crate::email_changes::{EmailChanges, FormerEmail};
use crate::error::StoreError;
use crate::expression::from_item;
use crate::keys;
use crate::query::{Query, text};

impl EmailChanges<'_> {
    /// The address an account had at a moment, where it has given it up since.
    pub async fn former_at(
        &self,
        user_id: UserId,
        moment: Timestamp,
    ) -> Result<Option<EmailAddress>, StoreError> {
        let attempt = "look up which address an account had";
        let from = keys::former_emails_after(user_id, moment);
        let changes = Query {
            table: &self.0.tables.identity,
            index: None,
            partition: ("pk", &from.pk),
            range: "#sk >= :sk",
            sort: ("sk", &from.sk),
        };
        // The first change after the moment tells what was before it. Behind the last one stand items of other kinds.
        let next = changes.first(1, self.0, attempt).await?.pop();
        next.filter(|item| text(item, "sk").starts_with(keys::FORMER_EMAILS))
            .map(|item| from_item::<FormerEmail>(item, attempt).map(|former| former.email))
            .transpose()
    }
}
