use accounts::actions;
use accounts::permissions::ReadAudit;
use api::{
    Answer, App, Endpoint, Errors, Exported as _, Fields, FormatParams, ListOrFile, PUBLIC_KEYS,
    PageBody, PageParams, Permitted, REAUTHENTICATION_REQUIRED, endpoint,
};
use axum::extract::State;
use axum::response::Response;
use kernel::audit::Action;
use serde::Deserialize;
use store::{AuditFilter, AuditLog};
use utoipa::IntoParams;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::audit_entry::AuditEntry;
use crate::filters::{self, given};

pub const ENDPOINT: Endpoint = endpoint!(list_audit_entries)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .refusing(&[REAUTHENTICATION_REQUIRED])
    .sampled_with(&["action", "day"]);

/// The longest name of a thing that is looked for: some times the longest there is.
const MAX_OBJECT: usize = 200;

/// The entries that are wanted. All that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAuditEntries {
    /// The account that did it, by its id. Others' entries are left out.
    #[param(example = "0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10")]
    user: Option<String>,
    /// What it was done to, as answers name it.
    #[param(example = "user/0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10")]
    object: Option<String>,
    /// The action that was done. Entries of other actions are left out.
    #[param(schema_with = actions)]
    action: Option<String>,
    /// The day (UTC) of the entries. If none is given, it is the whole time where `user` or an `object` with an id is
    /// given, and today otherwise.
    #[param(example = "2026-11-21")]
    day: Option<String>,
}

/// The names of what the areas write into the log. `cargo xtask generate` collects them: this crate, which is a part of one
/// area, cannot ask the others.
const ACTIONS: &str = include_str!("../audit_actions.txt");

/// What can be asked for, by name.
fn actions() -> Object {
    let names = ACTIONS.lines();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(names))
        .examples([actions::LOGIN_FAILED.as_str()])
        .build()
}

/// List the entries of the audit log.
///
/// The newest first. An entry of the last second may be missing where `user`, `object` or `action` is given. Where more
/// than 10,000 entries must be looked at for a page, it may have fewer than asked for and still a `next`. Taking a file out
/// is itself an entry, and takes a proof of the last 15 minutes, else `reauthentication_required`.
#[utoipa::path(
    get, path = "/api/v1/admin/audit-log", tag = "admin",
    security(("bearer" = ["audit:read"])),
    params(ListAuditEntries, FormatParams, PageParams),
    responses(
        (
            status = 200, description = "A page of entries, or a file",
            content((PageBody<AuditEntry> = "application/json"), (String = "text/csv", example = json!(AuditEntry::first_line())))
        ),
        Errors
    )
)]
pub async fn list_audit_entries(
    caller: Permitted<ReadAudit>,
    State(app): State<App>,
    ListOrFile { filter, form }: ListOrFile<ListAuditEntries>,
) -> Answer<Response> {
    let mut fields = Fields::default();
    let form = form.check(&mut fields);
    let filter = read(&filter, &mut fields);
    let Some(form) = form.filter(|_| fields.is_empty()) else {
        return Err(fields.into_error());
    };

    let (log, filter, today) = (&AuditLog(app.store()), &filter, filters::today(&app));
    let read = |part| async move {
        let page = log.list(filter, today, &part).await?;
        Ok(page.map(AuditEntry::from))
    };

    form.answer(&app, &caller, read).await
}

fn find_action(name: &str) -> Option<Action> {
    let known = ACTIONS.lines().find(|known| *known == name);
    known.map(Action::named)
}

fn read(query: &ListAuditEntries, fields: &mut Fields) -> AuditFilter {
    let actor = given(query.user.as_deref()).and_then(|id| {
        fields.check(
            "user",
            id.parse().map_err(|_| "Enter the id of an account."),
        )
    });
    let object = given(query.object.as_deref()).and_then(|object| {
        let object = (object.len() <= MAX_OBJECT).then(|| object.to_owned());
        fields.check("object", object.ok_or("This is too long."))
    });
    let action = given(query.action.as_deref()).and_then(|name| {
        fields.check(
            "action",
            find_action(name).ok_or("There is no such action."),
        )
    });
    AuditFilter {
        actor,
        object,
        action,
        day: filters::day(fields, query.day.as_deref()),
    }
}
