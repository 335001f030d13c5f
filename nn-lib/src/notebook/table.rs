//! A small table to show results side by side, as text and as HTML.

use std::fmt;
use unicode_width::UnicodeWidthStr;

use super::escape::escaped;
use super::{Bundle, Cells};

/// Rows of text under a line of headings; columns of numbers are aligned to the right.
///
/// As the last expression of a cell it is shown as a table; `println!("{table}")` gives the same in plain text.
///
/// ```
/// use nn_lib::notebook::Table;
///
/// let mut table = Table::new(["network", "accuracy"]);
/// table.row(["16 units", "0.88"]);
/// table.row(["4 units", "0.871"]);
/// assert_eq!(table.to_string(), "\
/// network   accuracy
/// ────────  ────────
/// 16 units      0.88
/// 4 units      0.871
/// ");
/// ```
///
/// Texts and numbers of different kinds stand in parentheses; numbers with decimals get four digits that count:
///
/// ```
/// use nn_lib::notebook::Table;
///
/// let mut table = Table::new(["network", "accuracy", "epochs"]);
/// table.row(("16 units", 0.88356, 4));
/// assert_eq!(table.to_string(), "\
/// network   accuracy  epochs
/// ────────  ────────  ──────
/// 16 units    0.8836       4
/// ");
/// ```
#[derive(Clone, PartialEq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table with these headings, one for each column.
    pub fn new<I: IntoIterator<Item: Into<String>>>(headings: I) -> Table {
        Table {
            headings: headings.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row. Cells that are missing stay empty; a row longer than the headings widens the table.
    pub fn row(&mut self, cells: impl Cells) {
        self.rows.push(cells.cells());
    }

    /// The number of columns.
    fn width(&self) -> usize {
        let widest = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        widest.max(self.headings.len())
    }

    /// Whether every cell of a column that is not empty is a number.
    fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .filter(|cell| !cell.is_empty())
            .peekable();
        cells.peek().is_some() && cells.all(|cell| is_number(cell))
    }

    /// The table as HTML, for a notebook.
    pub fn to_html(&self) -> String {
        let numeric: Vec<bool> = (0..self.width()).map(|c| self.is_numeric(c)).collect();
        let line = |tag: &str, cells: &[String]| -> String {
            let cells = numeric.iter().enumerate().map(|(column, &numeric)| {
                let text = cells.get(column).map_or("", String::as_str);
                let side = if numeric { "right" } else { "left" };
                format!(
                    "<{tag} style=\"text-align:{side}\">{}</{tag}>",
                    escaped(text)
                )
            });
            format!("<tr>{}</tr>", cells.collect::<String>())
        };
        let rows: String = self.rows.iter().map(|row| line("td", row)).collect();
        format!(
            "<table><thead>{}</thead><tbody>{rows}</tbody></table>",
            line("th", &self.headings)
        )
    }

    /// Shows the table as the result of a cell.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        super::display(&self.bundle());
    }

    /// The table in every form.
    pub(crate) fn bundle(&self) -> Bundle {
        Bundle::text(self.to_string()).html(self.to_html())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<usize> = (0..self.width())
            .map(|column| {
                std::iter::once(&self.headings)
                    .chain(&self.rows)
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.width())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let numeric: Vec<bool> = (0..self.width()).map(|c| self.is_numeric(c)).collect();
        let line = |cells: &[String]| -> String {
            let cells: Vec<String> = lengths
                .iter()
                .zip(&numeric)
                .enumerate()
                .map(|(column, (&length, &numeric))| {
                    let text = cells.get(column).map_or("", String::as_str);
                    // A Korean letter is as wide as two others.
                    let blank = " ".repeat(length - text.width());
                    if numeric {
                        blank + text
                    } else {
                        text.to_string() + &blank
                    }
                })
                .collect();
            cells.join("  ").trim_end().to_owned()
        };
        let rule: Vec<String> = lengths.iter().map(|&length| "─".repeat(length)).collect();
        writeln!(f, "{}", line(&self.headings))?;
        writeln!(f, "{}", rule.join("  "))?;
        self.rows
            .iter()
            .try_for_each(|row| writeln!(f, "{}", line(row)))
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a cell reads as a number: `0.88`, `-3`, `160,305`, `12 %`.
fn is_number(cell: &str) -> bool {
    let digits = cell.trim_end_matches('%').trim_end().replace(',', "");
    digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_numbers_are_aligned_to_the_right_and_others_to_the_left() {
        let mut table = Table::new(["layer", "parameters"]);
        table.row(["dense", "160,016"]);
        table.row(["dense_1", "17"]);
        assert_eq!(
            table.to_string(),
            "layer    parameters\n───────  ──────────\ndense       160,016\ndense_1          17\n"
        );
        assert!(
            table
                .to_html()
                .contains("<td style=\"text-align:right\">17</td>")
        );
    }

    #[test]
    fn short_rows_are_filled_up_and_long_ones_widen_the_table() {
        let mut table = Table::new(["a"]);
        table.row(["1", "x"]);
        table.row(Vec::<String>::new());
        assert_eq!(table.to_string(), "a\n─  ─\n1  x\n\n");
    }

    #[test]
    fn columns_with_wide_letters_stand_below_each_other() {
        let mut table = Table::new(["신경망", "정확도"]);
        table.row(["유닛 16개", "0.88"]);
        table.row(["4 units 😀", "0.871"]);
        assert_eq!(
            table.to_string(),
            "신경망      정확도\n──────────  ──────\n유닛 16개     0.88\n4 units 😀   0.871\n"
        );
    }

    #[test]
    fn markup_in_a_cell_is_shown_as_text() {
        let mut table = Table::new(["word"]);
        table.row(["<br> & \"so\""]);
        assert!(table.to_html().contains("&lt;br&gt; &amp; &quot;so&quot;"));
    }
}
