//! Finds the place in the notebook that a place in the generated code comes from.

use super::cell_outcome::Place;
use std::fmt;

/// The cells that have been run, and the code that the last of them was compiled as.
#[derive(Default)]
pub struct Cells {
    cells: Vec<(usize, String)>,
    generated: Vec<String>,
    file: String,
}

/// A place in the notebook, or in a library.
#[derive(Debug, PartialEq)]
pub enum CellLocation {
    /// In a cell.
    Cell {
        /// The number of the cell.
        number: usize,
        /// The line in it, from 1.
        line: usize,
        /// The text of the line.
        text: String,
        /// The column, in characters from 0, if it is known.
        column: Option<usize>,
    },
    /// In a library.
    Library(String),
    /// Not known.
    Unknown,
}

impl Cells {
    /// Adds a cell that is about to run.
    pub fn add(&mut self, number: usize, code: &str) {
        self.cells.push((number, code.to_owned()));
    }

    /// What the reader has written so far.
    pub fn text(&self) -> String {
        self.cells.iter().map(|(_, code)| code.as_str()).collect()
    }

    /// Keeps the generated code and the end of its file's name.
    pub fn compiled(&mut self, code: &str, file: &str) {
        self.generated = code.lines().map(str::to_owned).collect();
        self.file = file.to_owned();
    }

    /// The code that the last cell was compiled as.
    pub fn generated(&self) -> String {
        self.generated.join("\n") + "\n"
    }

    /// Where a place of what was compiled is in the notebook.
    pub fn locate(&self, place: &Place) -> CellLocation {
        if place.file.is_empty() {
            return CellLocation::Unknown;
        }
        if !place.file.ends_with(&self.file) || self.file.is_empty() {
            let text = format!("{}:{}:{}", short(&place.file), place.line, place.column);
            return CellLocation::Library(text);
        }
        let generated = |line: usize| Some(self.generated.get(line.checked_sub(1)?)?.as_str());
        // The engine puts the last expression of a cell into parentheses, each on a line of its own.
        let (at, from) = match (generated(place.line), generated(place.line + 1)) {
            (Some("("), Some(next)) => (
                place.line + 1,
                next.chars().take_while(|c| c.is_whitespace()).count() + 1,
            ),
            _ => (place.line, place.column),
        };
        let Some(text) = generated(at) else {
            return CellLocation::Unknown;
        };
        let statement = text.trim();
        // The same line may occur more than once: count those before it.
        let before = self.generated[..at - 1]
            .iter()
            .filter(|line| line.trim() == statement)
            .count();
        type Test = fn(&str, &str) -> bool;
        let tests: [Test; 2] = [
            |line, statement| line.trim() == statement,
            |line, statement| line.contains(statement),
        ];
        for test in tests {
            for (number, code) in self.cells.iter().rev() {
                let found: Vec<(usize, &str)> = code
                    .lines()
                    .enumerate()
                    .filter(|(_, line)| !statement.is_empty() && test(line, statement))
                    .collect();
                let Some((at, line)) = found.get(before.min(found.len().saturating_sub(1))) else {
                    continue;
                };
                let indent = |line: &str| line.find(statement).map(|at| line[..at].chars().count());
                let column = (from.checked_sub(1))
                    .and_then(|column| column.checked_sub(indent(text)?))
                    .and_then(|column| Some(column + indent(line)?));
                return CellLocation::Cell {
                    number: *number,
                    line: at + 1,
                    text: (*line).to_owned(),
                    column,
                };
            }
        }
        CellLocation::Unknown
    }
}

impl fmt::Display for CellLocation {
    /// As the compiler writes a place: `cell [3]:1:9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CellLocation::Cell {
                number,
                line,
                column,
                ..
            } => {
                write!(f, "cell [{number}]:{line}")?;
                column.map_or(Ok(()), |column| write!(f, ":{}", column + 1))
            }
            CellLocation::Library(place) => f.write_str(place),
            CellLocation::Unknown => f.write_str("a cell"),
        }
    }
}

/// The name of a library's file without the directories of this machine.
fn short(file: &str) -> &str {
    for mark in ["/registry/src/", "/library/"] {
        if let Some(at) = file.find(mark) {
            let rest = &file[at + mark.len()..];
            return if mark.contains("registry") {
                rest.split_once('/').map_or(rest, |(_, path)| path)
            } else {
                rest
            };
        }
    }
    file.find("/nn-lib/").map_or(file, |at| &file[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_an_earlier_cell_is_found_in_that_cell() {
        let mut cells = Cells::default();
        cells.add(1, "fn f(v: &[u8]) -> u8 {\n    v[9]\n}");
        cells.add(2, "f(&[1])");
        cells.compiled(
            "fn f(v: &[u8]) -> u8 {\n    v[9]\n}\nf(&[1])\n",
            "cell/src/lib.rs",
        );
        let place = Place {
            file: "/k/cell/src/lib.rs".into(),
            line: 2,
            column: 5,
        };
        let CellLocation::Cell {
            number,
            line,
            column,
            ..
        } = cells.locate(&place)
        else {
            panic!("not found");
        };
        assert_eq!((number, line, column), (1, 2, Some(4)));
        assert_eq!(cells.locate(&place).to_string(), "cell [1]:2:5");
    }

    #[test]
    fn the_second_of_two_equal_lines_is_told_from_the_first() {
        let mut cells = Cells::default();
        cells.add(1, "g();\nlet a = 1;\ng();");
        cells.compiled("x\ng();\nlet a = 1;\ng();\n", "lib.rs");
        let place = Place {
            file: "lib.rs".into(),
            line: 4,
            column: 1,
        };
        assert!(matches!(
            cells.locate(&place),
            CellLocation::Cell { line: 3, .. }
        ));
    }

    #[test]
    fn what_the_last_expression_does_as_a_whole_is_at_its_beginning() {
        let mut cells = Cells::default();
        cells.add(1, "let zero = f(0);\n  1 / zero");
        cells.compiled(
            "let zero = f(0);\n(\n  1 / zero\n).evcxr_display();\n",
            "lib.rs",
        );
        let place = Place {
            file: "lib.rs".into(),
            line: 2,
            column: 1,
        };
        assert_eq!(cells.locate(&place).to_string(), "cell [1]:2:3");
    }

    #[test]
    fn a_librarys_place_has_no_directory_of_this_machine() {
        assert_eq!(
            short("/c/registry/src/i-1/rand-0.9.5/src/lib.rs"),
            "rand-0.9.5/src/lib.rs"
        );
        assert_eq!(
            short("/rustc/59807616/library/core/src/option.rs"),
            "core/src/option.rs"
        );
        assert_eq!(
            short("/c/template-1/nn-lib/src/tensor/mod.rs"),
            "nn-lib/src/tensor/mod.rs"
        );
    }
}
