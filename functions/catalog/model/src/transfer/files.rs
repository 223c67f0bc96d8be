//! The files of imports and exports.

use std::fmt;

use cloud::{FileName, FolderName};
use jiff::SignedDuration;
use kernel::id::{TaskId, UserId};

use super::Format;

/// The time for which the file of a transfer can be fetched. The bucket forgets it a day later.
pub const TRANSFER_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

kernel::id!(
    /// The id of a file that is uploaded to be imported.
    UploadId
);

/// A file that somebody sends to be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadKey {
    /// The account that sends it.
    pub owner: UserId,
    /// The upload.
    pub id: UploadId,
}

/// A file of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferKey {
    /// The account that asked for it.
    pub owner: UserId,
    /// The task that does it.
    pub task_id: TaskId,
    /// Which file it is.
    pub file: TransferFile,
}

/// Which file of a transfer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferFile {
    /// What is fetched: the catalogue, or what was refused of an import.
    Result(Format),
    /// How far it is.
    State,
    /// A part of what was refused of an import, until that is whole.
    Refused(u32),
}

/// Files of an account that go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferFolder {
    /// What it has uploaded to be imported.
    Imports(UserId),
    /// The files of its transfers.
    Transfers(UserId),
}

impl FileName for UploadKey {}

impl FileName for TransferKey {}

impl FolderName for TransferFolder {}

impl fmt::Display for UploadKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = TransferFolder::Imports(self.owner);
        write!(formatter, "{folder}{}", self.id)
    }
}

impl fmt::Display for TransferKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = TransferFolder::Transfers(self.owner);
        write!(formatter, "{folder}{}/", self.task_id)?;
        match self.file {
            TransferFile::Result(format) => write!(formatter, "result.{}", format.as_str()),
            TransferFile::State => formatter.write_str("state.json"),
            TransferFile::Refused(part) => write!(formatter, "refused-{part:05}"),
        }
    }
}

impl fmt::Display for TransferFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Imports(owner) => write!(formatter, "imports/{owner}/"),
            Self::Transfers(owner) => write!(formatter, "transfers/{owner}/"),
        }
    }
}
