//! What is kept of the mails to an account, as a part of its copy and of its end.

use cloud::App;
use identity::IDENTITY;
use identity::items::user;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use operations::mail::{AddressDigest, Mails, SentMail, Suppressed, Suppressions};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{PageError, PageRequest};
use work::{Belongings, Ended, Failure, Step};

/// The mails to the address of an account, and whether it gets none. Of a mail its digest alone stands there, which goes by
/// itself after 30 days; what an address is called that gets no mail is forgotten with its account.
pub struct MailBelongings;

/// The mails that are read at once.
const AT_ONCE: usize = 100;

/// What of an account says where its mails go.
#[derive(Deserialize)]
struct Owner {
    email: EmailAddress,
}

impl Belongings for MailBelongings {
    fn copy<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Map<String, Value>> {
        Box::pin(copy(app, user_id))
    }

    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended> {
        Box::pin(async move {
            if let Some(address) = address_of(app, user_id).await? {
                Suppressions(app.store()).forget(&address).await?;
            }
            Ok(Ended::All(0))
        })
    }
}

async fn copy(app: &App, user_id: UserId) -> Result<Map<String, Value>, Failure> {
    let Some(address) = address_of(app, user_id).await? else {
        return Ok(Map::new());
    };
    let digest = AddressDigest::of(&address);
    let suppressed = Suppressions(app.store()).lookup(&digest).await?;
    let (mails, mut all) = (Mails(app.store()), Vec::new());
    let mut position = None;
    loop {
        let request = PageRequest::new(AT_ONCE, position);
        let page = mails.list_to(&digest, &request).await.map_err(unlisted)?;
        all.extend(page.items.iter().map(described));
        position = page.next;
        if position.is_none() {
            break;
        }
    }
    Ok(Map::from_iter([
        ("mails".to_owned(), json!(all)),
        (
            "mail_suppression".to_owned(),
            json!(suppressed.as_ref().map(reason)),
        ),
    ]))
}

async fn address_of(app: &App, user_id: UserId) -> Result<Option<EmailAddress>, Failure> {
    let attempt = "look up where an account's mails go";
    let table = app.store().table(IDENTITY);
    let owner: Option<Owner> = store::lookup(app.store(), table, user(user_id), attempt).await?;
    Ok(owner.map(|owner| owner.email))
}

fn described(mail: &SentMail) -> Value {
    json!({
        "kind": mail.kind,
        "status": mail.status,
        "sent_at": mail.sent_at,
    })
}

fn reason(suppressed: &Suppressed) -> Value {
    json!({ "reason": suppressed.reason, "since": suppressed.since })
}

fn unlisted(error: PageError) -> Failure {
    match error {
        PageError::Store(error) => error.into(),
        other => Failure::Transient(other.to_string()),
    }
}
