//! What a list is to answer: a plain filter and sort over what the table has, and plain counts.

use std::collections::{BTreeMap, BTreeSet};

use catalog_index::{Entry, Query, Tree, plain};
use serde_json::{Value, json};

/// What a list is to answer.
pub(super) enum Expected {
    Refused(u16),
    Page(Page),
}

pub(super) struct Page {
    /// The body, without the addresses of other pages.
    pub(super) body: Value,
    pub(super) has_next: bool,
}

/// What a list of these products is to answer.
pub(super) fn expected<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    tree: &Tree,
    query: &Query,
) -> Expected {
    if let Some(slug) = &query.category
        && !is_shown(tree, slug)
    {
        return Expected::Refused(400);
    }
    let matches = |entry: &'a Entry| Some((entry, plain::matches(entry, query, tree)?));
    let mut found: Vec<(&Entry, u32)> = entries.filter_map(matches).collect();
    found.sort_by(|one, other| plain::compare(query, *one, *other));
    let size = query.page_size as usize;
    let first = (query.page as usize - 1) * size;
    if query.page > 1 && first >= found.len() {
        return Expected::Refused(404);
    }
    let rows = found.iter().skip(first).take(size);
    let rows: Vec<Value> = rows
        .map(|(entry, _)| serde_json::from_str(&entry.row).expect("JSON"))
        .collect();
    let mut body = json!({"count": found.len(), "next": null, "previous": null, "results": rows});
    if query.facets {
        body["facets"] = facets(&found.iter().map(|(entry, _)| *entry), tree);
    }
    Expected::Page(Page {
        body,
        has_next: first + size < found.len(),
    })
}

/// The categories on the way up from one, itself first; none if one of them is hidden.
fn path(tree: &Tree, id: uuid::Uuid) -> Vec<(uuid::Uuid, &str)> {
    let (mut path, mut next) = (Vec::new(), Some(id));
    while let Some(id) = next {
        let mut all = tree.categories().iter();
        let category = all.find(|one| one.id == id).expect("it is there");
        if !category.is_active {
            return Vec::new();
        }
        path.push((id, &*category.slug));
        next = category.parent;
    }
    path
}

fn is_shown(tree: &Tree, slug: &str) -> bool {
    let mut all = tree.categories().iter();
    let category = all.find(|one| one.slug == slug);
    category.is_some_and(|category| !path(tree, category.id).is_empty())
}

/// Names with counts, the most frequent first.
fn counted<K: Ord + Clone>(all: impl Iterator<Item = K>) -> Vec<(K, u64)> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_insert(0_u64) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
    counts
}

fn facets<'a>(found: &(impl Iterator<Item = &'a Entry> + Clone), tree: &Tree) -> Value {
    let of_entry = |entry: &'a Entry| {
        let all = entry.categories.iter().flat_map(|id| path(tree, *id));
        all.collect::<BTreeSet<_>>()
    };
    let categories = counted(found.clone().flat_map(of_entry));
    let named = |entry: &'a Entry| {
        let names = entry.facts.iter().map(|(name, _)| &**name);
        names.collect::<BTreeSet<&str>>()
    };
    let attributes = counted(found.clone().flat_map(named))
        .into_iter()
        .map(|(name, count)| {
            let facts = found.clone().flat_map(|entry| &entry.facts);
            let values = facts
                .filter(|(one, _)| one == name)
                .map(|(_, value)| value.clone());
            let values = counted(values)
                .into_iter()
                .map(|(value, count)| json!({"value": value, "count": count}));
            json!({"name": name, "count": count, "values": values.collect::<Vec<_>>()})
        });
    let bounds = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500];
    let band = |entry: &Entry| {
        bounds
            .iter()
            .rposition(|bound| bound * 10_000 <= entry.price)
            .expect("a band")
    };
    let mut prices = counted(found.clone().map(band));
    prices.sort_unstable();
    let prices = prices.into_iter().map(|(place, count)| {
        json!({"from": bounds[place].to_string(), "to": bounds[place + 1].to_string(), "count": count})
    });
    json!({
        "categories": categories.into_iter().map(|((id, slug), count)| json!({"id": id, "slug": slug, "count": count})).collect::<Vec<_>>(),
        "attributes": attributes.collect::<Vec<_>>(),
        "prices": prices.collect::<Vec<_>>(),
    })
}
