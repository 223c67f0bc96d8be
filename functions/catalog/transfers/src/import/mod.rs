//! An import: a file is read stretch by stretch, and the catalogue becomes what its rows say.
//!
//! | file | what it is for |
//! | --- | --- |
//! | [`job`] | one step after the other, until all is read |
//! | [`read`] | rows of bytes, whichever the format |
//! | [`work`] | what becomes of the rows of a step |
//! | [`category`], [`product`], [`variant`] | what becomes of one |
//! | [`refused`] | what is told of those that are refused |
//! | [`state`] | how far it is |
//! | [`pace`] | how fast it writes |

mod category;
mod job;
mod pace;
mod product;
mod read;
mod refused;
mod state;
mod variant;
mod work;

pub(crate) use job::import_products;
