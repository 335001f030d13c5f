//! The languages of the chapter: English in `notebooks/`, every other one in a folder of its own, `notebooks/ko/`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::notebook_file;

/// The language in which the chapter was written.
const ORIGINAL: &str = "en";

/// A language by its short name: `ko`, `pt-BR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language(String);

impl Language {
    /// Reads a short name as the web has it: letters, then further parts after hyphens.
    ///
    /// # Errors
    /// What is no such name.
    pub fn parse(text: &str) -> std::result::Result<Language, String> {
        let parts: Vec<&str> = text.split('-').collect();
        let is_word = |part: &&str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let first = parts[0];
        let is_language =
            (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_language && parts.iter().all(is_word) {
            Ok(Language(text.to_owned()))
        } else {
            Err("a language is written as on the web: ko, en, pt-BR".to_owned())
        }
    }

    /// Its short name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Where the edition in this language lies, or its results, in a directory that has the English ones.
    pub fn below(&self, directory: &Path) -> PathBuf {
        if self.0 == ORIGINAL {
            directory.to_owned()
        } else {
            directory.join(&self.0)
        }
    }

    /// The edition's folder.
    ///
    /// # Errors
    /// `Missing` when there is none, with those that there are.
    pub fn edition(&self, notebooks: &Path) -> Result<PathBuf> {
        let folder = self.below(notebooks);
        if self.0 == ORIGINAL || has_notebooks(&folder) {
            return Ok(folder);
        }
        let there: Vec<String> = std::iter::once(ORIGINAL.to_owned())
            .chain(editions(notebooks).iter().map(Language::to_string))
            .collect();
        Err(Failure::missing(
            format!(
                "the chapter has no edition in the language {self}: there is no notebook in {}",
                folder.display()
            ),
            format!("take one of these: --lang {}", there.join(", --lang ")),
        ))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The editions beside the English one.
pub fn editions(notebooks: &Path) -> Vec<Language> {
    let entries = fs::read_dir(notebooks).into_iter().flatten().flatten();
    let mut found: Vec<Language> = entries
        .filter(|entry| has_notebooks(&entry.path()))
        .filter_map(|entry| Language::parse(&entry.file_name().to_string_lossy()).ok())
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Whether a folder has notebooks in it.
fn has_notebooks(folder: &Path) -> bool {
    notebook_file::in_folder(folder).is_ok_and(|found| !found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_a_name_of_the_web_and_no_path() {
        for name in ["ko", "en", "pt-BR", "zh-Hant", "fil"] {
            assert_eq!(Language::parse(name).unwrap().name(), name);
        }
        for name in [
            "", "k", "KO", "ko_KR", "../ko", "ko/", "korean", "ko-", "-ko",
        ] {
            assert!(Language::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn editions_are_the_folders_with_notebooks_and_a_missing_one_is_told() {
        let place = tempfile::tempdir().unwrap();
        for folder in ["ko", "de", "executed", "fr"] {
            fs::create_dir(place.path().join(folder)).unwrap();
        }
        for file in [
            "ko/3.1.ipynb",
            "de/3.1.ipynb",
            "executed/3.1.ipynb",
            "fr/README.md",
        ] {
            fs::write(place.path().join(file), "{}").unwrap();
        }
        let names: Vec<String> = editions(place.path())
            .iter()
            .map(Language::to_string)
            .collect();
        assert_eq!(names, ["de", "ko"]);
        let language = |name| Language::parse(name).unwrap();
        assert_eq!(
            language("ko").edition(place.path()).unwrap(),
            place.path().join("ko")
        );
        assert_eq!(language("en").edition(place.path()).unwrap(), place.path());
        let message = format!("{:?}", language("fr").edition(place.path()).unwrap_err());
        assert!(
            message.contains("--lang en, --lang de, --lang ko"),
            "{message}"
        );
    }
}
