//! What an account may do, by its role. A handler names the permission it needs in its signature.

use crate::role::Role;

/// Something only some roles may do. Each area declares its own with [`permissions!`].
pub trait Permission: Send + Sync + 'static {
    /// The name of the permission in the OpenAPI document.
    const NAME: &'static str;
    /// The roles that have it.
    const ROLES: &'static [Role];
}

/// Declares the permissions of an area: a type each, and `ALL` of them by name and roles.
///
/// ```
/// use kernel::permission::Permission;
/// use kernel::role::Role;
///
/// kernel::permission::permissions! {
///     /// See all orders.
///     ReadOrders = "orders:read" for [Role::Admin];
/// }
///
/// assert_eq!(ReadOrders::NAME, "orders:read");
/// ```
#[doc(inline)]
pub use crate::__permissions as permissions;

#[doc(hidden)]
#[macro_export]
macro_rules! __permissions {
    ($($(#[$doc:meta])+ $name:ident = $text:literal for [$($role:expr),+];)+) => {
        $(
            $(#[$doc])+
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::permission::Permission for $name {
                const NAME: &'static str = $text;
                const ROLES: &'static [$crate::role::Role] = &[$($role),+];
            }
        )+

        /// Every permission that is declared here, with the roles that have it.
        pub const ALL: &[(&str, &[$crate::role::Role])] = &[
            $((<$name as $crate::permission::Permission>::NAME, <$name as $crate::permission::Permission>::ROLES)),+
        ];
    };
}
