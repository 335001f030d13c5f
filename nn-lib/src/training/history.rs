//! What training and evaluation report: one number per epoch, or one number each.

use std::fmt;
use std::ops::Index;

use super::series::Series;
use crate::error::{Error, Result};
use crate::metrics::{Logs, Mode, full_name, missing};
use crate::notebook::Table;
use crate::notebook::explore::shows;
use crate::tensor::Origin;

/// The values of loss and metrics at the end of every epoch.
///
/// `history["loss"]` is the list of losses. The names are Keras's: `loss`, `accuracy`, and with validation data
/// `val_loss`, `val_accuracy`; the older `acc` and `val_acc` are understood too.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).input_shape(1));
/// model.compile("sgd", "mse", ["mae"])?;
/// let x = Tensor::from([[1.0], [2.0]]);
/// let history = model.fit(&x, &x, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() })?;
/// assert_eq!(history.keys(), ["loss", "mae"]);
/// assert_eq!(history["loss"].len(), 3);
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// Every series has a value for each epoch: NaN where an epoch has none, such as a value that a callback sets now and
/// then.
#[derive(Clone, Default, PartialEq)]
pub struct History {
    epochs: Vec<usize>,
    origin: Origin,
    /// Sorted by name, each as long as `epochs`.
    series: Vec<(String, Series)>,
}

shows!(History, |history| history.table().bundle());

impl History {
    /// An empty one, of a training on data of this origin.
    pub(super) fn of(origin: Origin) -> History {
        History {
            origin,
            ..History::default()
        }
    }

    /// The names of the series, sorted.
    pub fn keys(&self) -> Vec<String> {
        self.series.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The numbers of the epochs that were trained, the first being 1: the x-axis of a chart.
    pub fn epochs(&self) -> Vec<usize> {
        self.epochs.clone()
    }

    /// The best value of a series and its epoch, the first being 1: the largest of an accuracy (as well as of
    /// precision, recall and AUC), the smallest of a loss or an error.
    ///
    /// # Errors
    /// When there is no series of this name, or it has no values.
    pub fn best(&self, name: &str) -> Result<(usize, f32)> {
        let mut best = None;
        let values = self.epochs.iter().zip(&self.get(name)?.values);
        for (epoch, &value) in values.filter(|(_, value)| !value.is_nan()) {
            if best.is_none_or(|(_, best)| Mode::Auto.improves(name, value, best, 0.0)) {
                best = Some((*epoch, value));
            }
        }
        best.ok_or_else(|| {
            Error::invalid("best", "a series with at least one number", "an empty one")
        })
    }

    /// One series.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn get(&self, name: &str) -> Result<&Series> {
        self.find(name).ok_or_else(|| {
            let names = self.series.iter().map(|(name, _)| name.as_str());
            missing("history", names, name)
        })
    }

    fn find(&self, name: &str) -> Option<&Series> {
        let named = |name: &str| {
            let place = self.place(name).ok()?;
            Some(&self.series[place].1)
        };
        named(name).or_else(|| named(full_name(name)?))
    }

    /// Where the series of this name stands, or belongs.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.series
            .binary_search_by(|(own, _)| own.as_str().cmp(name))
    }

    pub(crate) fn push(&mut self, epoch: usize, logs: &Logs) {
        for (_, series) in &mut self.series {
            series.values.push(f32::NAN);
        }
        self.epochs.push(epoch + 1);
        let last = self.epochs.len() - 1;
        for (name, value) in logs.as_slice() {
            let place = self.place(name).unwrap_or_else(|place| {
                let nothing = Series::new(vec![f32::NAN; last + 1], self.origin);
                self.series.insert(place, (name.clone(), nothing));
                place
            });
            self.series[place].1.values[last] = *value;
        }
    }

    /// A row for every epoch; a cell is empty where an epoch has no value.
    fn table(&self) -> Table {
        let names = self.series.iter().map(|(name, _)| name.as_str());
        let mut table = Table::new(std::iter::once("epoch").chain(names));
        for (row, epoch) in self.epochs.iter().enumerate() {
            let values = self.series.iter().map(|(_, series)| match series[row] {
                value if value.is_nan() => String::new(),
                value => format!("{value:.4}"),
            });
            let cells: Vec<String> = std::iter::once(epoch.to_string()).chain(values).collect();
            table.row(cells);
        }
        table
    }

    /// A table with a row for every epoch, as HTML.
    pub fn to_html(&self) -> String {
        self.table().to_html()
    }

    /// Shows the table in a notebook.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        self.table().evcxr_display();
    }
}

/// The series of this name.
///
/// # Panics
/// When there is none; [`History::get`] gives an error instead. A panic costs a notebook no variable.
impl Index<&str> for History {
    type Output = Series;

    fn index(&self, name: &str) -> &Series {
        self.get(name).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// A table with a line for every epoch.
/// The series by their names, as they are shown where a history is inside something else: `Ok(History { loss: [0.5, 0.4] })`.
impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut history = f.debug_struct("History");
        for (name, series) in &self.series {
            history.field(name, series);
        }
        history.finish()
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.table().to_string().trim_end())
    }
}
