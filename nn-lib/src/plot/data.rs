//! The numbers of a chart as a table, for a page: behind each chart lies what it shows.

use super::bars::Bars;
use super::histogram::{self, Histogram};
use super::mark::Mark;
use super::series::Series;
use super::{short_number, short_numbers};
use serde_json::{Value, json};

/// More rows are thinned out: what a reader can still go through.
const MOST_ROWS: usize = 200;
/// More columns are no table for a reader any more.
const MOST_COLUMNS: usize = 50;

/// A table: its name, a name for each column, and the rows with their name first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub caption: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table that a reader can go through; nothing, where there are no numbers or too many columns.
    fn new(caption: &str, columns: Vec<String>, rows: Vec<Vec<String>>) -> Option<Table> {
        if rows.is_empty() || columns.len() > MOST_COLUMNS {
            return None;
        }
        let step = rows.len().div_ceil(MOST_ROWS);
        let caption = match step {
            1 => caption.to_string(),
            _ => format!("{caption} (each {step}th of {} rows)", rows.len()),
        };
        Some(Table {
            caption,
            columns,
            rows: rows.into_iter().step_by(step).collect(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "caption": self.caption, "columns": self.columns, "rows": self.rows })
    }
}

/// The table of what a figure draws. A surface has none: its words say where it is high and low.
pub(super) fn table(title: &str, x_label: &str, marks: &[Mark]) -> Option<Table> {
    let series: Vec<&Series> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Series(series) => Some(series),
            _ => None,
        })
        .collect();
    let bars: Vec<&Bars> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Bars(bars) => Some(bars),
            _ => None,
        })
        .collect();
    let histograms: Vec<&Histogram> = marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Histogram(histogram) => Some(histogram),
            _ => None,
        })
        .collect();
    if let [Mark::HeatMap(map)] = marks {
        let (row_names, column_names) = map.names();
        let columns = [&[String::new()], column_names].concat();
        let rows = row_names.iter().zip(map.cells().ok()?);
        let rows = rows.map(|(name, row)| [vec![name.clone()], short_numbers(&row)].concat());
        return Table::new(title, columns, rows.collect());
    }
    if !bars.is_empty() {
        return Table::new(title, columns("", bars.iter().map(|bars| bars.label())), {
            let names = bars[0].names().iter().enumerate();
            let value = |bars: &&Bars, k: usize| {
                bars.values()
                    .get(k)
                    .map_or("–".to_string(), |v| short_number(*v))
            };
            names
                .map(|(k, name)| {
                    let values = bars.iter().map(|bars| value(bars, k));
                    [name.clone()].into_iter().chain(values).collect()
                })
                .collect()
        });
    }
    if !histograms.is_empty() {
        let bins = histogram::count(&histograms).ok()?;
        let edges = bins.first()?.edges.windows(2).enumerate();
        let rows = edges.map(|(k, edge)| {
            let interval = format!("{} to {}", short_number(edge[0]), short_number(edge[1]));
            let counts = bins.iter().map(|bins| {
                bins.counts
                    .get(k)
                    .map_or(String::new(), |n| short_number(*n))
            });
            [interval].into_iter().chain(counts).collect()
        });
        let labels = histograms.iter().map(|histogram| histogram.label.as_str());
        return Table::new(title, columns(x_label, labels), rows.collect());
    }
    pairs(title, x_label, &series)
}

fn columns<'a>(first: &'a str, others: impl Iterator<Item = &'a str>) -> Vec<String> {
    [first]
        .into_iter()
        .chain(others)
        .map(str::to_owned)
        .collect()
}

/// A row for each x, where no series has an x twice; else a row for each point.
fn pairs(title: &str, x_label: &str, series: &[&Series]) -> Option<Table> {
    let x_name = if x_label.is_empty() { "x" } else { x_label };
    let is_function = |series: &&Series| {
        let pairs: Vec<_> = series.pairs().collect();
        pairs.windows(2).all(|pair| pair[0].0 < pair[1].0)
    };
    if !series.iter().all(is_function) {
        let rows = series.iter().flat_map(|series| {
            series
                .pairs()
                .map(|(x, y)| vec![series.label.clone(), short_number(x), short_number(y)])
        });
        let columns = ["", x_name, "y"].map(str::to_owned).to_vec();
        return Table::new(title, columns, rows.collect());
    }
    let points = series.iter().enumerate();
    let points = points.flat_map(|(k, series)| series.pairs().map(move |(x, y)| (x, k, y)));
    let mut points: Vec<(f64, usize, f64)> = points.collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let rows = points.chunk_by(|one, other| one.0 == other.0).map(|same| {
        let mut row = vec!["–".to_string(); 1 + series.len()];
        row[0] = short_number(same[0].0);
        for (_, k, y) in same {
            row[1 + k] = short_number(*y);
        }
        row
    });
    let labels = series.iter().map(|series| series.label.as_str());
    Table::new(title, columns(x_name, labels), rows.collect())
}

#[cfg(test)]
mod tests {
    use crate::plot::Figure;

    fn rows(figure: &Figure) -> Vec<String> {
        let table = figure.table().expect("it has numbers");
        let lines = [table.columns].into_iter().chain(table.rows);
        lines.map(|row| row.join("|")).collect()
    }

    #[test]
    fn lines_over_the_same_axis_share_their_rows() {
        let figure = Figure::new("Loss")
            .line([1, 2, 3], [0.5, 0.25, 0.125], "a")
            .points([-2.5, 2.0], [1.0, 2.0], "b")
            .x_label("Epochs");
        let expected = [
            "Epochs|a|b",
            "−2.50|–|1",
            "1|0.500|–",
            "2|0.250|2",
            "3|0.125|–",
        ];
        assert_eq!(rows(&figure), expected);
    }

    #[test]
    fn bars_histograms_heat_maps_and_clouds_are_tables() {
        let bars =
            Figure::new("")
                .bars(["x", "y"], [1.0, 2.0], "a")
                .bars(["x", "y"], [3.0, 4.0], "b");
        assert_eq!(rows(&bars), ["|a|b", "x|1|3", "y|2|4"]);
        let histogram = Figure::new("")
            .histogram([0.0, 1.0, 4.0], 2, "n")
            .x_label("v");
        assert_eq!(rows(&histogram), ["v|n", "0 to 2|2", "2 to 4|1"]);
        let map = Figure::new("").heat_map([[1.0, 2.0], [3.0, 4.5]], ["r", "s"], ["c", "d"]);
        assert_eq!(rows(&map), ["|c|d", "r|1|2", "s|3.0|4.5"]);
        let cloud = Figure::new("").points([2, 1], [5, 6], "p");
        assert_eq!(rows(&cloud), ["|x|y", "p|2|5", "p|1|6"]);
    }

    #[test]
    fn a_long_table_is_thinned_out_and_says_so() {
        let x: Vec<f64> = (0..1000).map(f64::from).collect();
        let table = Figure::new("Long")
            .line(&x, &x, "x")
            .table()
            .expect("numbers");
        assert_eq!(
            (table.rows.len(), &*table.caption),
            (200, "Long (each 5th of 1000 rows)")
        );
        assert!(Figure::new("None").table().is_none());
    }
}
