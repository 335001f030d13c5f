//! What a model is worth on a set of data: loss and metrics.

use std::fmt;
use std::ops::Index;

use crate::error::{Result, counted};
use crate::metrics::Logs;
use crate::notebook;
use crate::notebook::explore::shows;
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

shows!(Evaluation, Evaluation::bundle);

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

    /// The value of this name; the older `acc` is understood too.
    ///
    /// # Errors
    /// When there is none.
    pub fn get(&self, name: &str) -> Result<f32> {
        self.find(name).copied()
    }

    fn find(&self, name: &str) -> Result<&f32> {
        self.logs.find("evaluate", name)
    }

    /// The values under their names, as HTML.
    pub fn to_html(&self) -> String {
        let mut table = Table::new(self.names());
        let values = self.to_vec();
        let cells = values.iter().map(|value| format!("{value:.4}"));
        table.row(cells.collect::<Vec<_>>());
        table.to_html()
    }

    /// Shows the values in a notebook.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        notebook::display(&self.bundle());
    }

    fn bundle(&self) -> Bundle {
        Bundle::text(format!("{self:?}")).html(self.to_html())
    }
}

/// The value at this place; the loss is 0.
///
/// # Panics
/// When there are fewer values.
impl Index<usize> for Evaluation {
    type Output = f32;

    fn index(&self, place: usize) -> &f32 {
        let values = self.logs.as_slice();
        match values.get(place) {
            Some((_, value)) => value,
            None => panic!(
                "evaluate gave {}, {:?}; there is no [{place}]",
                counted(values.len(), "value"),
                self.names()
            ),
        }
    }
}

/// The value of this name.
///
/// # Panics
/// When there is none; [`Evaluation::get`] gives an error instead. A panic costs a notebook no variable.
impl Index<&str> for Evaluation {
    type Output = f32;

    fn index(&self, name: &str) -> &f32 {
        self.find(name).unwrap_or_else(|error| panic!("{error}"))
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
