//! The font files.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::read::GzDecoder;
use parley::fontique::Blob;

use super::faces::{BASE, FACES};
use crate::Error;

/// The bytes of a font, which all that use it share.
pub(super) type Bytes = Blob<u8>;

/// The fonts of a folder, read when a text first needs them.
///
/// Most reports need two of the 39 files, so a function starts without reading the rest. A process opens the folder once and
/// keeps this for its reports.
pub struct Fonts {
    folder: PathBuf,
    read: Mutex<HashMap<usize, Bytes>>,
}

impl Fonts {
    /// The fonts of a folder, which has the files of this crate's `fonts/`. All must be there, so that what was not packaged
    /// shows at the first report and not with the first name in Thai.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        for face in &FACES {
            let path = path(&folder, face.file);
            path.metadata()
                .map_err(|source| Error::Font { path, source })?;
        }
        let read = Mutex::default();
        let fonts = Self { folder, read };
        for index in 0..BASE {
            fonts.face(index)?;
        }
        Ok(fonts)
    }

    /// A font, by its place in the list.
    pub(super) fn face(&self, index: usize) -> Result<Bytes, Error> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = read.get(&index) {
            return Ok(bytes.clone());
        }
        let path = path(&self.folder, FACES[index].file);
        let bytes = unpack(&path).map_err(|source| Error::Font { path, source })?;
        let bytes = Bytes::from(bytes);
        read.insert(index, bytes.clone());
        Ok(bytes)
    }
}

fn path(folder: &Path, file: &str) -> PathBuf {
    folder.join(format!("{file}.ttf.gz"))
}

fn unpack(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(BufReader::new(File::open(path)?)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use parley::fontique::{Collection, CollectionOptions};

    use super::*;
    use crate::text::faces::faces_of;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")
    }

    #[test]
    fn every_font_is_there_and_has_its_name() {
        let fonts = Fonts::open(folder()).unwrap();
        for (index, face) in FACES.iter().enumerate() {
            let (system_fonts, shared) = (false, false);
            let mut collection = Collection::new(CollectionOptions {
                shared,
                system_fonts,
            });

            let families = collection.register_fonts(fonts.face(index).unwrap(), None);

            let name = collection.family_name(families[0].0);
            assert_eq!(name, Some(face.family), "{}", face.file);
        }
        let files = folder().read_dir().unwrap();
        let packed =
            files.filter(|file| file.as_ref().unwrap().path().extension() == Some("gz".as_ref()));
        assert_eq!(
            packed.count(),
            FACES.len(),
            "a file that no line of `FACES` names"
        );
    }

    #[test]
    fn fonts_that_were_not_packaged_are_named() {
        let refused = Fonts::open("/nowhere").err().unwrap();

        assert_eq!(
            refused.to_string(),
            "read the font /nowhere/NotoSans-Regular.ttf.gz"
        );
    }

    #[test]
    fn a_character_has_the_font_of_its_script() {
        for (character, file) in [
            ('م', "NotoSansArabic-Regular"),
            ('अ', "NotoSansDevanagari-Regular"),
            ('漢', "DroidSansFallbackFull"),
            ('한', "NanumGothic-Regular"),
        ] {
            let faces: Vec<&str> = faces_of(character).map(|index| FACES[index].file).collect();
            assert_eq!(faces, [file], "{character}");
        }
        assert_eq!(faces_of('ж').count(), 0);
    }
}
