//! Where the files of the data sets are: `NN_LIB_DATA`, then `~/.keras/datasets`.

use super::WordIndex;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// A file that Keras distributes.
#[derive(Debug)]
pub(crate) struct KerasFile {
    /// Its name, in directories and on the server.
    pub(crate) name: &'static str,
}

pub(crate) const IMDB: KerasFile = KerasFile { name: "imdb.npz" };
pub(crate) const IMDB_WORDS: KerasFile = KerasFile {
    name: "imdb_word_index.json",
};

/// The directories to look in, in order.
fn directories() -> Vec<PathBuf> {
    let data = std::env::var_os("NN_LIB_DATA").filter(|value| !value.is_empty());
    let keras = std::env::var_os("KERAS_HOME").filter(|value| !value.is_empty());
    let keras = keras
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".keras")));
    let keras = keras.map(|home| home.join("datasets"));
    data.map(PathBuf::from).into_iter().chain(keras).collect()
}

/// The path of `file`.
pub(crate) fn path(file: &KerasFile) -> Result<PathBuf> {
    let mut paths = directories().into_iter().map(|dir| dir.join(file.name));
    paths.find(|path| path.exists()).ok_or_else(|| {
        Error::io(
            "find",
            Path::new(file.name),
            std::io::ErrorKind::NotFound.into(),
        )
    })
}

/// The word index in `file`.
pub(crate) fn word_index(file: &KerasFile) -> Result<WordIndex> {
    let path = path(file)?;
    let json = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
    WordIndex::from_json(&json).map_err(|problem| Error::Format {
        path,
        format: "word index (.json)",
        problem,
        hint: "delete the file, and it will be downloaded again".into(),
    })
}
