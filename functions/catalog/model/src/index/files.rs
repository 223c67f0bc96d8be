//! The names of the index's files in the bucket.

use std::fmt;

use cloud::{FileName, FolderName};

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFile<'a> {
    /// The form in which it is written. Each has a folder of its own, so that two releases can write next to each other.
    pub schema: u32,
    /// Its name in the folder.
    pub name: &'a str,
}

/// All files of the index, in every form that a release has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexFiles;

impl FileName for IndexFile<'_> {}

impl FolderName for IndexFiles {}

impl<'a> IndexFile<'a> {
    /// The file that has this key in the bucket; `None` if it is none of the index.
    pub fn of(key: &'a str) -> Option<Self> {
        let (schema, name) = key.strip_prefix("index/v")?.split_once('/')?;
        let file = Self {
            schema: schema.parse().ok()?,
            name,
        };
        // `v01` is no folder of ours.
        (file.to_string() == key).then_some(file)
    }
}

impl fmt::Display for IndexFile<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schema, name } = *self;
        write!(formatter, "{IndexFiles}v{schema}/{name}")
    }
}

impl fmt::Display for IndexFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("index/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_a_folder() {
        for (schema, name, key) in [
            (1, "current", "index/v1/current"),
            (12, "019a-0", "index/v12/019a-0"),
        ] {
            let file = IndexFile { schema, name };
            assert_eq!(file.to_string(), key);
            assert_eq!(IndexFile::of(key), Some(file));
        }
    }

    #[test]
    fn what_is_in_no_form_is_no_file_of_the_index() {
        for key in [
            "index/current",
            "index/v1",
            "index/v/current",
            "index/v01/current",
            "index/v+1/current",
            "index/v4294967296/current",
            "images/v1/current",
        ] {
            assert_eq!(IndexFile::of(key), None, "{key}");
        }
    }
}
