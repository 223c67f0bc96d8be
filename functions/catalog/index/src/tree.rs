//! The tree of categories, as far as a list depends on it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its id.
    pub id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// The category that it is part of.
    pub parent: Option<Uuid>,
    /// False hides it and all that is below it.
    pub is_active: bool,
}

/// All categories. It is kept with the index, and not the model's own: that comes with the storage and its SDK.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Category>", into = "Vec<Category>")]
pub struct Tree {
    categories: Vec<Category>,
    places: HashMap<Uuid, u32>,
    /// Of each that is shown, itself and all that it is part of; of another, nothing.
    shown: Vec<Vec<u32>>,
}

impl Tree {
    /// The tree of these categories.
    pub fn of(categories: impl IntoIterator<Item = Category>) -> Self {
        let mut categories: Vec<Category> = categories.into_iter().collect();
        categories.sort_by_key(|category| category.id);
        categories.dedup_by_key(|category| category.id);
        let places = (0..).zip(&categories).map(|(place, one)| (one.id, place));
        let mut tree = Self {
            places: places.collect(),
            shown: Vec::new(),
            categories,
        };
        tree.shown = (0..)
            .zip(&tree.categories)
            .map(|(place, _)| tree.path(place))
            .collect();
        tree
    }

    /// The way up from a category, itself first; nothing if one on it is not active. It ends where a parent is missing, or
    /// comes twice.
    fn path(&self, place: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut next = Some(place);
        while let Some(place) = next.filter(|place| !path.contains(place)) {
            let category = &self.categories[place as usize];
            if !category.is_active {
                return Vec::new();
            }
            path.push(place);
            next = category.parent.and_then(|parent| self.place(parent));
        }
        path
    }

    /// The place of a category among all of them.
    pub(crate) fn place(&self, id: Uuid) -> Option<u32> {
        self.places.get(&id).copied()
    }

    /// The places of a category and of all that it is part of, if visitors see it; otherwise none.
    pub(crate) fn shown(&self, place: u32) -> &[u32] {
        &self.shown[place as usize]
    }

    /// Whether visitors see the category at a place.
    pub(crate) fn is_shown(&self, place: u32) -> bool {
        !self.shown(place).is_empty()
    }

    /// The category that is called so in addresses, if visitors see it.
    pub(crate) fn find(&self, slug: &str) -> Option<u32> {
        let place = self.categories.iter().position(|one| one.slug == slug)?;
        let place = u32::try_from(place).ok()?;
        self.is_shown(place).then_some(place)
    }

    /// All categories, by their ids.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }
}

impl From<Vec<Category>> for Tree {
    fn from(categories: Vec<Category>) -> Self {
        Self::of(categories)
    }
}

impl From<Tree> for Vec<Category> {
    fn from(tree: Tree) -> Self {
        tree.categories
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(id: u128, parent: Option<u128>, is_active: bool) -> Category {
        Category {
            id: Uuid::from_u128(id),
            slug: format!("c{id}"),
            parent: parent.map(Uuid::from_u128),
            is_active,
        }
    }

    #[test]
    fn what_is_below_an_inactive_category_is_not_shown() {
        let tree = Tree::of([
            category(1, None, true),
            category(2, Some(1), false),
            category(3, Some(2), true),
            category(4, Some(1), true),
        ]);

        assert_eq!(tree.shown(3), [3, 0]);
        assert_eq!(tree.find("c4"), Some(3));
        for hidden in ["c2", "c3", "c5"] {
            assert_eq!(tree.find(hidden), None, "{hidden}");
        }
        let json = serde_json::to_string(&tree).unwrap();
        assert_eq!(serde_json::from_str::<Tree>(&json).unwrap(), tree);
    }

    #[test]
    fn a_circle_ends() {
        let tree = Tree::of([category(1, Some(2), true), category(2, Some(1), true)]);
        assert_eq!(tree.shown(0), [0, 1]);
    }
}
