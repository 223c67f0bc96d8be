//! Random catalogues and random queries, over HTTP: what a list answers is what a plain filter and sort gives, over the catalogue as
//! it was indexed, and over what the caller has changed since.

mod catalogue;
mod changes;
mod compare;
mod drawn;
mod expected;

use catalog_index::Limits;
use catalog_testing::Call;
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use self::catalogue::{Catalogue, Moment};

/// Bounds by which segments are merged often, and by which rows are outside of a larger catalogue.
const TIGHT: Limits = Limits {
    rows_out: 14,
    rows_back: 10,
    segment: 8,
    small: 3,
    settled: 12,
    removed: 5,
};

const ROUNDS: usize = 8;

/// The changes of a round, and the queries after each of its steps.
const CHANGES: usize = 12;
const QUERIES: usize = 15;

/// A life by chance.
struct Life {
    catalogue: Catalogue,
    rng: StdRng,
    limits: Limits,
    /// What failures are told with.
    when: String,
}

impl Life {
    /// Some changes, and what comes of them: variants are cleared whose products were deleted, and movements of stocks recorded, or
    /// not yet.
    async fn change(&mut self, round: usize) {
        let Self { catalogue, rng, .. } = self;
        for _ in 0..CHANGES {
            catalogue.change(rng, round % 4 != 3).await;
            let seconds = [0, 0, 1, 8][rng.random_range(0..4)];
            let app = &catalogue.shop.app;
            app.advance(SignedDuration::from_secs(seconds));
        }
        if rng.random() {
            catalogue.shop.app.deliver().await;
        }
        if rng.random() {
            catalogue.shop.app.record_movements().await;
            catalogue.assert_variants(&catalogue.table().await);
        }
    }

    /// Compares lists with what was indexed, and what those who ask have changed since.
    async fn compare_before(&mut self, table: &Moment) {
        let may_be_outside = self.limits.rows_out < Limits::default().rows_out;
        let asked = (QUERIES, &*format!("{}, before it is indexed", self.when));
        let compared = self
            .catalogue
            .compare(&mut self.rng, asked, table, may_be_outside);
        compared.await;
    }

    /// Compares lists with the table, which is indexed.
    async fn compare_after(&mut self, table: &Moment) {
        self.catalogue.indexed = table.clone();
        let asked = (QUERIES, &*format!("{}, once it is indexed", self.when));
        let compared = self.catalogue.compare(&mut self.rng, asked, table, false);
        compared.await;
    }
}

/// Goes through a life by chance: changes, batches of the stream, rebuilds, and queries between them.
#[expect(clippy::print_stdout, reason = "a life that fails can be lived again")]
async fn live(seed: u64, limits: Limits) {
    println!("the seed is {seed}");
    let mut life = Life {
        catalogue: Catalogue::open().await,
        rng: StdRng::seed_from_u64(seed),
        limits,
        when: String::new(),
    };
    for round in 0..ROUNDS {
        life.when = format!("seed {seed}, round {round}");
        life.change(round).await;
        let table = life.catalogue.table().await;
        // At first there is no index.
        if round > 0 {
            life.compare_before(&table).await;
        }
        if round % 3 == 2 {
            let rebuilt = life.catalogue.shop.app.try_to_rebuild_within(&limits).await;
            rebuilt.expect("the emulator's tables and files can be read and written");
            life.catalogue.shop.app.see_the_index();
            life.compare_after(&table).await;
        }
        life.catalogue.shop.app.index_products_within(&limits).await;
        life.compare_after(&table).await;
    }

    let app = &life.catalogue.shop.app;
    let process = app.another_process();
    let call = || Call::get("/api/v1/products?facets=true&page_size=100");
    let afresh = app.call_another(&process, call()).await.expect(200);
    assert_eq!(afresh.json, app.call(call()).await.expect(200).json);
    app.deliver().await;
}

#[tokio::test]
async fn lists_are_what_was_indexed_and_what_the_caller_has_changed_since() {
    live(1, Limits::default()).await;
}

#[tokio::test]
async fn lists_are_the_same_where_segments_are_small_and_rows_outside() {
    live(2, TIGHT).await;
}
