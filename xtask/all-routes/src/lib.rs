//! All routes in one process, behind plain axum: the quick loop, the files that are generated from the lists of the areas,
//! and what needs the whole product.

pub mod generate;
