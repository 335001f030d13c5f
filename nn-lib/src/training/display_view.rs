//! How a training looks: lines of text, a table for a page, a chart.

use super::record::Record;
use crate::notebook::{Bundle, escaped};
#[cfg(feature = "plot")]
use crate::plot::{Figure, Panels};
use std::fmt::Write;

/// Of a long training the first and the last epochs are written.
const FIRST_ROWS: usize = 5;
const LAST_ROWS: usize = 15;

/// `loss: 0.5123 - accuracy: 0.7890`
pub(super) fn values_line(logs: &[(impl AsRef<str>, f32)]) -> String {
    let values = logs
        .iter()
        .map(|(name, value)| format!("{}: {}", name.as_ref(), number(*value)));
    values.collect::<Vec<_>>().join(" - ")
}

/// Four decimals, or a power of ten for what they cannot show.
fn number(value: f32) -> String {
    if value == 0.0 || !value.is_finite() || (1e-3..1e5).contains(&value.abs()) {
        format!("{value:.4}")
    } else {
        format!("{value:.4e}")
    }
}

/// `52 ms`, `1.2 s`
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 0.1 => format!("{:.0} ms", s * 1e3),
        s if s < 10.0 => format!("{s:.1} s"),
        s => format!("{s:.0} s"),
    }
}

/// `Epoch  3/20 - 52 ms - loss: 0.2213 - val_loss: 0.3025`
pub(super) fn epoch_line(record: &Record, row: usize) -> String {
    let epoch = &record.finished[row];
    let width = record.last_epoch.to_string().len();
    let head = format!(
        "Epoch {:>width$}/{} - {}",
        epoch.number,
        record.last_epoch,
        duration(epoch.seconds)
    );
    let logs: Vec<(&String, f32)> = record
        .names
        .iter()
        .zip(epoch.values.iter().copied())
        .collect();
    if logs.is_empty() {
        head
    } else {
        format!("{head} - {}", values_line(&logs))
    }
}

/// `Epoch 3/20 - batch 12/30 - loss: 0.2213`
pub(super) fn progress_line(record: &Record, first_epoch: usize) -> String {
    let number = first_epoch + record.finished.len() + 1;
    let Some((batch, batches, values)) = &record.running else {
        return String::new();
    };
    format!(
        "Epoch {number}/{} - batch {batch}/{batches} - {values}",
        record.last_epoch
    )
}

/// The rows to write, with `None` where some are left out.
fn rows(record: &Record) -> Vec<Option<usize>> {
    let count = record.finished.len();
    if count <= FIRST_ROWS + LAST_ROWS + 1 {
        return (0..count).map(Some).collect();
    }
    let first = (0..FIRST_ROWS).map(Some);
    first
        .chain([None])
        .chain((count - LAST_ROWS..count).map(Some))
        .collect()
}

/// Everything as lines of text.
fn lines(record: &Record, first_epoch: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for row in rows(record) {
        lines.push(match row {
            Some(row) => epoch_line(record, row),
            None => format!(
                "... {} epochs ...",
                record.finished.len() - FIRST_ROWS - LAST_ROWS
            ),
        });
    }
    if record.running.is_some() {
        lines.push(progress_line(record, first_epoch));
    }
    lines.extend(record.notes.iter().cloned());
    lines.join("\n")
}

/// The epochs as a table, below it the progress of the running one.
pub(super) fn table(record: &Record, first_epoch: usize) -> Bundle {
    let mut html = String::from("<div style=\"font-variant-numeric:tabular-nums\">");
    if !record.finished.is_empty() {
        html.push_str("<table style=\"margin:0\"><thead><tr><th>epoch</th><th>time</th>");
        for name in &record.names {
            let _ = write!(html, "<th>{}</th>", escaped(name));
        }
        html.push_str("</tr></thead><tbody>");
        for row in rows(record) {
            let Some(row) = row else {
                let skipped = record.finished.len() - FIRST_ROWS - LAST_ROWS;
                let columns = record.names.len() + 2;
                let _ = write!(
                    html,
                    "<tr><td colspan=\"{columns}\" style=\"text-align:center\">… {skipped} epochs …</td></tr>"
                );
                continue;
            };
            let epoch = &record.finished[row];
            let _ = write!(
                html,
                "<tr><td>{}/{}</td><td>{}</td>",
                epoch.number,
                record.last_epoch,
                duration(epoch.seconds)
            );
            for column in 0..record.names.len() {
                let value = epoch.values.get(column).copied().unwrap_or(f32::NAN);
                let _ = write!(html, "<td>{}</td>", number(value));
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table>");
    }
    if let Some((batch, batches, _)) = &record.running {
        let line = escaped(&progress_line(record, first_epoch));
        let _ = write!(
            html,
            "<div><progress max=\"{batches}\" value=\"{batch}\"></progress> {line}</div>"
        );
    }
    for note in &record.notes {
        let _ = write!(html, "<div>{}</div>", escaped(note));
    }
    html.push_str("</div>");
    Bundle::text(lines(record, first_epoch)).html(html)
}

/// Without charts there is the table.
#[cfg(not(feature = "plot"))]
pub(super) fn chart(record: &Record, _last: bool) -> Bundle {
    table(record, 0)
}

/// Loss and the first metric as charts: training as dots, validation as a line.
#[cfg(feature = "plot")]
pub(super) fn chart(record: &Record, last: bool) -> Bundle {
    let text = lines(record, 0);
    let epochs: Vec<usize> = record.finished.iter().map(|epoch| epoch.number).collect();
    let column = |name: &str| {
        let index = record.names.iter().position(|known| known == name)?;
        let values = record
            .finished
            .iter()
            .map(|epoch| epoch.values.get(index).copied().unwrap_or(f32::NAN));
        let values: Vec<f32> = values.collect();
        values.iter().any(|v| v.is_finite()).then_some(values)
    };
    let trained: Vec<&String> = record
        .names
        .iter()
        .filter(|name| !name.starts_with("val_"))
        .collect();
    let loss = trained
        .iter()
        .copied()
        .find(|name| *name == "loss")
        .or(trained.first().copied());
    let metric = trained.iter().copied().find(|name| Some(*name) != loss);
    let panel = |name: &String| {
        let title = name.replace('_', " ");
        let mut initial = title.chars();
        let heading = initial.next().into_iter().flat_map(char::to_uppercase);
        // Two of them fit beside a file browser on a laptop.
        let mut figure = Figure::new(heading.chain(initial).collect::<String>())
            .size(400, 300)
            .x_label("Epochs")
            .of(record.origin);
        if let Some(values) = column(name) {
            figure = figure.points(&epochs, values, format!("Training {title}"));
        }
        if let Some(values) = column(&format!("val_{name}")) {
            figure = figure.line(&epochs, values, format!("Validation {title}"));
        }
        let planned = record.last_epoch.max(2) as f64;
        let first = epochs.first().map_or(1.0, |number| *number as f64);
        let air = 0.04 * (planned - first).max(1.0);
        if last {
            figure
        } else {
            figure.x_range(first - air, planned + air)
        }
    };
    let figures: Vec<Figure> = [loss, metric].into_iter().flatten().map(panel).collect();
    let panels = Panels::new(figures);
    match panels.drawing() {
        Ok(drawing) if last => drawing.bundle(&panels.tables()).with_text(text),
        Ok(drawing) => drawing.quick_bundle().with_text(text),
        // Nothing to draw yet, or every value is NaN: the lines say it.
        Err(_) => table(record, 0),
    }
}
