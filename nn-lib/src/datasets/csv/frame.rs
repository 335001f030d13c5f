//! A table with named columns.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::super::TextDataset;
use super::columns::Column;
use super::records::{self, format_error};
use crate::error::{Error, Result};
use crate::named::unknown;
use crate::notebook::interrupt::Region;
use crate::notebook::{Bundle, Table, display, escaped};
use crate::precompiled::Precompiled;
use crate::tensor::{Shape, Tensor};

/// How [`read_csv_with`] reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCsv {
    /// What stands between two cells; `None`: the tab, semicolon or comma of the first line. Default `None`.
    pub separator: Option<char>,
    /// Whether the first line has the names of the columns; otherwise they are `column 1` and so on. Default `true`.
    pub header: bool,
}

impl Default for ReadCsv {
    fn default() -> ReadCsv {
        ReadCsv {
            separator: None,
            header: true,
        }
    }
}

/// A table with named columns, read from a file.
///
/// As the last expression of a cell it shows what it has: the columns, whether they hold numbers or texts, where something is
/// missing, and the first row. An empty cell is missing; in a column of numbers `NA`, `NaN`, `null` and what pandas takes for
/// missing too.
#[derive(Clone)]
pub struct DataFrame {
    own: Precompiled<Own>,
}

#[derive(Clone, PartialEq)]
struct Own {
    path: PathBuf,
    columns: Vec<Column>,
    /// The line of each row in the file.
    lines: Vec<u64>,
}

/// Reads a CSV file whose first line has the names of the columns.
///
/// Cells are separated by commas, semicolons or tabs. A cell with a separator or a line's end in it stands in quotation marks
/// (but for files with tabs, where a mark is a part of the text). The file is UTF-8; empty lines are left out.
///
/// # Errors
/// When the file cannot be read, is not UTF-8, has a line with more or fewer cells than the first one, an open quotation
/// mark, two columns of one name, or no rows; the message names the line.
///
/// ```
/// use nn_lib::prelude::*;
/// # let path = std::env::temp_dir().join(format!("nn-lib-doc-{}.csv", std::process::id()));
/// # std::fs::write(&path, "review,stars\n\"Good, really good\",5\nDull,1\n").unwrap();
/// // review,stars
/// // "Good, really good",5
/// // Dull,1
/// let table = read_csv(&path)?;
/// assert_eq!(table.texts("review")?, ["Good, really good", "Dull"]);
/// assert_eq!(table.numbers("stars")?, Tensor::from([5.0, 1.0]));
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn read_csv(path: impl AsRef<Path>) -> Result<DataFrame> {
    read(path.as_ref(), &ReadCsv::default())
}

/// The same with options.
///
/// # Errors
/// As [`read_csv`].
pub fn read_csv_with(path: impl AsRef<Path>, options: ReadCsv) -> Result<DataFrame> {
    read(path.as_ref(), &options)
}

fn read(path: &Path, options: &ReadCsv) -> Result<DataFrame> {
    let _region = Region::begin("read_csv")?;
    let (separator, mut records) = records::read(path, |text| {
        options
            .separator
            .unwrap_or_else(|| records::separator_of(text))
    })?;
    let Some((_, first)) = records.first() else {
        return Err(format_error(path, "it is empty".to_string(), ""));
    };
    let names: Vec<String> = match options.header {
        true => names(path, first)?,
        false => (1..=first.len())
            .map(|number| format!("column {number}"))
            .collect(),
    };
    if options.header {
        records.remove(0);
    }
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    let mut lines = Vec::new();
    for (line, cells) in records {
        if cells.len() > 1 && cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if cells.len() != columns.len() {
            let problem = format!(
                "line {line} has {} cells, and the first line {}",
                cells.len(),
                columns.len()
            );
            let hint = match cells.len() > columns.len() {
                true => format!("a text with {separator:?} in it stands in quotation marks"),
                false => format!("an empty cell needs its {separator:?}, too"),
            };
            return Err(format_error(path, problem, &hint));
        }
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
        lines.push(line);
    }
    if lines.is_empty() {
        return Err(format_error(
            path,
            "it has no row below the names of the columns".to_string(),
            "",
        ));
    }
    let columns = names.into_iter().zip(columns);
    let columns = columns
        .map(|(name, cells)| Column::new(name, cells))
        .collect();
    let path = path.to_path_buf();
    Ok(DataFrame {
        own: Precompiled::new(Own {
            path,
            columns,
            lines,
        }),
    })
}

/// The names of the columns; one without a name is called by its number.
fn names(path: &Path, cells: &[String]) -> Result<Vec<String>> {
    if cells.iter().all(|cell| cell.trim().parse::<f64>().is_ok()) {
        let problem = format!(
            "its first line, {}, has numbers where the names of the columns are",
            cells.join(", ")
        );
        return Err(format_error(
            path,
            problem,
            "without names: read_csv_with(path, ReadCsv { header: false, ..ReadCsv::default() })?",
        ));
    }
    let name = |(nth, cell): (usize, &String)| match cell.trim() {
        "" => format!("column {}", nth + 1),
        name => name.to_string(),
    };
    let names: Vec<String> = cells.iter().enumerate().map(name).collect();
    for (nth, name) in names.iter().enumerate() {
        if let Some(before) = names[..nth].iter().position(|other| other == name) {
            let problem = format!(
                "its columns {} and {} are both called {name:?}",
                before + 1,
                nth + 1
            );
            return Err(format_error(
                path,
                problem,
                "give each column a name of its own in the first line",
            ));
        }
    }
    Ok(names)
}

impl DataFrame {
    /// The names of the columns.
    pub fn columns(&self) -> Vec<String> {
        self.own
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.own.lines.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column as texts.
    ///
    /// # Errors
    /// When there is no such column, or a cell of it is empty.
    pub fn texts(&self, column: &str) -> Result<Vec<String>> {
        self.own.column(column)?.texts(&self.own.lines)
    }

    /// A column as numbers.
    ///
    /// # Shapes
    /// (rows,)
    ///
    /// # Errors
    /// When there is no such column, or a cell of it is empty or no number.
    pub fn numbers(&self, column: &str) -> Result<Tensor> {
        let numbers = self.own.column(column)?.numbers(&self.own.lines)?;
        Ok(Tensor::dense(Shape::from([numbers.len()]), numbers))
    }

    /// Several columns of numbers side by side: the features of a network.
    ///
    /// # Shapes
    /// (rows, columns)
    ///
    /// # Errors
    /// As [`numbers`](DataFrame::numbers), and without any column.
    ///
    /// ```
    /// use nn_lib::prelude::*;
    /// # let path = std::env::temp_dir().join(format!("nn-lib-doc-houses-{}.csv", std::process::id()));
    /// # std::fs::write(&path, "rooms,age,price\n5,30,210\n7,8,340.5\n").unwrap();
    /// // rooms,age,price
    /// // 5,30,210
    /// // 7,8,340.5
    /// let houses = read_csv(&path)?;
    /// assert_eq!(houses.tensor(&["rooms", "age"])?, Tensor::from([[5.0, 30.0], [7.0, 8.0]]));
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn tensor(&self, columns: &[&str]) -> Result<Tensor> {
        if columns.is_empty() {
            return Err(Error::invalid(
                "tensor",
                "the name of at least one column",
                "none",
            ));
        }
        let columns = columns
            .iter()
            .map(|name| self.own.column(name)?.numbers(&self.own.lines));
        let columns = columns.collect::<Result<Vec<Vec<f32>>>>()?;
        let rows = 0..self.len();
        let numbers = rows.flat_map(|row| columns.iter().map(move |column| column[row]));
        Ok(Tensor::dense(
            Shape::from([self.len(), columns.len()]),
            numbers.collect(),
        ))
    }

    /// A column of texts and the column of their classes.
    ///
    /// # Errors
    /// When there is no such column, or a cell of it is empty.
    pub fn text_dataset(&self, text: &str, label: &str) -> Result<TextDataset> {
        let classes = self.texts(label)?;
        let classes: Vec<String> = classes
            .iter()
            .map(|class| class.trim().to_string())
            .collect();
        Ok(TextDataset::new(self.texts(text)?, &classes))
    }

    /// The lines of the file in which something is missing in this column.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn missing(&self, column: &str) -> Result<Vec<usize>> {
        let rows = self.own.column(column)?.missing();
        Ok(rows
            .into_iter()
            .map(|row| self.own.lines[row] as usize)
            .collect())
    }

    /// The rows in which nothing is missing.
    #[must_use]
    pub fn drop_missing(&self) -> DataFrame {
        let mut complete = vec![true; self.len()];
        for row in self.own.columns.iter().flat_map(Column::missing) {
            complete[row] = false;
        }
        let own = &self.own;
        let lines = kept(&own.lines, &complete);
        let column = |column: &Column| Column {
            name: column.name.clone(),
            cells: kept(&column.cells, &complete),
            is_numeric: column.is_numeric,
        };
        let columns = own.columns.iter().map(column).collect();
        let path = own.path.clone();
        DataFrame {
            own: Precompiled::new(Own {
                path,
                columns,
                lines,
            }),
        }
    }

    /// The same table with this value where something was missing in a column.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn fill_missing(&self, column: &str, value: impl fmt::Display) -> Result<DataFrame> {
        self.filled(column, &value.to_string())
    }

    fn filled(&self, name: &str, value: &str) -> Result<DataFrame> {
        let missing = self.own.column(name)?.missing();
        let mut filled = self.clone();
        let column = filled
            .own
            .columns
            .iter_mut()
            .find(|column| column.name == name);
        let column = column.expect("it was found above");
        missing
            .into_iter()
            .for_each(|row| column.cells[row] = value.to_string());
        Ok(filled)
    }

    /// The first rows, to be looked at.
    #[must_use]
    pub fn head(&self, rows: usize) -> Table {
        let mut table = Table::new(self.columns());
        for row in 0..rows.min(self.len()) {
            let cells = self
                .own
                .columns
                .iter()
                .map(|column| shortened(&column.cells[row]));
            table.row(cells.collect::<Vec<String>>());
        }
        table
    }

    /// What the table has: a row for each column.
    #[must_use]
    pub fn info(&self) -> Table {
        let mut table = Table::new(["column", "holds", "missing", "first row"]);
        for column in &self.own.columns {
            let holds = if column.is_numeric {
                "numbers"
            } else {
                "texts"
            };
            let missing = missing_lines(&column.missing(), &self.own.lines);
            let first = column
                .cells
                .first()
                .map(|cell| shortened(cell))
                .unwrap_or_default();
            table.row(vec![column.name.clone(), holds.to_string(), missing, first]);
        }
        table
    }

    fn title(&self) -> String {
        let name = self
            .own
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        format!(
            "{name}: {} rows, {} columns",
            self.len(),
            self.own.columns.len()
        )
    }

    /// Shows the table in a notebook.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        let html = format!("<p>{}</p>{}", escaped(&self.title()), self.info().to_html());
        display(&Bundle::text(self.to_string()).html(html));
    }
}

impl fmt::Display for DataFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.title(), self.info())
    }
}

impl fmt::Debug for DataFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.title(), self.columns())
    }
}

impl Own {
    fn column(&self, name: &str) -> Result<&Column> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .ok_or_else(|| {
                let names: Vec<&str> = self
                    .columns
                    .iter()
                    .map(|column| column.name.deref())
                    .collect();
                unknown("column", &names, name)
            })
    }
}

fn kept<T: Clone>(list: &[T], complete: &[bool]) -> Vec<T> {
    let kept = list.iter().zip(complete).filter(|(_, complete)| **complete);
    kept.map(|(item, _)| item.clone()).collect()
}

/// `none`, `2 (lines 5, 9)`, `40 (lines 3, 5, 6 and more)`.
fn missing_lines(rows: &[usize], lines: &[u64]) -> String {
    let named: Vec<String> = rows
        .iter()
        .take(3)
        .map(|row| lines[*row].to_string())
        .collect();
    let more = if rows.len() > 3 { " and more" } else { "" };
    match rows.len() {
        0 => "none".to_string(),
        1 => format!("1 (line {})", named[0]),
        count => format!("{count} (lines {}{more})", named.join(", ")),
    }
}

/// A cell on one line, of 60 characters at most.
fn shortened(cell: &str) -> String {
    const MOST: usize = 60;
    let line = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}
