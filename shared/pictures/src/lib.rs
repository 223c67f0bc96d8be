//! From a file that anybody may have made to pictures that are ours, for every area that shows pictures.
//!
//! [`make`] decodes an upload within bounds and makes pictures of it, one for each [`Cut`]: turned as the camera says, in
//! the colours of pages, as WebP. [`look`] does so with an upload in the bucket, and puts the pictures where they are shown
//! from. [`each_upload`] is the loop of the worker: S3 puts into the queue of an area's uploads what [`Uploaded`] reads. What a
//! picture may be is in [`kernel::picture`], without the libraries that are here: models store a
//! [`Refusal`](kernel::picture::Refusal), and a crate of endpoints hands out forms, without them.
//!
//! The area decides what it makes, for whom, how often, and where the files are.
//!
//! # Pictures of another area
//!
//! A crate of functions is one binary, so the worker that makes them is in a crate with little else: no other function has
//! these libraries. What they take of memory and time is in `docs/BENCHMARKS.md`, for which a worker has 1,024 MB, and
//! takes one upload after the other.
//!
//! ```text
//! pub async fn process_cover(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
//!     Ok(each_upload(event, CoverFile::parse_upload, |upload| handle(&app, upload)).await)
//! }
//!
//! /// Shows an upload or refuses it, and deletes it last: until then every step can be done again.
//! async fn handle(app: &App, upload: Uploaded<CoverId>) -> Result<(), Failure> {
//!     let Uploaded { key: id, length } = upload;
//!     let (files, covers) = (app.files(), Covers(app.store()));
//!     let upload = Uploaded { key: CoverFile::Upload(id), length };
//!     // The largest first: the others are made of it.
//!     let pictures = [1600, 640].map(|side| (CoverFile::Shown(id, side), Cut::Within(side)));
//!     match look(&files, &upload, &pictures).await? {
//!         Found::Pictures(_) => covers.show(id).await?,
//!         Found::Refused(refusal) => covers.refuse(id, refusal).await?,
//!         Found::Nothing => {}
//!     }
//!     Ok(files.delete(&upload.key).await?)
//! }
//! ```

mod colours;
mod cut;
mod each_upload;
mod look;
mod make;
mod notice;
mod open;

pub use cut::Cut;
pub use each_upload::each_upload;
pub use look::{Found, forget, look};
pub use make::{Picture, make};
pub use notice::{NotANotice, Uploaded};
