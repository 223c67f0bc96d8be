//! What the catalogue lets some roles do and not others.

use kernel::role::Role;

kernel::permission::permissions! {
    /// Change the tree of categories, everybody's products, and stocks.
    ManageCatalog = "catalog:manage" for [Role::Admin];
}
