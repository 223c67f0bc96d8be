//! A row of a category.

use answers::SLUG_TAKEN;
use answers::category_fields::{CategoryFields, Wanted, place};
use api::{Fields, JsonObject};
use catalog::category::{Categories, Category, CategoryId, CategoryOutcome, Tree, TreeChange};
use catalog::slug::Slug;
use serde_json::{Map, json};
use store::Attempts;

use super::work::{Importer, Outcome, Trouble};
use crate::record;

/// Makes a category as a row says. It is found by its slug, and so is its parent.
pub(super) async fn import(
    importer: &Importer<'_>,
    number: u64,
    row: &JsonObject,
) -> Result<Outcome, Trouble> {
    let app = importer.app;
    let (at, mut rng) = importer.id_of(number, 1);
    let id = CategoryId::new(at, &mut rng);
    let decide = |tree: &Tree| decided(row, tree, id, || app.now());
    // The tree of a moment ago tells of most rows that nothing is to be done.
    if let Decision::AsItIs(category) = decide(&importer.tree())? {
        return Ok(importer.as_it_is(number, category.uuid()));
    }

    let categories = Categories(app.store());
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let read = categories.read().await?;
        let (change, outcome) = match decide(&read.tree)? {
            Decision::AsItIs(category) => {
                return Ok(importer.as_it_is(number, category.uuid()));
            }
            Decision::Add(category) => (TreeChange::Add(category), Outcome::Made),
            Decision::Replace(before, after) => {
                (TreeChange::Replace { before, after }, Outcome::Changed)
            }
        };
        match categories.write(&read, &change, None).await? {
            CategoryOutcome::Done => {
                importer.read_tree().await?;
                return Ok(outcome);
            }
            CategoryOutcome::SlugTaken => return Err(SLUG_TAKEN.of_field("slug").into()),
            CategoryOutcome::ChangedMeanwhile => {}
        }
    }
    Err(store::StoreError::kept_changing("import a category").into())
}

/// What is to become of a category.
enum Decision {
    AsItIs(CategoryId),
    Add(Category),
    Replace(Category, Category),
}

fn decided(
    row: &JsonObject,
    tree: &Tree,
    id: CategoryId,
    now: impl Fn() -> jiff::Timestamp,
) -> Result<Decision, Trouble> {
    let slug = row.text("slug").unwrap_or_default().trim();
    let found = slug.parse::<Slug>().ok().and_then(|slug| tree.find(&slug));
    let base = found.map(|found| record::category(found, tree));
    let row = row.clone().over(base.unwrap_or_default().into());
    let (row, parent) = with_parent(row, tree)?;
    let mut fields = Fields::default();
    let wanted = row.read::<CategoryFields>()?.read(&mut fields);
    if slug.is_empty() {
        fields.reject("slug", "This field is required.");
    }
    let Some(Wanted {
        name,
        slug: Some(slug),
        description,
        is_active,
        ..
    }) = wanted
    else {
        return Err(fields.into_error().into());
    };
    let id = found.map_or(id, |found| found.id);
    place(tree, id, parent, &mut fields);
    if !fields.is_empty() {
        return Err(fields.into_error().into());
    }
    let category = Category {
        id,
        name,
        slug,
        description,
        parent,
        is_active,
        created_at: found.map_or_else(now, |found| found.created_at),
    };
    Ok(match found {
        None => Decision::Add(category),
        Some(found) if *found == category => Decision::AsItIs(id),
        Some(found) => Decision::Replace(found.clone(), category),
    })
}

/// The row with its parent's id in place of the slug.
fn with_parent(
    mut row: JsonObject,
    tree: &Tree,
) -> Result<(JsonObject, Option<CategoryId>), Trouble> {
    let named = row.take::<String>("parent")?;
    let named = named.filter(|named| !named.trim().is_empty());
    let found = named.map(|named| {
        let found = named.trim().parse().ok().and_then(|slug| tree.find(&slug));
        found.ok_or_else(|| Fields::error("parent", "There is no such category."))
    });
    let parent = found.transpose()?.map(|parent| parent.id);
    let id = Map::from_iter([("parent".to_owned(), json!(parent))]);
    Ok((row.over(id.into()), parent))
}
