//! Contract tests: imports and exports of products.

mod crashes;
mod exports;
mod files;
mod formats;
mod imports;
mod large;
mod meanwhile;
mod refused;
mod support;
mod units;
