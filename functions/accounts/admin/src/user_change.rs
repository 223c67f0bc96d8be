//! What is recorded of a change of an account, and who is told of it.

use accounts::account::User;
use accounts::actions;
use accounts::jobs::{
    AdministrationEvent, AdministratorChange, AdministratorEvent, TellAdministrators,
    administration_notice,
};
use api::{App, RequestInfo};
use kernel::audit::{Change, Entry};
use kernel::id::UserId;
use kernel::task::Task;

/// An entry for each thing that changes, before and after. None if nothing does.
pub(crate) fn entries(
    app: &App,
    by: UserId,
    info: &RequestInfo,
    before: &User,
    after: &User,
) -> Vec<Entry> {
    let is_active = |user: &User| if user.disabled { "false" } else { "true" };
    [
        (
            actions::ROLE_CHANGED,
            "role",
            before.role.as_str(),
            after.role.as_str(),
        ),
        (
            actions::USER_CHANGED,
            "is_active",
            is_active(before),
            is_active(after),
        ),
    ]
    .into_iter()
    .filter(|(_, _, before, after)| before != after)
    .map(|(action, field, was, is)| {
        info.audit(app, action)
            .by(by)
            .on(before.id)
            .with_changes(vec![Change {
                field: field.to_owned(),
                before: was.to_owned(),
                after: is.to_owned(),
            }])
    })
    .collect()
}

/// The tasks that tell of what changes: the owner of all of it, and every administrator where it is about one of them.
pub(crate) fn notices(app: &App, by: UserId, before: &User, after: &User) -> Vec<Task> {
    let to_owner = events(before, after);
    let to_owner = to_owner.map(|event| administration_notice(app, before.id, event));
    let to_administrators = events_of_administrators(before, after).map(|event| {
        app.task(&TellAdministrators(AdministratorChange {
            user_id: before.id,
            by: Some(by),
            event,
            at: app.now(),
        }))
    });
    to_owner.chain(to_administrators).collect()
}

fn events(before: &User, after: &User) -> impl Iterator<Item = AdministrationEvent> {
    let role = (before.role != after.role).then_some(AdministrationEvent::RoleChanged(after.role));
    let lock = (before.disabled != after.disabled).then_some(if after.disabled {
        AdministrationEvent::Locked
    } else {
        AdministrationEvent::Unlocked
    });
    role.into_iter().chain(lock)
}

fn events_of_administrators(
    before: &User,
    after: &User,
) -> impl Iterator<Item = AdministratorEvent> {
    let [was_one, is_one] = [before, after].map(|user| user.role.is_granted());
    let role = (was_one != is_one).then_some(if is_one {
        AdministratorEvent::Promoted
    } else {
        AdministratorEvent::Demoted
    });
    let is_locked_or_unlocked = before.disabled != after.disabled && (was_one || is_one);
    let lock = is_locked_or_unlocked.then_some(if after.disabled {
        AdministratorEvent::Locked
    } else {
        AdministratorEvent::Unlocked
    });
    role.into_iter().chain(lock)
}
