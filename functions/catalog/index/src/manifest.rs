//! The manifest: which files make the index, and all that is small.
//!
//! It is the one object that is replaced. What of a segment is deleted stands in it and not in files of its own: a bit an entry
//! is 17 kB of text for a hundred thousand entries, whatever the number of segments, and saves a request for each of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::error::IndexError;
use crate::tree::Tree;

/// The number of the form of manifests and files. Who stores them puts it into their prefix (`index/v1/`), so that two releases
/// that differ in it write next to each other.
pub const SCHEMA: u32 = 1;

/// The name of the manifest.
pub const CURRENT: &str = "current";

/// Which files make an index, its tree of categories, and what was removed lately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub(crate) version: u64,
    pub(crate) count: u64,
    pub(crate) rows: Rows,
    pub(crate) segments: Vec<Listed>,
    pub(crate) removed: Removed,
    pub(crate) tree: Tree,
}

/// Where the rows of lists are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rows {
    /// In the index, as long as it is small: an answer is complete.
    #[default]
    Inside,
    /// Outside it: an answer has ids and versions, and the caller reads the rows of the page.
    Outside,
}

/// A segment, as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// The name of its file.
    pub(crate) name: String,
    /// The octets of the file.
    pub(crate) size: u64,
    /// The CRC-32 of all of them: what tantivy checks by itself misses some.
    pub(crate) crc: u32,
    /// Its entries, with deleted ones.
    pub(crate) entries: u32,
    /// Which of them are deleted.
    pub(crate) deleted: String,
}

/// What was removed lately, the latest last. Without it an older record that comes after the removal would bring the product
/// back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Removed(pub(crate) Vec<(Uuid, u64)>);

/// The octets of an id, and of an id with a version.
const ID: usize = 16;
const REMOVED: usize = ID + 8;

impl From<Removed> for String {
    fn from(removed: Removed) -> Self {
        let mut bytes = Vec::with_capacity(removed.0.len() * REMOVED);
        for (id, version) in removed.0 {
            bytes.extend_from_slice(id.as_bytes());
            bytes.extend_from_slice(&version.to_le_bytes());
        }
        STANDARD_NO_PAD.encode(bytes)
    }
}

impl TryFrom<String> for Removed {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| "no base64")?;
        let (records, []) = bytes.as_chunks::<REMOVED>() else {
            return Err("no whole records");
        };
        let record = |bytes: &[u8; REMOVED]| {
            let (id, version) = bytes.split_first_chunk::<ID>()?;
            let version = u64::from_le_bytes(version.try_into().ok()?);
            Some((Uuid::from_bytes(*id), version))
        };
        let records: Option<Vec<_>> = records.iter().map(record).collect();
        records.map(Self).ok_or("no records")
    }
}

/// What is written: the manifest and what it is checked by.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    schema: u32,
    crc: u32,
    #[serde(borrow)]
    manifest: &'a RawValue,
}

/// What is read first: what else there is depends on it.
#[derive(Deserialize)]
struct Head {
    schema: u32,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`IndexError::UnknownSchema`] if another release wrote it; [`IndexError::Corrupt`] if it is not what was written.
    pub fn parse(bytes: &[u8]) -> Result<Self, IndexError> {
        let corrupt = |_| IndexError::corrupt(CURRENT);
        let head: Head = serde_json::from_slice(bytes).map_err(corrupt)?;
        if head.schema != SCHEMA {
            return Err(IndexError::UnknownSchema { found: head.schema });
        }
        let envelope: Envelope<'_> = serde_json::from_slice(bytes).map_err(corrupt)?;
        let text = envelope.manifest.get();
        if crc32fast::hash(text.as_bytes()) != envelope.crc {
            return Err(IndexError::corrupt(CURRENT));
        }
        serde_json::from_str(text).map_err(corrupt)
    }

    /// What is to be written as `current`.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Maps with keys that are no texts, and writers that fail, are what JSON cannot do: here is neither.
        let text = serde_json::value::to_raw_value(self).unwrap_or_default();
        let envelope = Envelope {
            schema: SCHEMA,
            crc: crc32fast::hash(text.get().as_bytes()),
            manifest: &text,
        };
        serde_json::to_vec(&envelope).unwrap_or_default()
    }

    /// The number of writes that led to it.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The products that are indexed.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Where the rows are kept.
    pub fn rows(&self) -> Rows {
        self.rows
    }

    /// The names of all files, and the octets of each.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        self.segments
            .iter()
            .map(|listed| (&*listed.name, listed.size))
    }

    /// The tree of categories.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            version: 7,
            count: 1,
            segments: vec![Listed {
                name: "one".to_owned(),
                size: 10,
                crc: 20,
                entries: 1,
                deleted: String::new(),
            }],
            removed: Removed(vec![(Uuid::from_u128(5), 3), (Uuid::from_u128(6), 4)]),
            ..Manifest::default()
        }
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let read = Manifest::parse(&manifest().to_bytes()).unwrap();
        assert_eq!(read, manifest());
    }

    #[test]
    fn one_of_another_release_is_refused_by_its_number() {
        let text = String::from_utf8(manifest().to_bytes()).unwrap();
        for other in [
            "{\"schema\":2,\"what\":[]}",
            &text.replacen(":1,", ":2,", 1),
        ] {
            let error = Manifest::parse(other.as_bytes()).unwrap_err();
            assert!(
                matches!(error, IndexError::UnknownSchema { found: 2 }),
                "{error}"
            );
        }
    }

    #[test]
    fn no_octet_can_be_another() {
        let bytes = manifest().to_bytes();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << bit;
                assert!(Manifest::parse(&flipped).is_err(), "{place} {bit}");
            }
            assert!(Manifest::parse(&bytes[..place]).is_err(), "{place}");
        }
    }
}
