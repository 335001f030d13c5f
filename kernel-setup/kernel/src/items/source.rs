//! A cell as its reader wrote it, and as the engine is given it.

use super::edits::Edits;
use std::ops::Range;

/// The two texts of a cell.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// What the reader wrote.
    pub cell: String,
    /// What the engine is given.
    pub given: String,
    /// What was changed, step after step.
    steps: Vec<Edits>,
}

impl Source {
    /// A cell that is given as it is.
    pub fn new(cell: &str) -> Source {
        Source {
            cell: cell.to_owned(),
            given: cell.to_owned(),
            steps: Vec::new(),
        }
    }

    /// Changes what the engine is given.
    pub fn change(&mut self, edits: Edits) {
        if !edits.is_empty() {
            self.given = edits.apply(&self.given);
            self.steps.push(edits);
        }
    }

    /// The bytes of the reader's text from one line and column of the given text to another: both count from 1, and
    /// columns in characters.
    pub fn range(&self, start: (usize, usize), end: (usize, usize)) -> Option<Range<usize>> {
        let start = self.reader(offset(&self.given, start.0, start.1)?);
        let end = self.reader(offset(&self.given, end.0, end.1)?);
        Some(widened(start..end, &self.cell))
    }

    /// The byte of the reader's text for one of the given text.
    fn reader(&self, at: usize) -> usize {
        let steps = self.steps.iter().rev();
        let at = steps.fold(at, |at, edits| edits.before(at));
        self.cell.floor_char_boundary(at)
    }
}

/// The byte at a line and a column, both from 1, the column in characters.
pub fn offset(code: &str, line: usize, column: usize) -> Option<usize> {
    let start = line_start(code, line)?;
    let text = code[start..].lines().next().unwrap_or_default();
    let within = text
        .char_indices()
        .map(|(at, _)| at)
        .nth(column.checked_sub(1)?)
        .unwrap_or(text.len());
    Some(start + within)
}

fn line_start(code: &str, line: usize) -> Option<usize> {
    match line.checked_sub(2) {
        None => Some(0),
        Some(newlines) => code.match_indices('\n').nth(newlines).map(|(at, _)| at + 1),
    }
}

/// A range has at least a character, and does not end before it begins.
pub fn widened(range: Range<usize>, code: &str) -> Range<usize> {
    let start = range.start.min(code.len());
    let end = range.end.clamp(start, code.len());
    if end > start {
        return start..end;
    }
    let next = code[start..].chars().next();
    // The end of a line is drawn as such.
    let next = next.filter(|next| *next != '\n').map_or(0, char::len_utf8);
    start..start + next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let code = "let é = 1;\nlet b = é;";
        assert_eq!(offset(code, 1, 5), Some(4));
        assert_eq!(offset(code, 1, 7), Some(7));
        assert_eq!(offset(code, 2, 9), Some(20));
        assert_eq!(&code[20..], "é;");
        assert_eq!(offset(code, 3, 1), None);
    }

    #[test]
    fn a_column_after_the_end_of_a_line_is_its_end() {
        assert_eq!(offset("ab\ncd", 1, 9), Some(2));
    }

    #[test]
    fn an_empty_range_covers_a_character() {
        assert_eq!(widened(1..1, "aéb"), 1..3);
        assert_eq!(widened(1..1, "a"), 1..1);
        assert_eq!(widened(1..1, "a\nb"), 1..1);
    }

    #[test]
    fn a_place_behind_lines_that_were_put_in_is_the_readers() {
        let mut source = Source::new("a;\nbé c");
        let mut edits = Edits::default();
        edits.insert(3, "put\nin\n");
        source.change(edits);
        assert_eq!(source.given, "a;\nput\nin\nbé c");
        assert_eq!(source.range((4, 4), (4, 5)), Some(7..8));
        assert_eq!(&source.cell[7..8], "c");
    }
}
