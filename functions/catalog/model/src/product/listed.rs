//! Products as lists show them.

use std::collections::HashMap;

use store::batch::get_all;
use store::{StoreError, from_item};

use super::keys;
use super::rules::{Product, ProductId};
use super::store::Products;
use super::whole::is_deleted;
use crate::image::{Image, image};
use crate::table::CATALOG;

/// A product as a list shows it: without its variants, and so without what there is of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The product itself.
    pub product: Product,
    /// Its images, in the order in which they are shown.
    pub images: Vec<Image>,
}

impl Products<'_> {
    /// The products with these ids, as far as they are there, in the order of the ids; no id may be there twice. The products are
    /// read, and then their images, a hundred items a call.
    ///
    /// Of a product that is changed between the two, an image may be missing.
    pub async fn listed(&self, ids: &[ProductId]) -> Result<Vec<Listed>, StoreError> {
        let (attempt, table) = ("read the products of a list", self.0.table(CATALOG));
        let wanted = ids.iter().map(|id| keys::product(*id)).collect();
        let mut items = get_all(self.0, table, wanted, attempt).await?;
        items.retain(|item| !is_deleted(item));
        let mut products = HashMap::new();
        for item in items {
            let product: Product = from_item(item, attempt)?;
            products.insert(product.id, product);
        }

        let shown = |product: &Product| {
            let id = product.id;
            let images = product.images.iter();
            images
                .map(move |image_id| image(id, *image_id))
                .collect::<Vec<_>>()
        };
        let wanted = products.values().flat_map(shown).collect();
        let mut images = HashMap::new();
        for item in get_all(self.0, table, wanted, attempt).await? {
            let image: Image = from_item(item, attempt)?;
            images.insert(image.id, image);
        }
        let listed = ids.iter().filter_map(|id| {
            let product = products.remove(id)?;
            let images = product.images.iter().filter_map(|id| images.remove(id));
            let images = images.collect();
            Some(Listed { product, images })
        });
        Ok(listed.collect())
    }
}
