use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::count::Count;

/// Numbers in some lists, as texts of four digits.
struct Numbers {
    parts: Vec<Vec<String>>,
    read: AtomicUsize,
}

impl Numbers {
    fn over(parts: usize, count: usize) -> Self {
        let mut lists = vec![Vec::new(); parts];
        for number in 0..count {
            // Uneven on purpose.
            lists[number * number % parts].push(format!("{number:04}"));
        }
        Self {
            parts: lists,
            read: AtomicUsize::new(0),
        }
    }
}

impl Source for Numbers {
    type Entry = String;

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn key<'e>(&self, entry: &'e String) -> &'e str {
        entry
    }

    async fn read(
        &self,
        part: usize,
        descending: bool,
        beyond: Option<&str>,
        count: usize,
    ) -> Result<Chunk<String>, StoreError> {
        let mut entries = self.parts[part].clone();
        if descending {
            entries.reverse();
            entries.retain(|entry| beyond.is_none_or(|beyond| entry.as_str() < beyond));
        } else {
            entries.retain(|entry| beyond.is_none_or(|beyond| entry.as_str() > beyond));
        }
        let is_last = entries.len() <= count;
        entries.truncate(count);
        self.read.fetch_add(entries.len(), Ordering::Relaxed);
        Ok(Chunk { entries, is_last })
    }
}

fn request(size: usize, position: Option<Position>) -> Extract {
    Extract {
        size,
        position,
        most: 0,
    }
}

/// All pages from the beginning, following `next`.
async fn walk(
    numbers: &Numbers,
    size: usize,
    wanted: impl Fn(&String) -> bool + Send + Sync,
) -> Vec<Page<String>> {
    let mut pages = vec![merge(numbers, &request(size, None), &wanted).await.unwrap()];
    while let Some(next) = pages.last().and_then(|page| page.next.clone()) {
        pages.push(
            merge(numbers, &request(size, Some(next)), &wanted)
                .await
                .unwrap(),
        );
    }
    pages
}

fn all(pages: &[Page<String>]) -> Vec<String> {
    pages.iter().flat_map(|page| page.items.clone()).collect()
}

fn expected(count: usize) -> Vec<String> {
    let numbers = (0..count).rev();
    numbers.map(|number| format!("{number:04}")).collect()
}

#[tokio::test]
async fn pages_give_every_entry_once_and_in_order() {
    for (parts, count, size) in [
        (1, 0, 5),
        (1, 5, 5),
        (1, 23, 5),
        (4, 1, 20),
        (4, 97, 7),
        (8, 200, 20),
        (8, 200, 1),
    ] {
        let pages = walk(&Numbers::over(parts, count), size, |_| true).await;

        assert_eq!(all(&pages), expected(count));
        assert_eq!(pages.len(), count.div_ceil(size).max(1));
        assert!(pages[0].previous.is_none());
    }
}

#[tokio::test]
async fn the_way_back_shows_the_same_pages() {
    let numbers = Numbers::over(8, 60);
    let pages = walk(&numbers, 20, |_| true).await;

    let back = request(20, pages[2].previous.clone());
    let second = merge(&numbers, &back, |_| true).await.unwrap();
    assert_eq!(second.items, pages[1].items);
    assert_eq!(second.next, pages[1].next);

    let back = request(20, second.previous);
    let first = merge(&numbers, &back, |_| true).await.unwrap();
    assert_eq!(first.items, pages[0].items);
    assert_eq!((first.next, first.previous), (pages[0].next.clone(), None));
}

#[tokio::test]
async fn a_list_that_fits_is_all() {
    let numbers = Numbers::over(4, 20);
    let page = merge(&numbers, &request(20, None), |_| true).await.unwrap();

    assert_eq!(page.total(), Some(Count::Exactly(20)));
}

#[tokio::test]
async fn few_wanted_of_many_are_found_in_bounded_steps() {
    let numbers = Numbers::over(8, 2000);
    let is_wanted = |number: &String| number.ends_with("000");

    let pages = walk(&numbers, 2, is_wanted).await;

    assert_eq!(all(&pages), ["1000", "0000"]);
    // 2 × 5 + 20 are looked at in a call.
    assert_eq!(pages.len(), 2000_usize.div_ceil(30));
}

#[tokio::test]
async fn every_entry_is_asked_for_in_order_and_once() {
    let numbers = Numbers::over(4, 50);
    let seen = Mutex::new(Vec::new());

    let _ = walk(&numbers, 10, |number| {
        seen.lock().unwrap().push(number.clone());
        number.ends_with('1')
    })
    .await;

    assert_eq!(seen.into_inner().unwrap(), expected(50));
}

#[tokio::test]
async fn little_more_is_read_than_shown() {
    let alone = Numbers::over(1, 1000);
    let _ = merge(&alone, &request(20, None), |_| true).await.unwrap();
    assert_eq!(alone.read.load(Ordering::Relaxed), 21);

    let many = Numbers::over(8, 1000);
    let _ = merge(&many, &request(20, None), |_| true).await.unwrap();
    let read = many.read.load(Ordering::Relaxed);
    assert!(read <= 60, "{read}");
}

#[tokio::test]
async fn where_more_may_be_looked_at_a_page_is_full() {
    let numbers = Numbers::over(8, 2000);
    let is_wanted = |number: &String| number.ends_with("000");
    let extract = |most| Extract {
        most,
        ..request(2, None)
    };

    let page = merge(&numbers, &extract(10_000), is_wanted).await.unwrap();
    assert_eq!(page.items, ["1000", "0000"]);
    assert_eq!(page.total(), Some(Count::Exactly(2)));

    let page = merge(&numbers, &extract(1_500), is_wanted).await.unwrap();
    assert_eq!(page.items, ["1000"]);
    assert!(page.next.is_some());
}

#[tokio::test]
async fn what_is_past_the_end_or_too_deep_has_no_number() {
    let numbers = Numbers::over(4, 100);

    let past = skip(&numbers, 101, 1_000, |_| true).await;
    assert!(matches!(past, Err(PageError::PastEnd)));
    let nothing = skip(&Numbers::over(0, 0), 1, 1_000, |_| true).await;
    assert!(matches!(nothing, Err(PageError::PastEnd)));
    let deep = skip(&numbers, 2, 60, |number| number.ends_with("00")).await;
    assert!(matches!(deep, Err(PageError::TooDeep)));
}

proptest! {
    #[test]
    fn a_page_by_its_number_is_the_page_that_is_led_to(
        parts in 1_usize..9,
        count in 1_usize..300,
        size in 1_usize..20,
        every in 1_usize..4,
        number in 1_usize..8,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let numbers = Numbers::over(parts, count);
        let wanted = |number: &String| number.parse::<usize>().unwrap().is_multiple_of(every);

        let pages = runtime.block_on(walk(&numbers, size, wanted));
        let position = runtime.block_on(skip(&numbers, number * size, 1_000, wanted));

        match (position, pages.get(number)) {
            (Ok(position), page) => {
                let extract = request(size, Some(position));
                let found = runtime.block_on(merge(&numbers, &extract, wanted)).unwrap();
                prop_assert_eq!(found.items, page.map_or(Vec::new(), |page| page.items.clone()));
                prop_assert_eq!(found.next, page.and_then(|page| page.next.clone()));
            }
            (Err(error), page) => {
                prop_assert!(matches!(error, PageError::PastEnd));
                prop_assert!(page.is_none());
            }
        }
    }
}
