//! The contract of stocks.

mod adjustments;
mod low;
mod meanwhile;
mod movements;
mod refused;
mod spread;
mod support;
