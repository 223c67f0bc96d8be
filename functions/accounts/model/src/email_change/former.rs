use identity::IDENTITY;
use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use store::StoreError;
use store::from_item;
use store::query::{Query, text};

use crate::email_change::EmailChanges;
use crate::email_change::keys;
use crate::email_change::store::FormerEmail;

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
            table: self.0.table(IDENTITY),
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
