//! What operations let some roles do and not others.

use kernel::role::Role;

kernel::permission::permissions! {
    /// See the tasks of everybody, the queues and their dead letters.
    ReadTasks = "tasks:read" for [Role::Admin];
    /// Try tasks again, call them off, and move or delete dead letters.
    ManageTasks = "tasks:manage" for [Role::Admin];
    /// See what became of mails, and which addresses get none.
    ReadMail = "mail:read" for [Role::Admin];
    /// Let addresses get mail again, and send test mails.
    ManageMail = "mail:manage" for [Role::Admin];
    /// Have reports made on what everybody does, and fetch them.
    ReadReports = "reports:read" for [Role::Admin];
}
