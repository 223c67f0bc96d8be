//! From a file that anybody may have made to pictures that are ours, for every area that shows pictures.
//!
//! [`make`] decodes an upload within bounds and makes pictures of it, one for each [`Cut`]: turned as the camera says, in
//! the colours of pages, as WebP. [`Uploaded`] reads what S3 puts into the queue of an area's uploads. What a picture may
//! be is in [`kernel::picture`], without the libraries that are here: models store a [`Refusal`](kernel::picture::Refusal),
//! and a crate of endpoints hands out forms, without them.
//!
//! The area decides what it makes, for whom, how often, and where the files are.
//!
//! # Pictures of another area
//!
//! A crate of functions is one binary, so the worker that makes them is in a crate with little else: no other function has
//! these libraries. What they take of memory and time is in `docs/BENCHMARKS.md`, for which a worker has 1,024 MB, and
//! takes one upload after the other.
//!
//! ```
//! use pictures::{Cut, Picture};
//!
//! /// The longest side of each picture of a product, in pixels; the largest first.
//! const CUTS: [Cut; 3] = [Cut::Within(1600), Cut::Within(640), Cut::Within(160)];
//!
//! fn look(file: &[u8]) {
//!     match pictures::make(file, &CUTS) {
//!         Ok(pictures) => {
//!             for Picture { width, height, bytes } in pictures {
//!                 println!("{width} x {height} pixels in {} bytes", bytes.len());
//!             }
//!         }
//!         Err(refusal) => println!("refused: {}", refusal.as_str()),
//!     }
//! }
//! ```

mod colours;
mod cut;
mod make;
mod notice;
mod open;

pub use cut::Cut;
pub use make::{Picture, make};
pub use notice::{NotANotice, Uploaded};
