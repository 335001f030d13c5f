//! From a file to lines of cells, by the `csv` crate.

use std::fs;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use super::super::utf8;
use super::FORMAT;
use crate::error::{Error, Result};
use crate::notebook::interrupt::go_on;

/// Lines of cells, each with the number of the line in the file at which it begins.
pub(super) type Records = Vec<(u64, Vec<String>)>;

/// A file that cannot be read as a table.
pub(super) fn format_error(path: &Path, problem: String, hint: &str) -> Error {
    Error::Format {
        path: path.to_path_buf(),
        format: FORMAT,
        problem,
        hint: hint.to_string(),
    }
}

/// Reads a file whose separator is found in its text.
pub(super) fn read(path: &Path, separator: impl FnOnce(&str) -> char) -> Result<(char, Records)> {
    let bytes = fs::read(path).map_err(|source| Error::io("read", path, source))?;
    let text = utf8::text(path, bytes, FORMAT)?;
    let separator = separator(&text);
    let Ok(delimiter) = u8::try_from(separator) else {
        let received = format!("{separator:?}");
        return Err(Error::invalid(
            "read_csv",
            "a separator of ASCII, such as ',' or '\\t'",
            received,
        ));
    };
    // In files with tabs a quotation mark is mostly a part of the text.
    let quoting = separator != '\t';
    if let Some(line) = open_quotation(&text, separator).filter(|_| quoting) {
        let problem = format!("the quotation mark in line {line} is never closed");
        return Err(format_error(
            path,
            problem,
            "a mark within a text is written twice: \"\"; around it stands one",
        ));
    }
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut record = StringRecord::new();
    let (mut line, mut counted) = (1, 0);
    while reader
        .read_record(&mut record)
        .map_err(|error| format_error(path, error.to_string(), ""))?
    {
        go_on("read_csv")?;
        let begin = record
            .position()
            .map_or(0, |position| position.byte() as usize);
        // What the reader counts as the beginning may lie before empty lines.
        let cells_begin =
            begin + text[begin..].len() - text[begin..].trim_start_matches(['\r', '\n']).len();
        line += line_ends(&text[counted..cells_begin]);
        counted = cells_begin;
        let cells = record.iter().map(|cell| {
            if quoting {
                cell.to_string()
            } else {
                unquoted(cell)
            }
        });
        records.push((line, cells.collect()));
    }
    Ok((separator, records))
}

/// How many lines end in a text.
fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends = (0..bytes.len()).filter(|place| match bytes[*place] {
        b'\n' => true,
        b'\r' => bytes.get(place + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}

/// The separator that the first line with anything in it has most of, outside of quotation marks; without any, a comma.
pub(super) fn separator_of(text: &str) -> char {
    let line = first_line(text);
    let count = |separator: char| {
        let mut quoted = false;
        line.chars()
            .filter(|c| {
                quoted ^= *c == '"';
                !quoted && *c == separator
            })
            .count()
    };
    // Of equally many the first one.
    let separators = ['\t', ';', ','];
    let most = separators
        .into_iter()
        .rev()
        .max_by_key(|separator| count(*separator));
    most.filter(|separator| count(*separator) > 0)
        .unwrap_or(',')
}

/// The first line with anything in it.
pub(super) fn first_line(text: &str) -> &str {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
}

/// The line of a quotation mark that opens a cell and is never closed.
fn open_quotation(text: &str, separator: char) -> Option<u64> {
    let (mut line, mut opened, mut at_start) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, opened) {
            ('"', Some(_)) if chars.peek() == Some(&'"') => {
                chars.next();
            }
            ('"', Some(_)) => opened = None,
            ('"', None) if at_start => opened = Some(line),
            _ => {}
        }
        at_start = opened.is_none() && (c == separator || c == '\n' || c == '\r');
        line += u64::from(c == '\n');
    }
    opened
}

/// A cell of a file with tabs: spreadsheets put marks around texts that have a mark or a comma in them.
fn unquoted(cell: &str) -> String {
    let inner = cell
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.replace("\"\"", "").contains('"') => inner.replace("\"\"", "\""),
        _ => cell.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_of_the_first_line() {
        assert_eq!(separator_of("a,b;c,d\n;;;;;"), ',');
        assert_eq!(separator_of("\n\"a,b,c\";d\n"), ';');
        assert_eq!(separator_of("label\ttext, and more\n"), '\t');
        assert_eq!(separator_of("price\n1\n"), ',');
        assert_eq!(separator_of(""), ',');
    }

    #[test]
    fn a_mark_that_is_never_closed_is_found_by_its_line() {
        assert_eq!(open_quotation("a,b\n\"x\ny\",2\n\"z,3\n", ','), Some(4));
        assert_eq!(
            open_quotation("a,b\n5\" nails,\"say \"\"no\"\"\"\n", ','),
            None
        );
        assert_eq!(open_quotation("\"open", ','), Some(1));
    }

    #[test]
    fn marks_around_a_cell_of_a_file_with_tabs_go() {
        assert_eq!(unquoted("\"so, \"\"fine\"\"\""), "so, \"fine\"");
        assert_eq!(unquoted("\"a\" and \"b\""), "\"a\" and \"b\"");
        assert_eq!(unquoted("\""), "\"");
    }
}
