//! Products as they are found, and by whom.

use api::{Answer, ApiError, App, CallerWithRole, MaybeCaller};
use catalog::category::{Categories, Tree};
use catalog::permissions::ManageCatalog;
use catalog::product::{Product, ProductId, Products, Whole};
use catalog::stock::Stock;
use catalog::variant::{Variant, VariantId};
use futures_util::future::{try_join, try_join3};

use crate::VariantBody;

/// A product, as somebody sees it who may change it or not.
pub struct Found {
    /// The product with its variants.
    pub whole: Whole,
    /// Whether who asked may change it.
    pub may_change: bool,
}

/// Whether somebody may change a product: who made it, and who manages the catalogue.
pub fn may_change(caller: &CallerWithRole, product: &Product) -> bool {
    product.may_be_changed_by(caller.user_id, caller.has::<ManageCatalog>())
}

/// Finds a product by its id or its slug. One that the caller does not see is none: inactive ones, and those that are in no
/// category that visitors see, are for those alone who may change them.
///
/// # Errors
/// 404 if there is none, and what reading can fail with.
pub async fn find(app: &App, caller: &MaybeCaller, named: &str) -> Answer<Found> {
    let (store, who) = (app.store(), Box::pin(caller.find(app)));
    let (products, categories) = (Products(store), Categories(store));
    let tree = Box::pin(async { Ok(categories.read().await?.tree) });
    let (who, whole, tree) = if let Ok(id) = named.parse::<ProductId>() {
        let whole = Box::pin(async { Ok(products.read(id).await?) });
        try_join3(who, whole, tree).await?
    } else {
        let slug = named.parse().map_err(|_| ApiError::not_found())?;
        let id = Box::pin(async { Ok(products.find(&slug).await?) });
        let (who, id, tree) = try_join3(who, id, tree).await?;
        let whole = match id {
            Some(id) => products.read(id).await?,
            None => None,
        };
        (who, whole, tree)
    };
    let whole = whole.ok_or_else(ApiError::not_found)?;
    let may_change = who.is_some_and(|caller| may_change(&caller, &whole.product));
    if may_change || is_shown(&whole.product, &tree) {
        Ok(Found { whole, may_change })
    } else {
        Err(ApiError::not_found())
    }
}

/// Reads a product that the caller is to change, and what else that takes.
///
/// # Errors
/// As [`read_own`].
pub async fn find_own(app: &App, caller: &CallerWithRole, id: ProductId) -> Answer<(Whole, Tree)> {
    let categories = Categories(app.store());
    let tree = Box::pin(async { Ok(categories.read().await?.tree) });
    let (whole, tree) = try_join(Box::pin(read_own(app, caller, id)), tree).await?;
    Ok((whole, tree))
}

/// Reads a product that the caller is to change. Somebody else's is refused by 403 where it is active, and is none where not.
///
/// # Errors
/// 403 and 404, and what reading can fail with.
pub async fn read_own(app: &App, caller: &CallerWithRole, id: ProductId) -> Answer<Whole> {
    let whole = Products(app.store()).read(id).await?;
    let whole = whole.ok_or_else(ApiError::not_found)?;
    if may_change(caller, &whole.product) {
        Ok(whole)
    } else if whole.product.is_active {
        Err(ApiError::forbidden())
    } else {
        Err(ApiError::not_found())
    }
}

impl Found {
    /// The variants that are shown, with what there is of each.
    ///
    /// # Errors
    /// What reading can fail with.
    pub async fn variants(&self, app: &App) -> Answer<Vec<VariantBody>> {
        let is_shown = |variant: &&Variant| variant.is_active || self.may_change;
        let shown: Vec<_> = self.whole.variants.iter().filter(is_shown).collect();
        let ids: Vec<VariantId> = shown.iter().map(|variant| variant.id).collect();
        let levels = Stock(app.store()).levels(&ids).await?;
        let body = |variant: &Variant| {
            let level = levels.get(&variant.id).copied().unwrap_or_default();
            VariantBody::of(variant, level, self.may_change)
        };
        Ok(shown.into_iter().map(body).collect())
    }
}

fn is_shown(product: &Product, tree: &Tree) -> bool {
    let mut categories = product.categories.iter();
    product.is_active && categories.any(|id| tree.is_shown(*id))
}
