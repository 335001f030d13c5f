//! What a model is worth on a set of data: loss and metrics.

use std::fmt;
use std::ops::Index;

use crate::metrics::Logs;
use crate::notebook;
use crate::notebook::{Bundle, Table};

/// Loss and metrics of a model on a set of data: `results[0]` is the loss, `results["accuracy"]` the accuracy.
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).kernel_initializer(Initializer::Constant(3.0)).input_shape(1));
/// model.compile("sgd", "mse", ["mae"])?;
/// // 3 where 1 is right: (3 - 1)² and |3 - 1|.
/// let results = model.evaluate(&Tensor::from([[1.0]]), &Tensor::from([1.0]))?;
/// assert_eq!((results[0], results["mae"]), (4.0, 2.0));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Evaluation {
    logs: Logs,
}

impl Evaluation {
    pub(crate) fn new(logs: Logs) -> Evaluation {
        Evaluation { logs }
    }

    /// The names, loss first.
    pub fn names(&self) -> Vec<String> {
        self.logs
            .as_slice()
            .iter()
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The values, loss first.
    pub fn to_vec(&self) -> Vec<f32> {
        self.logs
            .as_slice()
            .iter()
            .map(|(_, value)| *value)
            .collect()
    }

    /// The loss.
    pub fn loss(&self) -> f32 {
        self[0]
    }

    /// The value of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<f32> {
        let name = if name == "acc" { "accuracy" } else { name };
        self.logs.get(name)
    }

    /// The values under their names, as HTML.
    pub fn to_html(&self) -> String {
        let mut table = Table::new(self.names());
        table.row(self.to_vec().iter().map(|value| format!("{value:.4}")));
        table.to_html()
    }

    /// Shows the values in a notebook.
    pub fn evcxr_display(&self) {
        let bundle = Bundle::text(format!("{self:?}")).html(self.to_html());
        notebook::display(&bundle);
    }
}

static MISSING: f32 = f32::NAN;

/// A place past the end is said on standard error and gives NaN, so that the cell goes on.
impl Index<usize> for Evaluation {
    type Output = f32;

    fn index(&self, place: usize) -> &f32 {
        match self.logs.as_slice().get(place) {
            Some((_, value)) => value,
            None => {
                eprintln!(
                    "evaluate gave {} values, {:?}; there is no [{place}]",
                    self.logs.as_slice().len(),
                    self.names()
                );
                &MISSING
            }
        }
    }
}

/// A name that is not there is said on standard error and gives NaN; [`Evaluation::get`] gives `None`.
impl Index<&str> for Evaluation {
    type Output = f32;

    fn index(&self, name: &str) -> &f32 {
        let own = if name == "acc" { "accuracy" } else { name };
        match self.logs.as_slice().iter().find(|(known, _)| known == own) {
            Some((_, value)) => value,
            None => {
                eprintln!("evaluate gave {:?}; there is no {name:?}", self.names());
                &MISSING
            }
        }
    }
}

/// `[0.2885, 0.8837]  (loss, accuracy)`
impl fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self
            .to_vec()
            .iter()
            .map(|value| format!("{value:.4}"))
            .collect();
        write!(f, "[{}]  ({})", values.join(", "), self.names().join(", "))
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
