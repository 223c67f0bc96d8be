//! The rules and the storage of background work as people see it: tasks that accounts ask for, queues and dead letters.
//!
//! How a task goes through the table, the queue and the worker is everybody's, and stands in `store`, `work` and
//! [`kernel::task`]. Here is what operations add: the [kinds](jobs) of tasks that accounts may ask for, the [`queue`]s
//! with what an operator does to them, monthly [`report`]s, and what became of every [`mail`]. [`metrics`] are the figures
//! that Prometheus scrapes.

pub mod actions;
pub mod jobs;
pub mod mail;
pub mod mask;
pub mod metrics;
pub mod permissions;
pub mod queue;
pub mod report;
pub mod statistics;
