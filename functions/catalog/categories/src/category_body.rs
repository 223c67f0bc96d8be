//! A category in the words of answers.

use catalog::category::{Category, CategoryId, Tree};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryBody {
    /// Its id.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    id: Uuid,
    /// What it is called.
    #[schema(example = "Tea")]
    name: String,
    /// Its name in addresses.
    #[schema(example = "tea")]
    slug: String,
    /// What it holds, in words.
    #[schema(example = "Leaves from all over the world.")]
    description: String,
    /// The category that it is part of.
    #[schema(example = json!(null))]
    parent: Option<Uuid>,
    /// False hides it and all that is below it.
    #[schema(example = true)]
    is_active: bool,
    /// When it was made (RFC 3339, UTC).
    #[schema(example = "2026-11-30T12:00:00Z")]
    created_at: String,
    /// The categories below it; only in a tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion, example = json!(null))]
    children: Option<Vec<CategoryBody>>,
}

impl CategoryBody {
    /// The category with all below it that is wanted.
    pub(crate) fn with_children(
        tree: &Tree,
        category: &Category,
        is_wanted: &impl Fn(&Category) -> bool,
    ) -> Self {
        let below = tree.below(Some(category.id)).into_iter();
        let children = below.filter(|child| is_wanted(child));
        let children = children.map(|child| Self::with_children(tree, child, is_wanted));
        Self {
            children: Some(children.collect()),
            ..Self::from(category)
        }
    }
}

impl From<&Category> for CategoryBody {
    fn from(category: &Category) -> Self {
        Self {
            id: category.id.uuid(),
            name: category.name.clone(),
            slug: category.slug.to_string(),
            description: category.description.clone(),
            parent: category.parent.map(CategoryId::uuid),
            is_active: category.is_active,
            created_at: category.created_at.to_string(),
            children: None,
        }
    }
}
