//! The contract of lists and search of products, and of their index.

mod caching;
mod damage;
mod filters;
mod indexing;
mod interrupted;
mod lists;
mod meanwhile;
mod model;
mod outside;
mod own;
mod rebuilds;
mod refused;
mod shelf;
mod support;
