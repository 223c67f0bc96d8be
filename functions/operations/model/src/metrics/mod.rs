//! Figures for Prometheus: what log lines measure ([`cloud::metrics`]), added up.
//!
//! A function writes its line and knows nothing of this. The lines are read beside, in batches, and what a batch holds is added
//! to an item for each function, limit, kind or method. So counting costs a call no write, and nothing is lost when a process
//! ends: its lines have been written.
//!
//! What figures are told apart by is one label that is in code (the name of a function, say) and one of a closed list, so there
//! are never more series than [`Family::most_series`] says of each label. A value that is not in its list counts as `other`.

mod families;
mod figures;
mod settings;
mod store;

pub use families::{FAMILIES, Family, Histogram, REQUESTS_OF_A_FUNCTION, Split};
pub use figures::Figures;
pub use settings::Scraping;
pub use store::{Metrics, Sums};
