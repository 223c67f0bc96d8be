//! A change of one category, whichever call makes it.

use answers::category_fields::place;
use api::{Answer, App, Fields, RequestInfo};
use catalog::actions::CATEGORY_CHANGED;
use catalog::category::{Category, CategoryId, TreeChange};
use catalog::{Field, differing, or_nothing};
use kernel::audit::Object;
use kernel::id::UserId;

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
        let changes = differing(before, &after, &FIELDS);
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

/// What an entry of the audit log tells of.
const FIELDS: [Field<Category>; 5] = [
    ("name", |category| category.name.clone()),
    ("slug", |category| category.slug.to_string()),
    ("description", |category| category.description.clone()),
    ("parent", |category| or_nothing(category.parent.as_ref())),
    ("is_active", |category| category.is_active.to_string()),
];
