//! Where a data set comes from: `NN_LIB_DATA`, then `~/.keras/datasets`, then the network, then the built-in stand-in.

use super::download::Checksum::{Md5, Sha256};
use super::download::KerasFile;
use super::{WordIndex, download, stand_in};
use crate::notebook::interrupt::{Region, interrupted};
use crate::{Error, Result};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Where Keras's files are published.
const BASE_URL: &str = "https://storage.googleapis.com/tensorflow/tf-keras-datasets";
/// For how long a missing network is not asked again.
const OFFLINE: Duration = Duration::from_secs(60);

/// A data set of Keras.
#[derive(Debug)]
pub(crate) struct Dataset {
    /// Its name in messages.
    pub(crate) name: &'static str,
    /// What it consists of; a data set is here when all of them are.
    files: &'static [KerasFile],
    words: Option<KerasFile>,
}

// Checksums: keras/src/datasets/imdb.py, reuters.py and mnist.py of Keras 3.15, and for Fashion-MNIST, where Keras compares none,
// its authors' README (https://github.com/zalandoresearch/fashion-mnist). Sizes: approximate, for the progress alone.

pub(crate) const IMDB: Dataset = Dataset {
    name: "IMDB",
    files: &[KerasFile {
        folder: "",
        name: "imdb.npz",
        bytes: 17_464_789,
        checksum: Sha256("69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"),
    }],
    words: Some(KerasFile {
        folder: "",
        name: "imdb_word_index.json",
        bytes: 1_641_221,
        checksum: Md5("bfafd718b763782e994055a2d397834f"),
    }),
};

pub(crate) const REUTERS: Dataset = Dataset {
    name: "Reuters",
    files: &[KerasFile {
        folder: "",
        name: "reuters.npz",
        bytes: 2_110_848,
        checksum: Sha256("d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"),
    }],
    words: Some(KerasFile {
        folder: "",
        name: "reuters_word_index.json",
        bytes: 550_378,
        checksum: Md5("4d44cc38712099c9e383dc6e5f11a921"),
    }),
};

pub(crate) const MNIST: Dataset = Dataset {
    name: "MNIST",
    files: &[KerasFile {
        folder: "",
        name: "mnist.npz",
        bytes: 11_490_434,
        checksum: Sha256("731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"),
    }],
    words: None,
};

pub(crate) const FASHION_MNIST: Dataset = Dataset {
    name: "Fashion-MNIST",
    files: &[
        fashion(
            "train-labels-idx1-ubyte.gz",
            29_515,
            "25c81989df183df01b3e8a0aad5dffbe",
        ),
        fashion(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ),
        fashion(
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        fashion(
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "bef4ecab320f06d8554ea6380940ec79",
        ),
    ],
    words: None,
};

/// One of the four files; in Keras's directory they have a folder of their own.
const fn fashion(name: &'static str, bytes: u64, md5: &'static str) -> KerasFile {
    KerasFile {
        folder: "fashion-mnist",
        name,
        bytes,
        checksum: Md5(md5),
    }
}

/// The files of `dataset`; `None` where the stand-in takes its place, which has then been announced.
pub(crate) fn data(dataset: &Dataset) -> Result<Option<Vec<PathBuf>>> {
    check_own_directory()?;
    match dataset.files.iter().map(obtain_or_find).collect() {
        Ok(paths) => {
            stand_in::set(dataset.name, None);
            Ok(Some(paths))
        }
        Err(error @ Error::Interrupted { .. }) => Err(error),
        Err(error) => {
            stand_in::set(dataset.name, Some(&error));
            Ok(None)
        }
    }
}

/// The word index of `dataset`; `None` where the stand-in's is to be used.
pub(crate) fn word_index(dataset: &Dataset) -> Result<Option<WordIndex>> {
    // The ranks must be those of the data: a process that uses the stand-in's reviews uses its words.
    if stand_in::is_used(dataset.name) {
        return Ok(None);
    }
    check_own_directory()?;
    let Some(words) = &dataset.words else {
        return Ok(None);
    };
    let path = match obtain_or_find(words) {
        Ok(path) => path,
        Err(error @ Error::Interrupted { .. }) => return Err(error),
        Err(error) if dataset.files.iter().all(|file| find(file).is_some()) => return Err(error),
        Err(_) => return Ok(None),
    };
    let json = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
    let index = WordIndex::from_json(&json).map_err(|problem| Error::Format {
        path,
        format: "word index (.json)",
        problem,
        hint: "delete the file, and it will be downloaded again".into(),
    })?;
    Ok(Some(index))
}

/// The value of an environment variable that is set and not empty.
fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

/// Keras's directory of data sets.
fn keras_directory() -> Option<PathBuf> {
    let home = variable("KERAS_HOME").or_else(|| Some(std::env::home_dir()?.join(".keras")));
    home.map(|home| home.join("datasets"))
}

/// The directory that `NN_LIB_DATA` names must exist.
fn check_own_directory() -> Result<()> {
    let own = variable("NN_LIB_DATA");
    if let Some(directory) = own.filter(|directory| !directory.is_dir()) {
        let here = std::env::current_dir().unwrap_or_default();
        return Err(Error::invalid(
            "NN_LIB_DATA",
            "the path of a directory with data files",
            format!("{}, which is none", here.join(directory).display()),
        )
        .with_hint("set the environment variable to an existing directory, or do not set it"));
    }
    Ok(())
}

/// The path of `file`, where there is one.
fn find(file: &KerasFile) -> Option<PathBuf> {
    let directories = variable("NN_LIB_DATA").into_iter().chain(keras_directory());
    let mut paths = directories.map(|directory| directory.join(file.folder).join(file.name));
    paths.find(|path| path.exists())
}

/// The path of `file`, which is downloaded where it is missing.
fn obtain_or_find(file: &KerasFile) -> Result<PathBuf> {
    find(file).map_or_else(|| obtain(file), Ok)
}

/// Downloads `file`, unless the network was found missing a moment ago.
fn obtain(file: &KerasFile) -> Result<PathBuf> {
    static MISSING_SINCE: Mutex<Option<Instant>> = Mutex::new(None);
    let directory = keras_directory().ok_or_else(|| {
        Error::invalid("the download", "a home directory", "none")
            .with_hint("set KERAS_HOME to a directory for the data")
    })?;
    let base_url = std::env::var("NN_LIB_DATA_URL")
        .ok()
        .filter(|url| !url.is_empty());
    let base_url = base_url.as_deref().unwrap_or(BASE_URL);
    if variable("NN_LIB_OFFLINE").is_some() {
        return Err(Error::Download {
            url: base_url.to_string(),
            problem: "NN_LIB_OFFLINE says that there is no network".into(),
            hint: String::new(),
        });
    }
    let mut missing_since = MISSING_SINCE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if missing_since.is_some_and(|since| since.elapsed() < OFFLINE) {
        return Err(Error::Download {
            url: base_url.to_string(),
            problem: "there was no network a moment ago".into(),
            hint: String::new(),
        });
    }
    // An interrupt ends the download, not the process with the notebook's variables.
    let _region = Region::begin(&format!("the download of {}", file.name))?;
    let outcome = download::download(file, base_url, &directory.join(file.folder), &interrupted);
    outcome.map_err(|unsuccessful| {
        *missing_since = unsuccessful.offline.then(Instant::now);
        unsuccessful.error
    })
}
