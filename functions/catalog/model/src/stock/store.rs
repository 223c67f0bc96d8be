//! The storage of stocks.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use store::batch::get_all;
use store::condition::{absent, at_least, at_most, equals};
use store::update::Update;
use store::value::{millis, nested};
use store::writes::{add, replace};
use store::{Attempts, Committed, Store, StoreError, Transaction, Write, from_item, lookup};

use super::keys;
use super::rules::{Cause, Level, MOST_PIECES, Part, given, shares, taken};
use crate::product::ProductId;
use crate::table::STOCK;
use crate::variant::VariantId;

/// The time for which the stock of a variant that was deleted is kept, for what is still reserved of it.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The storage of stocks.
pub struct Stock<'a>(pub &'a Store);

/// What became of a change of a stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockOutcome {
    /// It is made.
    Done,
    /// There are not as many pieces as would be taken away.
    TooFew,
    /// There would be more than [`MOST_PIECES`] in a part.
    TooMany,
    /// There is no such variant.
    Unknown,
    /// The answer to the call was kept by another, which took over because this one took too long.
    Overtaken,
    /// Others changed the stock each time.
    ChangedMeanwhile,
}

impl Stock<'_> {
    /// The parts of a variant's stock, by their numbers; none where there is no such variant, or it was deleted.
    pub async fn parts(&self, id: VariantId) -> Result<Vec<Part>, StoreError> {
        let attempt = "read a stock";
        let table = self.0.table(STOCK);
        let first: Option<Part> = lookup(self.0, table, keys::part(id, 0), attempt).await?;
        let Some(first) = first.filter(|first| first.ended_at.is_none()) else {
            return Ok(Vec::new());
        };
        let others = (1..first.parts).map(|number| keys::part(id, number));
        let others = get_all(self.0, table, others.collect(), attempt).await?;
        let mut parts = vec![first];
        for item in others {
            parts.push(from_item(item, attempt)?);
        }
        parts.sort_by_key(|part| part.part);
        Ok(parts)
    }

    /// The levels of several variants. Two reads at most, however many parts they have.
    pub async fn levels(
        &self,
        ids: &[VariantId],
    ) -> Result<BTreeMap<VariantId, Level>, StoreError> {
        let attempt = "read stocks";
        let table = self.0.table(STOCK);
        let keys = ids.iter().map(|id| keys::part(*id, 0)).collect();
        let mut parts: Vec<Part> = Vec::new();
        for item in get_all(self.0, table, keys, attempt).await? {
            parts.push(from_item(item, attempt)?);
        }
        let others = parts.iter().flat_map(|first| {
            let numbers = 1..first.parts;
            numbers.map(|number| keys::part(first.variant_id, number))
        });
        for item in get_all(self.0, table, others.collect(), attempt).await? {
            parts.push(from_item(item, attempt)?);
        }
        let mut levels: BTreeMap<VariantId, Vec<Part>> = BTreeMap::new();
        for part in parts {
            levels.entry(part.variant_id).or_default().push(part);
        }
        let levels = levels.into_iter();
        Ok(levels.map(|(id, parts)| (id, Level::of(&parts))).collect())
    }

    /// Adds pieces, or takes them away: never more than there are, whoever else takes some at the same time. `kept` is a write
    /// that is made with it.
    pub async fn adjust(
        &self,
        id: VariantId,
        delta: i64,
        cause: &Cause,
        kept: &Write,
        audit: &Entry,
    ) -> Result<StockOutcome, StoreError> {
        let change = |part, pieces| {
            if delta < 0 {
                self.take(id, part, pieces, cause)
            } else {
                self.give(id, part, pieces, cause)
            }
        };
        // Most stocks have one part, and most changes fit into it: then nothing has to be read.
        let mut changes = vec![(0, delta.unsigned_abs())];
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let mut transaction = Transaction::new("change a stock").with("kept", kept.clone());
            for (part, pieces) in changes {
                transaction = transaction.with("stock", change(part, pieces));
            }
            match transaction.audited(audit).commit(self.0).await? {
                Committed::Yes => return Ok(StockOutcome::Done),
                Committed::No("kept") => return Ok(StockOutcome::Overtaken),
                Committed::No(_) => {}
            }
            let parts = self.parts(id).await?;
            if parts.is_empty() {
                return Ok(StockOutcome::Unknown);
            }
            let fitting = if delta < 0 {
                taken(&parts, delta.unsigned_abs()).ok_or(StockOutcome::TooFew)
            } else {
                given(&parts, delta.unsigned_abs()).ok_or(StockOutcome::TooMany)
            };
            changes = match fitting {
                Ok(changes) => changes,
                Err(outcome) => return Ok(outcome),
            };
        }
        Ok(StockOutcome::ChangedMeanwhile)
    }

    /// Spreads what is available over so many parts. What is reserved stays where it is. Parts that are not wanted any more
    /// stay, empty: what is reserved of them comes back to them.
    pub async fn spread(
        &self,
        id: VariantId,
        among: u8,
        cause: &Cause,
        audit: &Entry,
    ) -> Result<StockOutcome, StoreError> {
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let parts = self.parts(id).await?;
            let Some(first) = parts.first() else {
                return Ok(StockOutcome::Unknown);
            };
            let count = among.max(first.parts);
            let mut wanted = shares(Level::of(&parts).available, among);
            wanted.resize(usize::from(count), 0);
            if wanted.iter().any(|pieces| *pieces > MOST_PIECES) {
                return Ok(StockOutcome::TooMany);
            }
            let mut transaction = Transaction::new("spread a stock");
            for (number, available) in (0..).zip(wanted) {
                let write = match parts.iter().find(|part| part.part == number) {
                    Some(part) => Update::of(self.0.table(STOCK), keys::part(id, number))
                        .set("available", available)
                        .set("parts", u32::from(count))
                        .set("version", part.version + 1)
                        .set("cause", nested(cause))
                        .when(equals("version", part.version))
                        .in_transaction(),
                    // Whoever else makes it changes the first part as well.
                    None => replace(
                        self.0.table(STOCK),
                        keys::part(id, number),
                        &Part {
                            part: number,
                            parts: count,
                            available,
                            reserved: 0,
                            version: 1,
                            cause: cause.clone(),
                            ..first.clone()
                        },
                    ),
                };
                transaction = transaction.with("stock", write);
            }
            if let Committed::Yes = transaction.audited(audit).commit(self.0).await? {
                return Ok(StockOutcome::Done);
            }
        }
        Ok(StockOutcome::ChangedMeanwhile)
    }

    /// The write that begins the stock of a new variant: there is nothing of it.
    pub(crate) fn begin(&self, product_id: ProductId, id: VariantId, cause: Cause) -> Write {
        let part = Part {
            variant_id: id,
            product_id,
            part: 0,
            parts: 1,
            available: 0,
            reserved: 0,
            version: 0,
            cause,
            ended_at: None,
        };
        add(self.0.table(STOCK), keys::part(id, 0), &part)
    }

    /// The write that has what follows from a stock looked at again, where that depends on something else that has changed.
    pub(crate) fn look_again(&self, id: VariantId) -> Write {
        Update::of(self.0.table(STOCK), keys::part(id, 0))
            .add("version", 1)
            .in_transaction()
    }

    /// The writes that let the stock of a variant go that is deleted: nothing of it can be ordered any more, and what is
    /// reserved can still be sent or given back.
    pub(crate) fn end(&self, parts: &[Part], now: Timestamp) -> Vec<Write> {
        let end = |part: &Part| {
            Update::of(self.0.table(STOCK), keys::part(part.variant_id, part.part))
                .set("available", 0)
                .set("ended_at", millis(now))
                .set("ttl", (now + KEPT).as_second())
                .add("version", 1)
                .in_transaction()
        };
        parts.iter().map(end).collect()
    }

    fn take(&self, id: VariantId, part: u8, pieces: u64, cause: &Cause) -> Write {
        Update::of(self.0.table(STOCK), keys::part(id, part))
            .subtract("available", pieces.cast_signed())
            .add("version", 1)
            .set("cause", nested(cause))
            .when(at_least("available", pieces))
            .in_transaction()
    }

    fn give(&self, id: VariantId, part: u8, pieces: u64, cause: &Cause) -> Write {
        let room = MOST_PIECES - pieces;
        Update::of(self.0.table(STOCK), keys::part(id, part))
            .add("available", pieces.cast_signed())
            .add("version", 1)
            .set("cause", nested(cause))
            .when(absent("ended_at").and(at_most("available", room)))
            .in_transaction()
    }
}
