//! The tree of categories: what may stand where.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::slug::Slug;

/// The levels that the tree has at most: a category without a parent is on the first.
pub const DEEPEST: usize = 8;

kernel::id!(
    /// The id of a category.
    CategoryId
);

/// A category, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// What it is called.
    pub name: String,
    /// Its name in addresses, which no other category has.
    pub slug: Slug,
    /// What it holds, in words; may be empty.
    pub description: String,
    /// The category that it is part of.
    pub parent: Option<CategoryId>,
    /// False hides it and all that is below it.
    pub is_active: bool,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}

/// The reason why a category cannot stand below another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MisplacedCategory {
    /// There is no such parent.
    #[error("There is no such category.")]
    UnknownParent,
    /// The parent is the category itself, or below it.
    #[error("A category cannot be below itself.")]
    BelowItself,
    /// What is below it would be on a level that the tree does not have.
    #[error("The tree has 8 levels at most.")]
    TooDeep,
}

/// All categories.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    categories: BTreeMap<CategoryId, Category>,
    /// The categories below each, and those on the first level.
    children: BTreeMap<Option<CategoryId>, BTreeSet<CategoryId>>,
}

impl Tree {
    /// The tree of these categories.
    pub fn of(categories: impl IntoIterator<Item = Category>) -> Self {
        let mut tree = Self::default();
        for category in categories {
            let siblings = tree.children.entry(category.parent).or_default();
            siblings.insert(category.id);
            tree.categories.insert(category.id, category);
        }
        tree
    }

    /// A category.
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.categories.get(&id)
    }

    /// The category that is called so in addresses.
    pub fn find(&self, slug: &Slug) -> Option<&Category> {
        self.categories.values().find(|one| one.slug == *slug)
    }

    /// All of them, by their names.
    pub fn all(&self) -> Vec<&Category> {
        by_name(self.categories.values().collect())
    }

    /// The categories right below one, or on the first level, by their names.
    pub fn below(&self, parent: Option<CategoryId>) -> Vec<&Category> {
        let children = self.children.get(&parent).into_iter().flatten();
        by_name(children.filter_map(|id| self.get(*id)).collect())
    }

    /// A category and all that is below it.
    pub fn branch(&self, id: CategoryId) -> BTreeSet<CategoryId> {
        let mut branch = BTreeSet::new();
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            if branch.insert(id) {
                left.extend(self.children.get(&Some(id)).into_iter().flatten());
            }
        }
        branch
    }

    /// A category and those that it is part of, itself first. It ends where a parent is missing, or comes twice.
    pub fn path(&self, id: CategoryId) -> Vec<&Category> {
        let mut path: Vec<&Category> = Vec::new();
        let mut next = self.get(id);
        while let Some(category) = next.filter(|next| path.iter().all(|seen| seen.id != next.id)) {
            path.push(category);
            next = category.parent.and_then(|parent| self.get(parent));
        }
        path
    }

    /// Whether visitors see a category: it is active, and so is all that it is part of.
    pub fn is_shown(&self, id: CategoryId) -> bool {
        let path = self.path(id);
        !path.is_empty() && path.iter().all(|category| category.is_active)
    }

    /// The levels from a category to the lowest below it, its own among them.
    fn height(&self, id: CategoryId) -> usize {
        let children = self.children.get(&Some(id)).into_iter().flatten();
        let below = children.map(|child| self.height(*child)).max();
        1 + below.unwrap_or(0)
    }

    /// Checks that a category, with all that is below it, may stand below another.
    ///
    /// # Errors
    /// The reason why it may not.
    pub fn place(
        &self,
        id: CategoryId,
        parent: Option<CategoryId>,
    ) -> Result<(), MisplacedCategory> {
        let Some(parent) = parent else {
            return Ok(());
        };
        let path = self.path(parent);
        if parent == id || path.iter().any(|category| category.id == id) {
            Err(MisplacedCategory::BelowItself)
        } else if path.is_empty() {
            Err(MisplacedCategory::UnknownParent)
        } else if path.len() + self.height(id) > DEEPEST {
            Err(MisplacedCategory::TooDeep)
        } else {
            Ok(())
        }
    }
}

fn by_name(mut categories: Vec<&Category>) -> Vec<&Category> {
    categories.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    categories
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;

    use super::*;

    /// Categories of these names and parents, by their places in the list. Slugs are the names.
    fn tree(parts: &[(&str, Option<usize>)]) -> (Tree, Vec<CategoryId>) {
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        let at = Timestamp::UNIX_EPOCH;
        let ids: Vec<_> = parts
            .iter()
            .map(|_| CategoryId::new(at, &mut rng))
            .collect();
        let categories = parts
            .iter()
            .zip(&ids)
            .map(|(&(name, parent), &id)| Category {
                id,
                name: name.to_owned(),
                slug: Slug::of(name).unwrap(),
                description: String::new(),
                parent: parent.map(|place| ids[place]),
                is_active: !name.starts_with("closed"),
                created_at: at,
            });
        (Tree::of(categories), ids)
    }

    fn names(categories: &[&Category]) -> Vec<String> {
        categories.iter().map(|one| one.name.clone()).collect()
    }

    #[test]
    fn a_tree_knows_what_is_above_and_below() {
        let (tree, ids) = tree(&[
            ("home", None),
            ("tea", Some(0)),
            ("coffee", Some(0)),
            ("green", Some(1)),
            ("garden", None),
        ]);

        assert_eq!(names(&tree.below(None)), ["garden", "home"]);
        assert_eq!(names(&tree.below(Some(ids[0]))), ["coffee", "tea"]);
        assert_eq!(names(&tree.path(ids[3])), ["green", "tea", "home"]);
        assert_eq!(tree.branch(ids[0]), ids[..4].iter().copied().collect());
        assert_eq!(tree.find(&Slug::of("tea").unwrap()).unwrap().id, ids[1]);
    }

    #[test]
    fn what_is_closed_hides_what_is_below() {
        let (tree, ids) = tree(&[
            ("home", None),
            ("closed tea", Some(0)),
            ("green", Some(1)),
            ("coffee", Some(0)),
        ]);

        let shown = ids.iter().filter(|id| tree.is_shown(**id));
        assert!(shown.eq([&ids[0], &ids[3]]));
    }

    #[test]
    fn nothing_is_below_itself_nor_on_a_ninth_level() {
        let levels: Vec<_> = (0..DEEPEST)
            .map(|level| ("level", level.checked_sub(1)))
            .collect();
        let (tree, ids) = tree(
            &[
                &levels[..],
                &[("lone", None), ("pair", None), ("low", Some(9))],
            ]
            .concat(),
        );
        let (lone, pair) = (ids[8], ids[9]);

        assert_eq!(
            tree.place(ids[0], Some(ids[7])),
            Err(MisplacedCategory::BelowItself)
        );
        assert_eq!(
            tree.place(ids[3], Some(ids[3])),
            Err(MisplacedCategory::BelowItself)
        );
        assert_eq!(
            tree.place(lone, Some(ids[7])),
            Err(MisplacedCategory::TooDeep)
        );
        assert_eq!(tree.place(lone, Some(ids[6])), Ok(()));
        assert_eq!(
            tree.place(pair, Some(ids[6])),
            Err(MisplacedCategory::TooDeep)
        );
        assert_eq!(tree.place(pair, Some(ids[5])), Ok(()));
        assert_eq!(tree.place(ids[4], None), Ok(()));
        let unknown = CategoryId::first_of(Timestamp::MAX);
        assert_eq!(
            tree.place(lone, Some(unknown)),
            Err(MisplacedCategory::UnknownParent)
        );
        // One that is made now is in no tree yet.
        assert_eq!(tree.place(unknown, Some(ids[6])), Ok(()));
        assert_eq!(
            tree.place(unknown, Some(ids[7])),
            Err(MisplacedCategory::TooDeep)
        );
    }

    proptest! {
        #[test]
        fn whatever_is_moved_it_stays_a_tree(moves in prop::collection::vec((0..12_usize, 0..13_usize), 1..60)) {
            let (mut tree, ids) = tree(&[("one", None); 12]);
            for (from, to) in moves {
                let (id, parent) = (ids[from], ids.get(to).copied());
                if tree.place(id, parent).is_ok() {
                    let mut all: Vec<Category> = tree.categories.into_values().collect();
                    for category in all.iter_mut().filter(|one| one.id == id) {
                        category.parent = parent;
                    }
                    tree = Tree::of(all);
                }
            }

            // From the first level down everything is reached, within eight levels.
            let first = tree.below(None);
            let reached: BTreeSet<_> = first.iter().flat_map(|one| tree.branch(one.id)).collect();
            prop_assert_eq!(reached.len(), ids.len());
            prop_assert!(ids.iter().all(|id| tree.path(*id).len() <= DEEPEST));
        }
    }
}
