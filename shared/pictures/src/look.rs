//! From an upload in the bucket to the pictures that are shown of it.

use cloud::{FileError, FileName, Files};
use kernel::picture::{MAX_BYTES, Refusal};

use crate::cut::Cut;
use crate::make::make;
use crate::notice::Uploaded;

/// What was found in an upload. An area may have reasons of its own to refuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<R = Refusal> {
    /// Pictures, which are now where they are shown from; the width and the height of the first, in pixels.
    Pictures((u32, u32)),
    /// Something that is not shown.
    Refused(R),
    /// There is no such file any more: somebody else was faster.
    Nothing,
}

/// Looks into an upload, and puts its pictures where they are shown from: `pictures` names each one's file and what it is cut
/// to, the largest first, because the others are made of it.
pub async fn look<F: FileName, R: From<Refusal>>(
    files: &Files<'_>,
    upload: &Uploaded<F>,
    pictures: &[(F, Cut)],
) -> Result<Found<R>, FileError> {
    // The form does not take more either; what has come another way is not even read.
    if upload.length > u64::from(MAX_BYTES) {
        return Ok(Found::Refused(Refusal::FileTooLarge.into()));
    }
    let Some(file) = files.get(&upload.key).await? else {
        return Ok(Found::Nothing);
    };
    let cuts: Vec<Cut> = pictures.iter().map(|(_, cut)| *cut).collect();
    let made = match make(&file, &cuts) {
        Ok(made) => made,
        Err(refusal) => return Ok(Found::Refused(refusal.into())),
    };
    let first = made.first();
    let size = first.map_or((0, 0), |picture| (picture.width, picture.height));
    for ((key, _), picture) in pictures.iter().zip(made) {
        files.put(key, "image/webp", picture.bytes).await?;
    }
    Ok(Found::Pictures(size))
}

/// Deletes the pictures of an upload that is not shown, if an earlier try has made them.
pub async fn forget<F: FileName>(
    files: &Files<'_>,
    pictures: &[(F, Cut)],
) -> Result<(), FileError> {
    for (key, _) in pictures {
        files.delete(key).await?;
    }
    Ok(())
}
