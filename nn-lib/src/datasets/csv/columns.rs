//! What a column holds: numbers or texts, and where something is missing.

use crate::error::{Error, Result, counted};

/// What stands for a missing number, as in pandas.
const MISSING: [&str; 19] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

/// A column: its name, and one cell for each row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
    /// Whether all that was there when the file was read are numbers; it stays so when rows are left out.
    pub(super) is_numeric: bool,
}

fn is_missing_number(cell: &str) -> bool {
    MISSING.contains(&cell.trim())
}

fn number(cell: &str) -> Option<f64> {
    cell.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

impl Column {
    /// A column that was read.
    pub(super) fn new(name: String, cells: Vec<String>) -> Column {
        let mut there = cells
            .iter()
            .filter(|cell| !is_missing_number(cell))
            .peekable();
        let is_numeric = there.peek().is_some() && there.all(|cell| number(cell).is_some());
        Column {
            name,
            cells,
            is_numeric,
        }
    }

    /// The rows in which nothing is there: in a column of numbers `NA` and the like count as nothing, in one of texts only an
    /// empty cell does.
    pub(super) fn missing(&self) -> Vec<usize> {
        let nothing = |cell: &str| {
            if self.is_numeric {
                is_missing_number(cell)
            } else {
                cell.trim().is_empty()
            }
        };
        let rows = self.cells.iter().enumerate();
        rows.filter(|(_, cell)| nothing(cell))
            .map(|(row, _)| row)
            .collect()
    }

    /// The numbers.
    pub(super) fn numbers(&self, lines: &[u64]) -> Result<Vec<f32>> {
        let mut numbers = Vec::with_capacity(self.cells.len());
        let mut wrong = Vec::new();
        for (row, cell) in self.cells.iter().enumerate() {
            match number(cell) {
                Some(number) => numbers.push(number as f32),
                None => wrong.push(row),
            }
        }
        let Some(first) = wrong.first() else {
            return Ok(numbers);
        };
        let cell = &self.cells[*first];
        let (received, hint) = match is_missing_number(cell) {
            true => (
                nothing(cell),
                "drop_missing() leaves such rows out, fill_missing(name, value) fills them",
            ),
            false if cell.contains(',') => (
                format!("{cell:?}"),
                "a number has a point before its decimals, and no commas",
            ),
            false => (
                format!("{cell:?}"),
                "texts become classes by text_dataset(text, label), or by a StringLookup",
            ),
        };
        Err(self
            .error("a number in every row", &received, &wrong, lines)
            .with_hint(hint))
    }

    /// The texts.
    pub(super) fn texts(&self, lines: &[u64]) -> Result<Vec<String>> {
        let missing = self.missing();
        match missing.first() {
            None => Ok(self.cells.clone()),
            Some(first) => {
                let received = nothing(&self.cells[*first]);
                let error = self.error("a text in every row", &received, &missing, lines);
                Err(error.with_hint(
                    "drop_missing() leaves such rows out, fill_missing(name, value) fills them",
                ))
            }
        }
    }

    fn error(&self, expected: &str, received: &str, rows: &[usize], lines: &[u64]) -> Error {
        let line = lines[rows[0]];
        let others = match rows.len() - 1 {
            0 => String::new(),
            more => format!(", and others in {}", counted(more, "more line")),
        };
        let received = format!("{received} in line {line}{others}");
        Error::invalid(format!("column {:?}", self.name), expected, received)
    }
}

/// An empty cell, or what stands for one.
fn nothing(cell: &str) -> String {
    match cell.trim() {
        "" => "nothing".to_string(),
        mark => format!("{mark:?}, which means nothing,"),
    }
}
