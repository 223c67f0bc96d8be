//! The order of the categories in a file: each behind the one that it is part of, and by slugs, which are the same wherever the
//! file is imported.

use catalog::category::{Category, CategoryId, Tree};
use catalog::product::Product;

/// All categories of a tree.
pub(super) fn order_of(tree: &Tree) -> Vec<CategoryId> {
    let mut order = Vec::new();
    let mut left = below(tree, None);
    while let Some(category) = left.pop() {
        order.push(category.id);
        left.extend(below(tree, Some(category.id)));
    }
    order
}

/// The categories right below one, the last first.
fn below(tree: &Tree, parent: Option<CategoryId>) -> Vec<&Category> {
    let mut below = tree.below(parent);
    below.sort_by(|one, other| other.slug.cmp(&one.slug));
    below
}

/// Whether a product stands in the file where a category of it does: behind the first of those that it is in. One that left the
/// category since that was listed may have gone where the file has been.
pub(super) fn is_due(order: &[CategoryId], at: usize, product: &Product) -> bool {
    let place = |id: &CategoryId| order.iter().position(|other| other == id);
    let first = product.categories.iter().filter_map(place).min();
    match first {
        Some(first) if first < at => !product.categories.contains(&order[at]),
        Some(first) => first == at,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use catalog::slug::Slug;
    use jiff::Timestamp;
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn a_category_is_behind_its_parent_and_before_later_slugs() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        let at = Timestamp::UNIX_EPOCH;
        let names = ["tea", "coffee", "green", "beans", "arabica"];
        let ids = names.map(|_| CategoryId::new(at, &mut rng));
        let parents = [None, None, Some(ids[0]), Some(ids[1]), Some(ids[3])];
        let categories = names.iter().zip(ids).zip(parents);
        let tree = Tree::of(categories.map(|((name, id), parent)| Category {
            id,
            name: "All are called alike".to_owned(),
            slug: Slug::of(name).unwrap(),
            description: String::new(),
            parent,
            is_active: false,
            created_at: at,
        }));

        let order = order_of(&tree).into_iter();
        let order: Vec<_> = order
            .map(|id| tree.get(id).unwrap().slug.to_string())
            .collect();
        assert_eq!(order, ["coffee", "beans", "arabica", "tea", "green"]);
    }
}
