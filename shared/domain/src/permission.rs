//! What an account may do, by its role. A handler names the permission it needs in its signature.

use crate::user::Role;

/// Something only some roles may do.
pub trait Permission: Send + Sync + 'static {
    /// Its name in the OpenAPI document.
    const NAME: &'static str;
    /// The roles that have it.
    const ROLES: &'static [Role];
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal for $roles:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Permission for $name {
                const NAME: &'static str = $text;
                const ROLES: &'static [Role] = $roles;
            }
        )*
    };
}

permissions! {
    /// See all accounts, and what was sent to them.
    ReadUsers = "users:read" for &[Role::Admin];
    /// Change all accounts.
    ManageUsers = "users:manage" for &[Role::Admin];
    /// See the audit log.
    ReadAudit = "audit:read" for &[Role::Admin];
    /// See who left an address before the product opens.
    ReadPreRegistrations = "pre_registrations:read" for &[Role::Admin];
}
