//! Files with two columns: a text and its class.

use std::path::Path;

use super::super::TextDataset;
use super::records::{self, Records, format_error};
use crate::error::Result;
use crate::notebook::interrupt::Region;

/// Words that name the columns of such a file.
const NAMES: [&str; 30] = [
    "label",
    "labels",
    "class",
    "category",
    "sentiment",
    "target",
    "y",
    "score",
    "rating",
    "stars",
    "text",
    "texts",
    "review",
    "reviews",
    "sentence",
    "document",
    "message",
    "comment",
    "content",
    "v1",
    "v2",
    "라벨",
    "레이블",
    "분류",
    "감정",
    "평점",
    "문장",
    "리뷰",
    "내용",
    "댓글",
];

/// Reads a file with a class and a text in each line, separated by a tab or a comma:
///
/// ```text
/// positive,A lovely film.
/// negative,"Dull, and far too long."
/// ```
///
/// Which of the two is the class? The column with fewer different values. A first line with names such as `label` and
/// `text` is left out. Commas in a text need no quotation marks: only the one beside the class counts.
///
/// # Errors
/// When the file cannot be read, is not UTF-8, has a line with one cell alone, an empty cell, or fewer than two classes; the
/// message names the line.
///
/// ```
/// use nn_lib::prelude::*;
/// # let path = std::env::temp_dir().join(format!("nn-lib-doc-{}.tsv", std::process::id()));
/// # std::fs::write(&path, "positive\tA lovely film.\nnegative\tDull, and far too long.\nnegative\tNo.\n").unwrap();
/// let reviews = read_labelled_texts(&path)?;
/// assert_eq!(reviews.texts[1], "Dull, and far too long.");
/// assert_eq!(reviews.labels[..], [1, 0, 0]);
/// assert_eq!(reviews.class_names, ["negative", "positive"]);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn read_labelled_texts(path: impl AsRef<Path>) -> Result<TextDataset> {
    read(path.as_ref())
}

fn read(path: &Path) -> Result<TextDataset> {
    let _region = Region::begin("read_labelled_texts")?;
    let (separator, mut records) = records::read(path, |text| {
        match records::first_line(text).contains('\t') {
            true => '\t',
            false => ',',
        }
    })?;
    let names = |cells: &[String]| {
        let known = |cell: &String| NAMES.contains(&cell.trim().to_lowercase().as_str());
        cells.len() == 2 && cells.iter().all(known)
    };
    if records.first().is_some_and(|(_, cells)| names(cells)) {
        records.remove(0);
    }
    for (line, cells) in &records {
        let refuse = |problem: String, hint: &str| Err(format_error(path, problem, hint));
        if cells.len() < 2 {
            let problem = format!("line {line} has one cell alone, no class and no text");
            return refuse(
                problem,
                "each line has a class, a tab or a comma, and a text",
            );
        }
        let place = [0, cells.len() - 1]
            .into_iter()
            .find(|place| cells[*place].trim().is_empty());
        if let Some(place) = place {
            return refuse(format!("cell {} of line {line} is empty", place + 1), "");
        }
    }
    let first = different(&records, |cells| cells.first());
    let last = different(&records, |cells| cells.last());
    let mut texts = Vec::with_capacity(records.len());
    let mut classes = Vec::with_capacity(records.len());
    for (_, mut cells) in records {
        let class = if first <= last {
            cells.remove(0)
        } else {
            cells.pop().unwrap_or_default()
        };
        classes.push(class.trim().to_string());
        texts.push(cells.join(&separator.to_string()).trim().to_string());
    }
    let data = TextDataset::new(texts, &classes);
    match data.class_names.as_slice() {
        [_, _, ..] => Ok(data),
        [] => Err(format_error(path, "it has no lines".to_string(), "")),
        [class] => Err(format_error(
            path,
            format!("all its texts are of the class {class:?}"),
            "",
        )),
    }
}

/// How many different values there are.
fn different<'a>(records: &'a Records, cell: impl Fn(&'a [String]) -> Option<&'a String>) -> usize {
    let mut values: Vec<&str> = records
        .iter()
        .filter_map(|(_, cells)| cell(cells))
        .map(|cell| cell.trim())
        .collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}
