//! Products as the table has them at this moment, as changes of the index.

use std::collections::BTreeMap;

use catalog::product::{ProductId, Products, State};
use catalog_index::{Change, Index};
use futures_util::stream::{self, StreamExt as _};
use store::{Store, StoreError};
use uuid::Uuid;

use crate::entry::entry_of;

/// The products that are read at a time.
const AT_ONCE: usize = 16;

/// What has become of products; of one that cannot be read, the reason why.
pub(crate) struct States {
    read: Vec<(ProductId, State)>,
    /// Those that cannot be read: given again, they would be no clearer.
    pub(crate) unreadable: Vec<(ProductId, serde_dynamo::Error)>,
}

/// Reads products, each by one read that is of one moment.
pub(crate) async fn read(
    store: &Store,
    ids: impl IntoIterator<Item = ProductId>,
) -> Result<States, StoreError> {
    let read = ids.into_iter().map(|id| async move {
        let state = Products(store).state(id).await;
        (id, state)
    });
    let mut read = stream::iter(read).buffer_unordered(AT_ONCE);
    let (mut states, mut unreadable) = (Vec::new(), Vec::new());
    while let Some((id, state)) = read.next().await {
        match state {
            Ok(state) => states.push((id, state)),
            Err(StoreError::Unreadable { source, .. }) => unreadable.push((id, source)),
            Err(error) => return Err(error),
        }
    }
    Ok(States {
        read: states,
        unreadable,
    })
}

impl States {
    /// The changes that bring an index to what was read. What is gone, and not indexed, is none.
    pub(crate) fn changes(self, index: &Index) -> Result<Vec<Change>, serde_json::Error> {
        let ids = self.read.iter().map(|(id, _)| id.uuid());
        let indexed: BTreeMap<Uuid, u64> = index.versions(ids);
        let mut changes = Vec::new();
        for (id, state) in self.read {
            let id = id.uuid();
            match state {
                State::There(whole) => changes.push(Change::Put(Box::new(entry_of(&whole)?))),
                State::Deleted { version } => changes.push(Change::Remove { id, version }),
                State::Gone => {
                    let version = indexed.get(&id).copied();
                    changes.extend(version.map(|version| Change::Remove { id, version }));
                }
            }
        }
        Ok(changes)
    }
}
