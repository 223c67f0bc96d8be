use aws_sdk_dynamodb::operation::query::QueryOutput;
use store::from_item;
use store::{Key, Page, PageRequest, Position, Store, StoreError, Way};

use crate::people::SearchText;
use crate::people::bounds::Bounds;
use crate::people::entries::Entry;
use crate::people::{ListedPeople, PEOPLE, PeopleFilter, PersonSummary};

/// The number of entries that are read at most for a page, in pages and beyond them: a rare thing in a long list must not
/// hold a call up.
const MOST_PAGES: usize = 5;
const MOST_BEYOND: usize = 20;

const ATTEMPT: &str = "list people";

/// A way through some partitions, one after the other. (`Listing` merges partitions that are one list, for which it reads a page
/// of each. A search has many, and shows what it finds in any order.)
pub(crate) struct Walk<'a> {
    pub(crate) partitions: Vec<String>,
    /// What part of each partition it goes through.
    pub(crate) bounds: Bounds,
    /// Whether it goes from the end to the beginning.
    pub(crate) descending: bool,
    /// The entries that are wanted, where not all are.
    pub(crate) wanted: Option<(&'a PeopleFilter, Option<&'a SearchText>)>,
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
    /// The first entry that was read.
    first: Option<Place>,
    /// The last entry that was read, not counting the one that only shows that it goes on.
    last: Option<Place>,
    goes_on: bool,
    read: usize,
    queries: usize,
}

impl Walk<'_> {
    /// A part of the list, in its order. `None` if the position is not on the way.
    pub(crate) async fn page(
        self,
        store: &Store,
        request: &PageRequest,
    ) -> Result<Option<ListedPeople>, StoreError> {
        let (way, start) = match &request.position {
            None => (Way::On, None),
            Some(Position { way, key }) => {
                let place = Place::parse(key).filter(|place| self.covers(place));
                let Some(place) = place else { return Ok(None) };
                (*way, Some(place))
            }
        };
        let begins_inside = start.is_some();

        let mut stretch = self.go(store, start, way, request.size).await?;

        let on = |place: Option<Place>, way| place.map(|place| place.position(way));
        let last = stretch.last.filter(|_| stretch.goes_on);
        let first = stretch.first.filter(|_| begins_inside);
        let (next, previous) = match way {
            Way::On => (on(last, Way::On), on(first, Way::Back)),
            Way::Back => {
                stretch.people.reverse();
                (on(first, Way::On), on(last, Way::Back))
            }
        };
        let page = Page {
            items: stretch.people,
            next,
            previous,
        };
        Ok(Some(ListedPeople {
            page,
            read: stretch.read,
            queries: stretch.queries,
        }))
    }

    /// Goes on from a place until there are `size` people, the way ends, or enough was read.
    async fn go(
        &self,
        store: &Store,
        start: Option<Place>,
        way: Way,
        size: usize,
    ) -> Result<Stretch, StoreError> {
        let most = match self.wanted {
            Some(_) => size * MOST_PAGES + MOST_BEYOND,
            None => size + 1,
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
            let limit = (size + 1 - stretch.people.len()).min(most - stretch.read);
            let output = self.query(store, current, from.take(), way, limit).await?;
            stretch.queries += 1;
            stretch.read += usize::try_from(output.scanned_count).unwrap_or_default();
            from = output
                .last_evaluated_key
                .and_then(|mut key| key.remove("sk"))
                .and_then(|sk| sk.as_s().cloned().ok());
            for item in output.items.unwrap_or_default() {
                let Key { sk, .. } = from_item(item.clone(), ATTEMPT)?;
                let entry: Entry = from_item(item, ATTEMPT)?;
                let is_wanted = self.wants(&entry);
                if is_wanted && stretch.people.len() == size {
                    stretch.goes_on = true;
                    return Ok(stretch);
                }
                stretch.pass(current, sk);
                stretch.people.extend(is_wanted.then_some(entry.person));
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

    async fn query(
        &self,
        store: &Store,
        partition: usize,
        from: Option<String>,
        way: Way,
        limit: usize,
    ) -> Result<QueryOutput, StoreError> {
        let pk = &self.partitions[partition];
        let start = from.map(|sk| Key { pk: pk.clone(), sk }.into_item());
        let query = store
            .client()
            .query()
            .table_name(store.table(PEOPLE))
            .scan_index_forward(self.descending == (way == Way::Back))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        self.bounds
            .put_into(query, pk)
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(ATTEMPT, error))
    }

    fn wants(&self, entry: &Entry) -> bool {
        self.wanted.is_none_or(|(filter, search)| {
            let found = match (search, &entry.term) {
                (Some(search), Some(term)) => search.finds(term),
                _ => true,
            };
            found && filter.takes(&entry.person)
        })
    }

    fn covers(&self, place: &Place) -> bool {
        place.partition < self.partitions.len() && self.bounds.take(&place.sort_key)
    }
}

impl Stretch {
    /// Notes that an entry was read.
    fn pass(&mut self, partition: usize, sort_key: String) {
        let place = Place {
            partition,
            sort_key,
        };
        self.first.get_or_insert_with(|| place.clone());
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
