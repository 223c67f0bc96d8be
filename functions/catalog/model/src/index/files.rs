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

/// All files of the index in one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexFolder {
    /// The form.
    pub schema: u32,
}

impl FileName for IndexFile<'_> {}

impl FolderName for IndexFolder {}

impl fmt::Display for IndexFile<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schema, name } = *self;
        write!(formatter, "{}{name}", IndexFolder { schema })
    }
}

impl fmt::Display for IndexFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "index/v{}/", self.schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_a_folder() {
        let file = IndexFile {
            schema: 1,
            name: "current",
        };
        assert_eq!(file.to_string(), "index/v1/current");
        assert_eq!(IndexFolder { schema: 12 }.to_string(), "index/v12/");
    }
}
