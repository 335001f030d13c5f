//! Built-in stand-ins for data sets that can be neither found nor downloaded, and the notice that says so.

mod alias;
mod canvas;
mod drawn;
pub(crate) mod fashion_mnist;
pub(crate) mod imdb;
pub(crate) mod mnist;
pub(crate) mod reuters;
mod tables;

use super::{Labels, Pictures};
use crate::tensor::Origin;
use crate::{Error, Result};
use std::sync::{Mutex, MutexGuard};

/// The data sets whose stand-in this process has loaded last, rather than the real data: their word index is the stand-in's.
static USED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

fn used() -> MutexGuard<'static, Vec<&'static str>> {
    USED.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Notes whether `dataset` is the stand-in; if so, `reason` and the notice are printed.
pub(crate) fn set(dataset: &'static str, reason: Option<&Error>) {
    let mut used = used();
    used.retain(|&name| name != dataset);
    if let Some(reason) = reason {
        used.push(dataset);
        println!("{}", notice(dataset, reason));
    }
}

/// Why a library without the feature `datasets` gives stand-ins.
#[cfg(not(feature = "datasets"))]
pub(crate) fn without_files() -> Error {
    Error::invalid(
        "a data set from files",
        "the feature `datasets` of nn-lib",
        "a build without it",
    )
}

/// Whether `dataset` is the stand-in.
#[cfg(feature = "datasets")]
pub(crate) fn is_used(dataset: &str) -> bool {
    used().contains(&dataset)
}

/// Whether any data set that this process has loaded is a built-in stand-in instead of the real data.
#[must_use]
pub fn using_stand_in() -> bool {
    !used().is_empty()
}

/// Drawn sets as `load_data` gives them.
pub(crate) fn as_pictures(
    (train, test): (drawn::Drawn, drawn::Drawn),
    origin: Origin,
) -> Result<((Pictures, Labels), (Pictures, Labels))> {
    let set = |(pixels, labels): drawn::Drawn| -> Result<(Pictures, Labels)> {
        let shape = [labels.len(), canvas::SIDE, canvas::SIDE];
        let pictures = Pictures::of_origin(shape, pixels, origin)?;
        Ok((pictures, Labels::new(labels, origin)))
    };
    Ok((set(train)?, set(test)?))
}

/// What the stand-in has of the real data, and what not.
fn likeness(dataset: &str) -> &'static str {
    match dataset {
        "MNIST" | "Fashion-MNIST" => {
            "It has the size and the classes of the real data set, but its pictures are\n\
             drawn by chance: what a network reaches on them differs from the real ones."
        }
        _ => {
            "It has the size and the word statistics of the real data set, so that the\n\
             chapter's curves keep their shape, but its texts are random words."
        }
    }
}

/// What is printed when a stand-in is loaded.
fn notice(dataset: &str, reason: &Error) -> String {
    let reason = reason.to_string();
    let reason = reason.lines().next().unwrap_or_default();
    let likeness = likeness(dataset);
    let rule = "=".repeat(78);
    format!(
        "{rule}\n\
         NOT THE REAL DATA: this is the built-in stand-in for {dataset}.\n\
         {likeness}\n\n\
         Why: {reason}\n\n\
         For the real data: connect to the network and load again, or put Keras's\n\
         files into ~/.keras/datasets or into a directory that NN_LIB_DATA names.\n\
         {rule}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_says_what_why_and_what_to_do() {
        let reason = Error::invalid("x", "a network", "none");
        let text = notice("IMDB", &reason);
        for part in [
            "NOT THE REAL DATA",
            "IMDB",
            "expects a network",
            "NN_LIB_DATA",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
