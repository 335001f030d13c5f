//! Folders of texts: one sub-folder for each class.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Labels, TextDataset};
use crate::error::{Error, Result, counted};
use crate::notebook::interrupt::{Region, go_on};
use crate::random::RandomState;

const OPERATION: &str = "text_dataset_from_directory";

/// How [`text_dataset_from_directory_with`] reads; the names are Keras's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextDirectory {
    /// The sub-folders to read, in the order of the classes; `None`: all of them, by the alphabet. Default `None`.
    pub class_names: Option<Vec<String>>,
    /// Whether the texts are brought into a random order; otherwise class comes after class. Default `true`.
    pub shuffle: bool,
    /// The seed of NumPy's shuffle. Default 0.
    pub seed: u32,
}

impl Default for TextDirectory {
    fn default() -> TextDirectory {
        TextDirectory {
            class_names: None,
            shuffle: true,
            seed: 0,
        }
    }
}

/// Reads the `.txt` files below a folder whose sub-folders are the classes:
///
/// ```text
/// reviews/negative/1.txt
/// reviews/negative/2.txt
/// reviews/positive/1.txt
/// ```
///
/// Files in folders further down belong to the class as well. The order is random, and the same in every run: that of Keras
/// with the same `seed`.
///
/// # Errors
/// When there is no such folder, it has no sub-folders, these have no `.txt` file, a file is not UTF-8, or the cell is
/// interrupted.
///
/// Source: <https://keras.io/api/data_loading/text/>
///
/// ```
/// use nn_lib::prelude::*;
/// # let folder = std::env::temp_dir().join(format!("nn-lib-doc-texts-{}", std::process::id()));
/// # for (class, text) in [("negative", "dull"), ("positive", "lovely")] {
/// #     std::fs::create_dir_all(folder.join(class)).unwrap();
/// #     std::fs::write(folder.join(class).join("1.txt"), text).unwrap();
/// # }
/// let reviews = text_dataset_from_directory(&folder)?;
/// assert_eq!(reviews.class_names, ["negative", "positive"]);
/// assert_eq!(format!("{reviews:?}"), "2 texts of 2 classes: 0 negative (1), 1 positive (1)");
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn text_dataset_from_directory(directory: impl AsRef<Path>) -> Result<TextDataset> {
    read(directory.as_ref(), &TextDirectory::default())
}

/// The same with options.
///
/// # Errors
/// As [`text_dataset_from_directory`], and when a class of `class_names` has no sub-folder.
pub fn text_dataset_from_directory_with(
    directory: impl AsRef<Path>,
    options: TextDirectory,
) -> Result<TextDataset> {
    read(directory.as_ref(), &options)
}

fn read(directory: &Path, options: &TextDirectory) -> Result<TextDataset> {
    let _region = Region::begin(OPERATION)?;
    let mut folders = Vec::new();
    for entry in entries(directory)? {
        let name = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if entry.is_dir() && !name.starts_with('.') {
            folders.push(name);
        }
    }
    if folders.is_empty() {
        let received = format!("{} without any", directory.display());
        return Err(
            Error::invalid(OPERATION, "a sub-folder for each class", received)
                .with_hint("put the texts of each class into a folder of its name, as .txt files"),
        );
    }
    let class_names = options
        .class_names
        .clone()
        .unwrap_or_else(|| folders.clone());
    if let Some(missing) = class_names.iter().find(|name| !folders.contains(name)) {
        let expected = format!("class_names among the sub-folders {}", folders.join(", "));
        return Err(Error::invalid(OPERATION, expected, missing));
    }
    let mut files: Vec<(PathBuf, u32)> = Vec::new();
    for (name, class) in class_names.iter().zip(0..) {
        files.extend(
            texts_below(&directory.join(name))?
                .into_iter()
                .map(|file| (file, class)),
        );
    }
    if files.is_empty() {
        let received = format!("none in {}", counted(class_names.len(), "folder"));
        return Err(Error::invalid(
            OPERATION,
            "files that end in .txt",
            received,
        ));
    }
    let order = match options.shuffle {
        true => RandomState::new(options.seed).permutation(files.len()),
        false => (0..files.len()).collect(),
    };
    let mut texts = Vec::with_capacity(files.len());
    let mut labels = Vec::with_capacity(files.len());
    for place in order {
        go_on(OPERATION)?;
        let (file, class) = &files[place];
        texts.push(text(file)?);
        labels.push(*class);
    }
    let labels = Labels::from(labels);
    Ok(TextDataset {
        texts,
        labels,
        class_names,
    })
}

/// What is in a folder, sorted by name.
fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    let read = |source| Error::io("read", directory, source);
    let entries = fs::read_dir(directory).map_err(read)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths
        .collect::<std::io::Result<Vec<PathBuf>>>()
        .map_err(read)?;
    paths.sort();
    Ok(paths)
}

/// The `.txt` files of a folder, then those of the folders in it; links to folders are not followed.
fn texts_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut waiting = vec![directory.to_path_buf()];
    let mut folders: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    while let Some(folder) = waiting.pop() {
        go_on(OPERATION)?;
        let (below, files): (Vec<_>, Vec<_>) = entries(&folder)?
            .into_iter()
            .partition(|path| path.is_dir());
        waiting.extend(below.into_iter().filter(|path| !path.is_symlink()));
        let texts = files.into_iter().filter(|file| {
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            name.ends_with(".txt")
        });
        folders.push((folder, texts.collect()));
    }
    // By the whole text, as Keras does: `a-b` before `a/b`.
    folders.sort_by(|(one, _), (other, _)| one.as_os_str().cmp(other.as_os_str()));
    Ok(folders.into_iter().flat_map(|(_, files)| files).collect())
}

/// The content of a text file, without the mark that some editors put before it.
fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(|source| Error::io("read", path, source))?;
    super::utf8::text(path, bytes, "text file")
}
