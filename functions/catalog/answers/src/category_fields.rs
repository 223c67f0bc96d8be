//! A category as a request says it.

use std::fmt::Display;

use api::Fields;
use catalog::category::{CategoryId, Tree};
use catalog::slug::Slug;
use catalog::text::{line, prose};
use serde::Deserialize;
use utoipa::ToSchema;

/// The longest name and the longest description, in characters.
const MAX_NAME: usize = 100;
const MAX_DESCRIPTION: usize = 2_000;

/// A category, whole.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CategoryFields {
    /// What it is called, in 1 to 100 characters.
    #[schema(required, example = "Tea", max_length = 100)]
    #[serde(default)]
    name: String,
    /// Its name in addresses, which no other category may have: letters and digits in lower case, with single hyphens
    /// between. Made from the name if it is left out.
    #[schema(example = "tea", max_length = 100)]
    slug: Option<String>,
    /// What it holds, in words.
    #[schema(example = "Leaves from all over the world.", max_length = 2000)]
    #[serde(default)]
    description: Option<String>,
    /// The id of the category that it is part of. Without one it is on the first of eight levels.
    #[schema(example = json!(null), value_type = Option<Uuid>)]
    parent: Option<String>,
    /// False hides it and all that is below it. True if it is left out.
    #[schema(example = true)]
    is_active: Option<bool>,
}

/// A category as it is wanted: what was read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it is called.
    pub name: String,
    /// Its name in addresses, where one is given.
    pub slug: Option<Slug>,
    /// What it holds, in words.
    pub description: String,
    /// The category that it is part of.
    pub parent: Option<CategoryId>,
    /// False hides it and all that is below it.
    pub is_active: bool,
}

impl CategoryFields {
    /// Reads them, or notes what is wrong.
    pub fn read(self, fields: &mut Fields) -> Option<Wanted> {
        let name = fields.check("name", name(&self.name));
        let slug = self.slug.filter(|slug| !slug.is_empty());
        let slug = slug.map(|slug| fields.check("slug", slug.parse::<Slug>()));
        let text = self.description.unwrap_or_default();
        let description = fields.check("description", description(&text));
        let parent = self.parent.filter(|parent| !parent.is_empty());
        let parent = parent.map(|parent| fields.check("parent", id(&parent)));
        if !fields.is_empty() {
            return None;
        }
        Some(Wanted {
            name: name?,
            slug: slug.flatten(),
            description: description?,
            parent: parent.flatten(),
            is_active: self.is_active.unwrap_or(true),
        })
    }
}

/// Checks a name.
///
/// # Errors
/// The reason why it is none.
pub fn name(text: &str) -> Result<String, impl Display + use<>> {
    line(text, MAX_NAME)
}

/// Checks a description.
///
/// # Errors
/// The reason why it is none.
pub fn description(text: &str) -> Result<String, impl Display + use<>> {
    prose(text, MAX_DESCRIPTION)
}

/// Reads the id of a category.
///
/// # Errors
/// The reason why it is none.
pub fn id(text: &str) -> Result<CategoryId, &'static str> {
    text.parse().map_err(|_| "Enter the id of a category.")
}

/// Checks that a category may stand where it is wanted.
pub fn place(tree: &Tree, id: CategoryId, parent: Option<CategoryId>, fields: &mut Fields) {
    fields.check("parent", tree.place(id, parent));
}
