use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A table, by its name without the stack's before it. The area that owns a table declares it; the template makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table(&'static str);

/// Work that is not a request. Its stream is the outbox.
pub const TASKS: Table = Table::named("tasks");

/// Counters of calls and of wrong proofs.
pub const LIMITS: Table = Table::named("limits");

/// The table of the audit log.
pub const AUDIT: Table = Table::named("audit");

impl Table {
    /// The table of this name.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// The name, without the stack's.
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// The names of tables as AWS knows them: `STACK-identity`.
#[derive(Debug, Clone)]
pub(crate) struct TableNames {
    stack: String,
    made: Arc<Mutex<BTreeMap<Table, &'static str>>>,
}

impl TableNames {
    pub(crate) fn new(stack: String) -> Self {
        let made = Arc::default();
        Self { stack, made }
    }

    /// The name of a table. It is made once: a process works with a handful of tables, and each for as long as it lives.
    pub(crate) fn of(&self, table: Table) -> &'static str {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(table)
            .or_insert_with(|| format!("{}-{}", self.stack, table.0).leak())
    }
}
