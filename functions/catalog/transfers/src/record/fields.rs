//! Things as their records say them. It is also what a row is laid over that leaves fields out.

use catalog::category::{Category, Tree};
use catalog::product::Product;
use catalog::variant::Variant;
use kernel::money::Money;
use serde_json::{Map, Value, json};

/// A category, by the slugs of itself and of its parent.
pub(crate) fn category(category: &Category, tree: &Tree) -> Map<String, Value> {
    let parent = category.parent.and_then(|id| tree.get(id));
    object(json!({
        "slug": category.slug,
        "name": category.name,
        "description": category.description,
        "parent": parent.map(|parent| &parent.slug),
        "is_active": category.is_active,
    }))
}

/// A product, with the slugs of its categories.
pub(crate) fn product(product: &Product, tree: &Tree) -> Map<String, Value> {
    let categories = product.categories.iter().filter_map(|id| tree.get(*id));
    let categories: Vec<_> = categories.map(|category| &category.slug).collect();
    let dimensions = product
        .dimensions
        .map(|size| json!({"length": size.length, "width": size.width, "height": size.height}));
    object(json!({
        "sku": product.sku,
        "slug": product.slug,
        "name": product.name,
        "description": product.description,
        "short_description": product.short_description,
        "price": product.price.now.amount(),
        "compare_price": product.price.before.map(Money::amount),
        "currency": product.price.now.currency(),
        "categories": categories,
        "attributes": product.attributes,
        "is_active": product.is_active,
        "is_digital": product.is_digital,
        "weight": product.weight,
        "dimensions": dimensions,
        "tax_class": product.tax_class,
    }))
}

/// A variant, without the product that it is of.
pub(crate) fn variant(variant: &Variant) -> Map<String, Value> {
    object(json!({
        "sku": variant.sku,
        "name": variant.name,
        "price": variant.price.map(Money::amount),
        "attributes": variant.attributes,
        "low_stock_threshold": variant.low_stock_threshold,
        "is_active": variant.is_active,
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
