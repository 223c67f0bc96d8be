use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use store::{
    InvalidPosition, Item, Key, LARGE_CHUNK, Page, PageError, PageRequest, Position, Start, Store,
    StoreError, Wanted, Way, count, counted, from_item, worth,
};

use crate::people::bounds::Bounds;
use crate::people::{ListedPeople, PEOPLE, PersonSummary};

pub(crate) const ATTEMPT: &str = "list people";

/// A way through some partitions, one after the other. (`Listing` merges partitions that are one list, for which it reads a page
/// of each. A search has many, and shows what it finds in any order.)
pub(crate) struct Walk<'a> {
    pub(crate) partitions: Vec<String>,
    /// What part of each partition it goes through.
    pub(crate) bounds: Bounds,
    /// Whether it goes from the end to the beginning.
    pub(crate) descending: bool,
    /// The entries that are wanted.
    pub(crate) wanted: Wanted<'a>,
}

/// An entry's place on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    partition: usize,
    sort_key: String,
}

/// What was read in one go.
#[derive(Default)]
struct Stretch {
    people: Vec<PersonSummary>,
    /// The first entry that is shown; the first that was read, where none is.
    first: Option<Place>,
    /// The last entry that was read, not counting the one that only shows that it goes on.
    last: Option<Place>,
    goes_on: bool,
    read: usize,
    queries: usize,
}

impl Walk<'_> {
    /// A part of the list, in its order.
    pub(crate) async fn page(
        self,
        store: &Store,
        request: &PageRequest,
    ) -> Result<ListedPeople, PageError> {
        let (mut read, mut queries) = (0, 0);
        let page = Box::pin(async {
            let (page, stretch) = self.part(store, request).await?;
            (read, queries) = (stretch.read, stretch.queries);
            Ok(page)
        });
        let parts = (0..self.partitions.len()).map(|part| self.query(store, part, Way::On));
        let count = Box::pin(count(
            store,
            parts.collect(),
            &self.wanted,
            request.count_to,
            ATTEMPT,
        ));
        let page = counted(request, page, count).await?;
        Ok(ListedPeople {
            page,
            read,
            queries,
        })
    }

    async fn part(
        &self,
        store: &Store,
        request: &PageRequest,
    ) -> Result<(Page<PersonSummary>, Stretch), PageError> {
        let (way, start) = match &request.start {
            Start::After(0) => (Way::On, None),
            Start::After(count) => (Way::On, Some(self.skip(store, *count, request).await?)),
            Start::At(Position { way, key }) => {
                let place = Place::parse(key).filter(|place| self.covers(place));
                (*way, Some(place.ok_or(InvalidPosition)?))
            }
        };
        let begins_inside = start.is_some();

        let mut stretch = self.go(store, start, way, request).await?;

        let on = |place: Option<Place>, way| place.map(|place| place.position(way));
        let last = stretch.last.take().filter(|_| stretch.goes_on);
        let first = stretch.first.take().filter(|_| begins_inside);
        let mut items = std::mem::take(&mut stretch.people);
        let (next, previous) = match way {
            Way::On => (on(last, Way::On), on(first, Way::Back)),
            Way::Back => {
                items.reverse();
                (on(first, Way::On), on(last, Way::Back))
            }
        };
        let is_numbered = matches!(request.start, Start::After(1..));
        if is_numbered && items.is_empty() && next.is_none() {
            return Err(PageError::PastEnd);
        }
        let page = Page {
            items,
            next,
            previous,
            count: None,
        };
        Ok((page, stretch))
    }

    /// The place after so many people from the beginning.
    async fn skip(
        &self,
        store: &Store,
        count: usize,
        request: &PageRequest,
    ) -> Result<Place, PageError> {
        let most = request.count_to.max(count);
        let (mut left, mut looked_at) = (count, 0);
        for partition in 0..self.partitions.len() {
            let mut from = None;
            loop {
                let chunk = chunk(left, looked_at, count).min(most - looked_at);
                let query = self.query(store, partition, Way::On);
                let query = self.wanted.narrow(query, Some("sk"));
                let query = self.from(query, partition, from, chunk);
                let output = store.ask(query, ATTEMPT).await?;
                looked_at += usize::try_from(output.scanned_count).unwrap_or_default();
                from = sort_key_of(output.last_evaluated_key);
                for item in output.items.unwrap_or_default() {
                    left -= usize::from(self.wanted.takes(&item)?);
                    if left == 0 {
                        let sort_key = sort_key_of(Some(item)).unwrap_or_default();
                        return Ok(Place {
                            partition,
                            sort_key,
                        });
                    }
                }
                if looked_at >= most {
                    return Err(PageError::TooDeep);
                }
                if from.is_none() {
                    break;
                }
            }
        }
        Err(PageError::PastEnd)
    }

    /// Goes on from a place until there are as many people as asked for, the way ends, or enough was read.
    async fn go(
        &self,
        store: &Store,
        start: Option<Place>,
        way: Way,
        request: &PageRequest,
    ) -> Result<Stretch, StoreError> {
        let size = request.size;
        let most = if self.wanted.is_all() {
            size + 1
        } else {
            worth(size).max(request.count_to)
        };
        let mut stretch = Stretch::default();
        let mut partition = match (&start, way) {
            (Some(place), _) => Some(place.partition),
            (None, Way::On) => Some(0),
            (None, Way::Back) => self.partitions.len().checked_sub(1),
        };
        let mut from = start.map(|place| place.sort_key);
        while let Some(current) = partition {
            // One more than wanted: it says that the list goes on.
            let missing = size + 1 - stretch.people.len();
            let limit = chunk(missing, stretch.read, size).min(most - stretch.read);
            let query = self.query(store, current, way);
            let query = self.from(query, current, from.take(), limit);
            let output = store.ask(query, ATTEMPT).await?;
            stretch.queries += 1;
            stretch.read += usize::try_from(output.scanned_count).unwrap_or_default();
            from = sort_key_of(output.last_evaluated_key);
            for item in output.items.unwrap_or_default() {
                let is_wanted = self.wanted.takes(&item)?;
                if is_wanted && stretch.people.len() == size {
                    stretch.goes_on = true;
                    return Ok(stretch);
                }
                let Key { sk, .. } = from_item(item.clone(), ATTEMPT)?;
                stretch.pass(current, sk, is_wanted);
                if is_wanted {
                    stretch.people.push(from_item(item, ATTEMPT)?);
                }
            }
            if from.is_none() {
                partition = self.after(current, way);
            }
            if stretch.read >= most {
                stretch.goes_on = partition.is_some();
                break;
            }
        }
        Ok(stretch)
    }

    /// The partition that comes after one.
    fn after(&self, partition: usize, way: Way) -> Option<usize> {
        match way {
            Way::On => Some(partition + 1).filter(|next| *next < self.partitions.len()),
            Way::Back => partition.checked_sub(1),
        }
    }

    /// What reads a partition.
    fn query(&self, store: &Store, partition: usize, way: Way) -> QueryFluentBuilder {
        let query = store
            .client()
            .query()
            .table_name(store.table(PEOPLE))
            .scan_index_forward(self.descending == (way == Way::Back));
        self.bounds.put_into(query, &self.partitions[partition])
    }

    /// What reads so many entries of a partition, from a place on.
    fn from(
        &self,
        query: QueryFluentBuilder,
        partition: usize,
        from: Option<String>,
        limit: usize,
    ) -> QueryFluentBuilder {
        let pk = self.partitions[partition].clone();
        query
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(from.map(|sk| Key { pk, sk }.into_item()))
    }

    fn covers(&self, place: &Place) -> bool {
        place.partition < self.partitions.len() && self.bounds.take(&place.sort_key)
    }
}

/// The number of entries to read next, where so many are missing of `wanted`: many at once where few turn out to fit.
fn chunk(missing: usize, read: usize, wanted: usize) -> usize {
    if read < worth(wanted) {
        missing
    } else {
        missing.max(LARGE_CHUNK)
    }
}

fn sort_key_of(item: Option<Item>) -> Option<String> {
    let key = item?.remove("sk")?;
    key.as_s().cloned().ok()
}

impl Stretch {
    /// Notes that an entry was read.
    fn pass(&mut self, partition: usize, sort_key: String, is_wanted: bool) {
        let place = Place {
            partition,
            sort_key,
        };
        if self.first.is_none() || (is_wanted && self.people.is_empty()) {
            self.first = Some(place.clone());
        }
        self.last = Some(place);
    }
}

impl Place {
    /// Reads it from the key of a position.
    fn parse(text: &str) -> Option<Self> {
        let (partition, sort_key) = text.split_once(':')?;
        Some(Self {
            partition: partition.parse().ok()?,
            sort_key: sort_key.to_owned(),
        })
    }

    fn position(&self, way: Way) -> Position {
        Position {
            way,
            key: format!("{}:{}", self.partition, self.sort_key),
        }
    }
}
