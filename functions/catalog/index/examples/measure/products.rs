//! Products by chance, as large as those of a shop: some 850 octets a row, five words a name, forty words a description.

use std::collections::BTreeSet;

use catalog_index::{Category, Change, Entry, Tree};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

/// The words that there are. A few of them are frequent, as in any language.
const WORDS: usize = 20_000;
/// The categories, on three levels.
const CATEGORIES: u128 = 60;
/// Syllables of words.
const SYLLABLES: [&str; 20] = [
    "ba", "ko", "ri", "ten", "sul", "mar", "de", "po", "lin", "gar", "fe", "nu", "sta", "wo",
    "cer", "pli", "tra", "mo", "ez", "ik",
];

/// Makes products.
pub(crate) struct Products {
    rng: StdRng,
    words: Vec<String>,
    made: u64,
}

impl Products {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let word = |rng: &mut StdRng| -> String {
            let syllables = rng.random_range(2..5);
            (0..syllables)
                .map(|_| SYLLABLES[rng.random_range(0..SYLLABLES.len())])
                .collect()
        };
        let words = (0..WORDS).map(|_| word(&mut rng)).collect();
        Self {
            rng,
            words,
            made: 0,
        }
    }

    /// A word, the frequent ones more often: a word's chance falls with its rank.
    pub(crate) fn word(&mut self) -> String {
        let rank = (WORDS as f64).powf(self.rng.random::<f64>());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank is below 20,000"
        )]
        let rank = rank as usize - 1;
        self.words[rank.min(WORDS - 1)].clone()
    }

    /// Some words.
    pub(crate) fn words(&mut self, count: usize) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    /// A name or two, with a letter that is missing, or broken off.
    pub(crate) fn typed(&mut self) -> String {
        let count = self.rng.random_range(1..4);
        let mut text = self.words(count);
        match self.rng.random_range(0..4) {
            0 => drop(text.pop()),
            1 => drop(text.remove(text.len() / 2)),
            2 if count > 1 => text = format!("\"{text}\""),
            _ => {}
        }
        text
    }

    pub(crate) fn tree() -> Tree {
        Tree::of((0..CATEGORIES).map(|number| Category {
            id: Uuid::from_u128(number),
            slug: format!("category-{number}"),
            parent: (number >= 6).then(|| Uuid::from_u128(number / 6)),
            is_active: number != 59,
        }))
    }

    pub(crate) fn slug(&mut self) -> String {
        format!("category-{}", self.rng.random_range(0..CATEGORIES - 1))
    }

    pub(crate) fn fact(&mut self) -> (String, String) {
        let path = ["color", "material", "size"][self.rng.random_range(0..3)];
        (
            path.to_owned(),
            format!("value {}", self.rng.random_range(0..12)),
        )
    }

    fn id(number: u64) -> Uuid {
        let random = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Uuid::from_u64_pair(0x0190_0000_0000_7000 + (number << 20), random)
    }

    pub(crate) fn entry(&mut self) -> Entry {
        self.made += 1;
        self.version(self.made, 1)
    }

    /// A new product, or one that is changed.
    pub(crate) fn change(&mut self) -> Change {
        let number = self.rng.random_range(1..self.made + self.made / 100 + 2);
        let version = self.rng.random_range(2..1_000_000);
        Change::Put(Box::new(self.version(number, version)))
    }

    fn version(&mut self, number: u64, version: u64) -> Entry {
        let id = Self::id(number);
        let facts = ["color", "material", "size"].map(|path| {
            let value = format!("value {}", self.rng.random_range(0..12));
            (path.to_owned(), value)
        });
        let (name, text) = (self.words(5), self.words(40));
        let row = format!(
            "{{\"id\":\"{id}\",\"name\":\"{name}\",\"short_description\":\"{}\",\"price\":\"{}\",\"images\":[\"{}\",\"{}\"],\"rest\":\"{}\"}}",
            self.words(10),
            self.rng.random_range(0..100_000),
            Uuid::from_u128(self.rng.random()),
            Uuid::from_u128(self.rng.random()),
            self.words(66),
        );
        Entry {
            id,
            version,
            skus: vec![format!("SKU-{number}")],
            texts: vec![self.words(6), text],
            price: self.rng.random_range(1..2_000) * 9_900,
            created_at: 1_700_000_000_000 + i64::try_from(number).unwrap_or_default() * 1_000,
            categories: (0..self.rng.random_range(1..3))
                .map(|_| Uuid::from_u128(self.rng.random_range(0..CATEGORIES)))
                .collect(),
            facts: BTreeSet::from(facts),
            is_digital: self.rng.random_bool(0.1),
            in_stock: self.rng.random_bool(0.8),
            is_active: self.rng.random_bool(0.95),
            created_by: Uuid::from_u128(self.rng.random_range(0..20)),
            row,
            name,
        }
    }
}
