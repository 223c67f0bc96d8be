//! Products that go from one category to another, because theirs is deleted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;
use store::batch::get_all;
use store::query::Query;
use store::update::Update;
use store::value::millis;
use store::writes::{check, remove, replace};
use store::{Committed, Store, StoreError, Transaction, from_item};

use super::keys;
use super::rules::{Product, ProductId};
use super::store::{Owner, is_as_read, is_open};
use super::whole::is_deleted;
use crate::category::CategoryId;
use crate::table::CATALOG;

/// The products that one transaction moves at most: three writes each, and the gates of the other category, are not more than
/// the hundred that DynamoDB takes.
const AT_ONCE: u8 = 25;

/// The range of sort keys of a category's products.
const OF_PRODUCTS: (&str, &str) = ("begins_with(#sk, :sk)", keys::MEMBER);

/// The products of a category.
pub struct Members<'a>(pub &'a Store);

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveOutcome {
    /// Some are moved; there may be more.
    Moved,
    /// There is none.
    Empty,
    /// The other category is being deleted, too.
    Closed,
    /// One of them was changed at the same time: the same again.
    ChangedMeanwhile,
}

impl Members<'_> {
    /// Whether there is a product in a category.
    pub async fn is_empty(&self, id: CategoryId) -> Result<bool, StoreError> {
        Ok(self.first(id, 1).await?.is_empty())
    }

    /// Moves some of the products of a category to another.
    pub async fn move_some(
        &self,
        from: CategoryId,
        to: CategoryId,
        now: Timestamp,
    ) -> Result<MoveOutcome, StoreError> {
        let ids = self.first(from, AT_ONCE).await?;
        if ids.is_empty() {
            return Ok(MoveOutcome::Empty);
        }
        let attempt = "read the products of a category";
        let table = self.0.table(CATALOG);
        let wanted = ids.iter().map(|id| keys::product(*id)).collect();
        let mut transaction = Transaction::new("move products");
        let mut gates = BTreeSet::new();
        // One that was deleted since it was listed is in no category any more.
        let mut found = get_all(self.0, table, wanted, attempt).await?;
        found.retain(|item| !is_deleted(item));
        if found.is_empty() {
            return Ok(MoveOutcome::ChangedMeanwhile);
        }
        for item in found {
            let product: Product = from_item(item, attempt)?;
            let stays = product
                .categories
                .iter()
                .filter(|id| ![from, to].contains(id));
            let categories = stays.copied().chain([to]);
            let update = Update::of(table, keys::product(product.id))
                .set(
                    "categories",
                    store::value::nested(&categories.collect::<Vec<_>>()),
                )
                .set("version", product.version + 1)
                .set("updated_at", millis(now))
                .when(is_as_read(&product));
            transaction = transaction
                .with("product", update.in_transaction())
                .with("left", remove(table, keys::member(from, product.id)))
                .with(
                    "entered",
                    replace(
                        table,
                        keys::member(to, product.id),
                        &Owner { id: product.id },
                    ),
                );
            let gate = keys::gate(to, product.id);
            if gates.insert(gate.sk.clone()) {
                transaction = transaction.with("gate", check(table, gate, is_open(now)));
            }
        }
        Ok(match transaction.commit(self.0).await? {
            Committed::Yes => MoveOutcome::Moved,
            Committed::No("gate") => MoveOutcome::Closed,
            Committed::No(_) => MoveOutcome::ChangedMeanwhile,
        })
    }

    /// Some of the products of a category, by their ids: so many at most, those after one that is given. Who gets fewer has
    /// come to the end.
    pub async fn some_after(
        &self,
        id: CategoryId,
        after: Option<ProductId>,
        most: u16,
    ) -> Result<Vec<ProductId>, StoreError> {
        let after = after.map_or_else(String::new, |after| after.to_string());
        let after = format!("{}{after}", keys::MEMBER);
        self.members(id, ("#sk > :sk", &after), i32::from(most))
            .await
    }

    /// How many products are in a category.
    pub async fn count(&self, id: CategoryId) -> Result<u64, StoreError> {
        let partition = keys::category(id);
        let query = self.query(&partition, OF_PRODUCTS);
        query
            .count(self.0, "count the products of a category")
            .await
    }

    async fn first(&self, id: CategoryId, count: u8) -> Result<Vec<ProductId>, StoreError> {
        self.members(id, OF_PRODUCTS, i32::from(count)).await
    }

    /// The first so many of a category's products that are in a range of sort keys.
    async fn members(
        &self,
        id: CategoryId,
        range: (&str, &str),
        count: i32,
    ) -> Result<Vec<ProductId>, StoreError> {
        #[derive(Deserialize)]
        struct Member {
            id: ProductId,
        }

        let attempt = "list the products of a category";
        let partition = keys::category(id);
        let query = self.query(&partition, range);
        let items = query.first(count, self.0, attempt).await?;
        let members = items
            .into_iter()
            .map(|item| from_item::<Member>(item, attempt));
        members.map(|member| Ok(member?.id)).collect()
    }

    fn query<'a>(&'a self, partition: &'a str, (range, sk): (&'a str, &'a str)) -> Query<'a> {
        Query {
            table: self.0.table(CATALOG),
            index: None,
            partition: ("pk", partition),
            range,
            sort: ("sk", sk),
        }
    }
}
