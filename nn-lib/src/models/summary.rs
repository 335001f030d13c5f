//! The table of a model's layers, output shapes and numbers of weights.

use std::fmt;
use unicode_width::UnicodeWidthStr;

use super::Model;
use crate::notebook::explore::shows;
use crate::notebook::{Bundle, Table, escaped};

/// What `model.summary()` shows: the last expression of a cell, or `println!("{}", model.summary())`.
#[derive(Clone, Debug)]
pub struct Summary {
    title: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Model {
    /// The layers with their output shapes and numbers of weights.
    pub fn summary(&self) -> Summary {
        let graph = self.kind == "Functional";
        let mut head = vec!["Layer (type)", "Output shape", "Param #"];
        if graph {
            head.push("Connected to");
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut shown = Vec::new();
        for (number, node) in self.plan.nodes.iter().enumerate() {
            if !graph && node.layer.is_none() {
                continue;
            }
            let from: Vec<&str> = node
                .inputs
                .iter()
                .map(|input| self.plan.nodes[*input].name.as_str())
                .collect();
            let repeated = shown
                .iter()
                .position(|known| node.layer.is_some() && *known == node.layer);
            if let Some(row) = repeated {
                // A shared layer has one row, with all that it is connected to.
                if let Some(cell) = rows[row].get_mut(3) {
                    *cell += &format!(", {}", from.join(", "));
                }
                continue;
            }
            shown.push(node.layer);
            let (kind, params) = match node.layer {
                None => ("InputLayer", 0),
                Some(layer) => {
                    let layer = self.plan.layers[layer].lock();
                    let params = layer
                        .variables()
                        .iter()
                        .map(|variable| variable.values.len())
                        .sum();
                    (layer.kind(), params)
                }
            };
            let mut row = vec![
                format!("{} ({kind})", node.name),
                self.plan.shapes[number].batched(),
                thousands(params),
            ];
            if graph {
                row.push(if from.is_empty() {
                    "-".to_string()
                } else {
                    from.join(", ")
                });
            }
            rows.push(row);
        }
        let total = self.count_params();
        let mut notes = vec![format!(
            "Total params: {} ({})",
            thousands(total),
            bytes(total * 4)
        )];
        let state = self.count_state();
        if state > 0 {
            let trainable = total - state;
            for (what, count) in [("Trainable", trainable), ("Non-trainable", state)] {
                let size = bytes(count * 4);
                notes.push(format!("{what} params: {} ({size})", thousands(count)));
            }
        }
        if !self.waiting.is_empty() {
            notes.push(self.what_is_missing());
        }
        let name = if graph { "functional" } else { "sequential" };
        Summary {
            title: format!("Model: \"{name}\""),
            head,
            rows,
            notes,
        }
    }

    /// Why some layers have no shape yet.
    fn what_is_missing(&self) -> String {
        let mut copy = self.clone();
        match copy.settle(None) {
            Err(error) => error.to_string(),
            Ok(()) => format!(
                "{} layers wait for the first data to know their shapes; say .input_shape(...) in the first one",
                self.waiting.len()
            ),
        }
    }

    /// Shows the summary in a notebook.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        self.summary().evcxr_display();
    }
}

shows!(Summary, Summary::bundle);

impl Summary {
    /// The table as HTML.
    pub fn to_html(&self) -> String {
        let mut table = Table::new(self.head.iter().copied());
        for row in &self.rows {
            table.row(row.clone());
        }
        let notes: String = self
            .notes
            .iter()
            .map(|note| format!("<div>{}</div>", escaped(note)))
            .collect();
        format!(
            "<div><b>{}</b></div>{}{notes}",
            escaped(&self.title),
            table.to_html()
        )
    }

    /// Shows the table in a notebook.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        crate::notebook::display(&self.bundle());
    }

    fn bundle(&self) -> Bundle {
        Bundle::text(self.to_string()).html(self.to_html())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].width());
            cells.chain([self.head[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |left: &str, middle: &str, right: &str| {
            let bars: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
            format!("{left}{}{right}", bars.join(middle))
        };
        let cells = |row: &mut dyn Iterator<Item = String>| -> String {
            let cells: Vec<String> = row
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| {
                    // A Korean letter is as wide as two others.
                    let blank = " ".repeat(width - cell.width());
                    match column {
                        2 => format!(" {blank}{cell} "),
                        _ => format!(" {cell}{blank} "),
                    }
                })
                .collect();
            format!("│{}│", cells.join("│"))
        };
        writeln!(f, "{}", self.title)?;
        writeln!(f, "{}", line("┌", "┬", "┐"))?;
        writeln!(
            f,
            "{}",
            cells(&mut self.head.iter().map(ToString::to_string))
        )?;
        writeln!(f, "{}", line("├", "┼", "┤"))?;
        for row in &self.rows {
            writeln!(f, "{}", cells(&mut row.iter().cloned()))?;
        }
        writeln!(f, "{}", line("└", "┴", "┘"))?;
        write!(f, "{}", self.notes.join("\n"))
    }
}

/// `160305` as `160,305`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn bytes(count: usize) -> String {
    match count {
        0..1024 => format!("{count} B"),
        1024..1_048_576 => format!("{:.2} KiB", count as f64 / 1024.0),
        _ => format!("{:.2} MiB", count as f64 / 1_048_576.0),
    }
}
