//! The storage of categories.

use jiff::Timestamp;
use kernel::audit::Entry;
use serde::{Deserialize, Serialize};
use store::condition::unchanged;
use store::query::{partition, text};
use store::update::Update;
use store::writes::{add, remove, replace};
use store::{Committed, Store, StoreError, Transaction, Write, from_item};

use super::gates;
use super::keys::{self, CATEGORY, TREE};
use super::rules::{Category, CategoryId, Tree};
use crate::table::CATALOG;

/// The storage of categories.
pub struct Categories<'a>(pub &'a Store);

/// The tree as it was read. What is written on the strength of it is written only as long as it is so.
#[derive(Debug, Clone, Default)]
pub struct ReadTree {
    /// The tree.
    pub tree: Tree,
    version: Option<u64>,
}

/// A change of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeChange {
    /// A category is new.
    Add(Category),
    /// A category is written over what it was.
    Replace {
        /// What it was.
        before: Category,
        /// What it becomes.
        after: Category,
    },
    /// A category goes that has nothing below it, no products, and gates that this call has closed.
    Remove {
        /// What it was.
        category: Category,
        /// The moment until which the call has closed its gates.
        closed: Timestamp,
    },
    /// Some of the categories below one come to stand below another: all, where they are few.
    MoveSome {
        /// Where they are.
        from: CategoryId,
        /// Where they come to stand.
        to: CategoryId,
    },
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoryOutcome {
    /// It is made.
    Done,
    /// Another category has the slug.
    SlugTaken,
    /// The tree has changed since it was read.
    ChangedMeanwhile,
}

/// The categories that one transaction moves at most: with what else it writes, well below the hundred that DynamoDB takes.
const MOVED_AT_ONCE: usize = 50;

#[derive(Serialize)]
struct Owner {
    id: CategoryId,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

impl Categories<'_> {
    /// All categories, as they are at this moment.
    pub async fn read(&self) -> Result<ReadTree, StoreError> {
        let attempt = "read the categories";
        let items = partition(self.0, self.0.table(CATALOG), keys::ALL, attempt).await?;
        let (mut categories, mut version) = (Vec::new(), None);
        for item in items {
            let sk = text(&item, "sk");
            if sk.starts_with(CATEGORY) {
                categories.push(from_item(item, attempt)?);
            } else if sk == TREE {
                let read: Version = from_item(item, attempt)?;
                version = Some(read.version);
            }
        }
        let tree = Tree::of(categories);
        Ok(ReadTree { tree, version })
    }

    /// Makes a change, on the strength of the tree that was read.
    pub async fn write(
        &self,
        read: &ReadTree,
        change: &TreeChange,
        audit: Option<&Entry>,
    ) -> Result<CategoryOutcome, StoreError> {
        let mut transaction =
            Transaction::new("change the categories").with("tree", self.count(read));
        for (name, write) in self.writes(read, change) {
            transaction = transaction.with(name, write);
        }
        if let Some(audit) = audit {
            transaction = transaction.audited(audit);
        }
        Ok(match transaction.commit(self.0).await? {
            Committed::Yes => CategoryOutcome::Done,
            Committed::No("slug") => CategoryOutcome::SlugTaken,
            Committed::No(_) => CategoryOutcome::ChangedMeanwhile,
        })
    }

    /// Lets no product into a category until a moment, unless another call does so already.
    pub async fn close(
        &self,
        id: CategoryId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = Transaction::new("close a category");
        for gate in gates::close(self.0.table(CATALOG), id, now, until) {
            transaction = transaction.with("gate", gate);
        }
        Ok(matches!(transaction.commit(self.0).await?, Committed::Yes))
    }

    /// Lets products into a category again, if it is this call that has closed it.
    pub async fn open(&self, id: CategoryId, closed: Timestamp) -> Result<(), StoreError> {
        let mut transaction = Transaction::new("open a category");
        for gate in gates::open(self.0.table(CATALOG), id, closed) {
            transaction = transaction.with("gate", gate);
        }
        transaction.commit(self.0).await.map(drop)
    }

    /// The writes of a change. None but that of a new slug has a condition of its own: the tree is as it was read, or nothing
    /// is written.
    fn writes(&self, read: &ReadTree, change: &TreeChange) -> Vec<(&'static str, Write)> {
        let table = self.0.table(CATALOG);
        let key = |category: &Category| keys::category(category.id);
        let take_slug = |category: &Category| {
            let owner = Owner { id: category.id };
            ("slug", add(table, keys::slug(&category.slug), &owner))
        };
        let free_slug = |category: &Category| {
            let write = remove(table, keys::slug(&category.slug));
            ("old slug", write)
        };
        let rewrite = |category: &Category| {
            let write = replace(table, key(category), category);
            ("category", write)
        };
        match change {
            TreeChange::Add(category) => {
                let write = add(table, key(category), category);
                vec![("category", write), take_slug(category)]
            }
            TreeChange::Replace { before, after } if before.slug == after.slug => {
                vec![rewrite(after)]
            }
            TreeChange::Replace { before, after } => {
                vec![rewrite(after), take_slug(after), free_slug(before)]
            }
            TreeChange::Remove { category, closed } => {
                let write = remove(table, key(category));
                let mut writes = vec![("category", write), free_slug(category)];
                let gates = gates::shut(table, category.id, *closed).into_iter();
                writes.extend(gates.map(|gate| ("gate", gate)));
                writes
            }
            TreeChange::MoveSome { from, to } => {
                let children = read.tree.below(Some(*from)).into_iter();
                let moved = children.take(MOVED_AT_ONCE).map(|child| Category {
                    parent: Some(*to),
                    ..child.clone()
                });
                moved.map(|category| rewrite(&category)).collect()
            }
        }
    }

    /// The write that lets no change pass by another that was made on the strength of the same tree.
    fn count(&self, read: &ReadTree) -> Write {
        let version = read.version;
        Update::of(self.0.table(CATALOG), keys::tree())
            .set("version", version.map_or(1, |version| version + 1))
            .when(unchanged("version", version))
            .in_transaction()
    }
}
