//! What is indexed of a product.

use answers::ProductRow;
use catalog::category::{self, CategoryId};
use catalog::product::Whole;
use catalog_index::{Category, Entry, Tree};
use serde_json::Error;

use crate::price;

/// What is indexed of a product. What visitors do not see of it, they do not find it by: of its variants, the active ones count.
///
/// It is found, and ordered, by the price that its row shows, and not by those of its variants.
///
/// # Errors
/// The row cannot be written as JSON, which none is.
pub fn entry_of(whole: &Whole) -> Result<Entry, Error> {
    let product = &whole.product;
    let shown = || whole.variants.iter().filter(|variant| variant.is_active);
    let skus = shown().map(|variant| &variant.sku);
    let skus = [&product.sku].into_iter().chain(skus);
    let facts = shown().flat_map(|variant| variant.attributes.facts());
    Ok(Entry {
        id: product.id.uuid(),
        version: product.version,
        name: product.name.clone(),
        skus: skus.map(|sku| sku.as_str().to_owned()).collect(),
        texts: vec![
            product.short_description.clone(),
            product.description.clone(),
        ],
        price: price::number_of(product.price.now),
        created_at: product.created_at.as_millisecond(),
        categories: product.categories.iter().map(|id| id.uuid()).collect(),
        facts: product
            .attributes
            .facts()
            .into_iter()
            .chain(facts)
            .collect(),
        is_digital: product.is_digital,
        in_stock: whole.is_in_stock(),
        is_active: product.is_active,
        created_by: product.created_by.uuid(),
        row: serde_json::to_string(&ProductRow::of(whole))?,
    })
}

/// The tree of categories, as far as lists depend on it.
pub fn tree_of(tree: &category::Tree) -> Tree {
    let categories = tree.all().into_iter().map(|category| Category {
        id: category.id.uuid(),
        slug: category.slug.to_string(),
        parent: category.parent.map(CategoryId::uuid),
        is_active: category.is_active,
    });
    Tree::of(categories)
}

#[cfg(test)]
mod tests {
    use catalog::variant::Variant;
    use serde_json::{Value, json};

    use super::*;

    const PRODUCT: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33";
    const CATEGORY: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
    const SELLER: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e22";

    fn variant(name: &str, is_active: bool, in_stock: bool) -> Variant {
        let variant = json!({
            "id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e44", "name": name, "sku": format!("TEA-{name}"), "price": null,
            "attributes": {"weight": name}, "low_stock_threshold": 3, "is_active": is_active, "in_stock": in_stock,
            "created_at": 1_000,
        });
        serde_json::from_value(variant).unwrap()
    }

    fn whole(variants: Vec<Variant>) -> Whole {
        let product = json!({
            "id": PRODUCT, "name": "Green tea", "slug": "green-tea", "sku": "Tea/Green",
            "description": "Dried.", "short_description": "Sencha.",
            "price": {"now": {"minor": 890, "currency": "EUR"}, "before": null},
            "categories": [CATEGORY], "attributes": {"color": ["green", "dark"]},
            "is_active": true, "is_digital": false, "weight": 120, "dimensions": null, "tax_class": "reduced",
            "created_by": SELLER, "created_at": 1_000, "updated_at": 2_000, "version": 7,
        });
        Whole {
            product: serde_json::from_value(product).unwrap(),
            variants,
            images: Vec::new(),
        }
    }

    #[test]
    fn a_product_is_found_by_what_is_shown_of_it() {
        let variants = vec![variant("250", true, false), variant("500", false, true)];

        let entry = entry_of(&whole(variants)).unwrap();

        assert_eq!((entry.version, entry.price), (7, 89_000));
        assert_eq!(entry.skus, ["Tea/Green", "TEA-250"]);
        assert_eq!(entry.texts, ["Sencha.", "Dried."]);
        let facts = entry.facts.iter().map(|(path, value)| (&**path, &**value));
        assert_eq!(
            facts.collect::<Vec<_>>(),
            [("color", "dark"), ("color", "green"), ("weight", "250")]
        );
        // The one that is in stock is not active.
        assert!(!entry.in_stock);
        assert!(
            entry_of(&whole(vec![variant("250", true, true)]))
                .unwrap()
                .in_stock
        );
    }

    #[test]
    fn a_row_has_nothing_that_is_not_for_everybody() {
        let entry = entry_of(&whole(vec![variant("250", true, true)])).unwrap();

        let row: Value = serde_json::from_str(&entry.row).unwrap();
        assert_eq!(
            (&row["price"], &row["in_stock"]),
            (&json!("8.90"), &json!(true))
        );
        for private in [SELLER, "created_by", "low_stock_threshold", "version"] {
            assert!(!entry.row.contains(private), "{private}");
        }
    }
}
