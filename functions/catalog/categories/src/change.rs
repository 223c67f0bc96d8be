//! A change of one category, whichever call makes it.

use api::{Answer, App, Fields, RequestInfo};
use catalog::actions::CATEGORY_CHANGED;
use catalog::category::{Category, CategoryId, TreeChange};
use kernel::audit::{Change, Object};
use kernel::id::UserId;

use crate::category_fields::place;
use crate::write::{Decision, write};

/// Has a category become what is made of it, wherever it then stands. `None` if there is none. What is as it should be is not
/// written.
pub(crate) async fn change(
    app: &App,
    info: &RequestInfo,
    by: UserId,
    id: CategoryId,
    made_of: impl Fn(&Category) -> Category,
) -> Answer<Option<Category>> {
    write(app, |tree| {
        let Some(before) = tree.get(id) else {
            return Ok(Decision {
                answer: None,
                change: None,
            });
        };
        let after = made_of(before);
        let changes = changes(before, &after);
        if changes.is_empty() {
            return Ok(Decision {
                answer: Some(after),
                change: None,
            });
        }
        let mut fields = Fields::default();
        place(tree, id, after.parent, &mut fields);
        if !fields.is_empty() {
            return Err(fields.into_error());
        }
        let audit = info.audit(app, CATEGORY_CHANGED).by(by);
        let audit = audit.on(Object::of("category", id)).with_changes(changes);
        let change = TreeChange::Replace {
            before: before.clone(),
            after: after.clone(),
        };
        Ok(Decision {
            answer: Some(after),
            change: Some((change, Some(audit))),
        })
    })
    .await
}

/// What differs, field by field.
fn changes(before: &Category, after: &Category) -> Vec<Change> {
    let parent = |category: &Category| {
        let parent = category.parent.map(|parent| parent.to_string());
        parent.unwrap_or_default()
    };
    let fields = [
        ("name", before.name.clone(), after.name.clone()),
        ("slug", before.slug.to_string(), after.slug.to_string()),
        (
            "description",
            before.description.clone(),
            after.description.clone(),
        ),
        ("parent", parent(before), parent(after)),
        (
            "is_active",
            before.is_active.to_string(),
            after.is_active.to_string(),
        ),
    ];
    let changed = fields
        .into_iter()
        .filter(|(_, before, after)| before != after);
    let changed = changed.map(|(field, before, after)| Change {
        field: field.to_owned(),
        before,
        after,
    });
    changed.collect()
}
