//! What accounts let some roles do and not others.

use kernel::role::Role;

kernel::permission::permissions! {
    /// See all accounts, and what was sent to them.
    ReadUsers = "users:read" for [Role::Admin];
    /// Change any account.
    ManageUsers = "users:manage" for [Role::Admin];
    /// See the audit log.
    ReadAudit = "audit:read" for [Role::Admin];
    /// See who left an address before the product opens.
    ReadPreRegistrations = "pre_registrations:read" for [Role::Admin];
}
