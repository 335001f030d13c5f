//! A callback that writes a table of the epochs.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Callback, Training};
use crate::error::{Error, Result};
use crate::models::Model;

/// Writes a line for each epoch to a CSV file: its number, counted from 0, and its losses and metrics in the order of their
/// names. The file is whole after each epoch. A name with a separator or a quotation mark in it is quoted.
///
/// ```
/// use nn_lib::prelude::*;
/// # let path = std::env::temp_dir().join(format!("nn-lib-doc-{}.csv", std::process::id()));
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).use_bias(false).kernel_initializer("zeros").input_shape(1));
/// model.compile("sgd", "mse", ["mae"])?;
/// let (x, y) = (Tensor::from([[0.0]]), Tensor::from([1.0]));
/// let options = Fit { epochs: 2, callbacks: vec![Box::new(CSVLogger::new(&path))], verbose: Verbose::Silent, ..Fit::default() };
/// model.fit(&x, &y, options)?;
/// assert_eq!(std::fs::read_to_string(&path).unwrap(), "epoch,loss,mae\r\n0,1,1\r\n1,1,1\r\n");
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), nn_lib::Error>(())
/// ```
///
/// Source: <https://keras.io/api/callbacks/csv_logger/>
#[derive(Debug)]
#[must_use = "a callback does nothing until it is in the list `callbacks` of `Fit`"]
pub struct CSVLogger {
    path: PathBuf,
    separator: String,
    append: bool,
    file: Option<File>,
    /// The names of the columns, known after the first epoch.
    columns: Vec<String>,
    needs_head: bool,
}

impl CSVLogger {
    /// Writes to this path; a file that is there is replaced.
    pub fn new(path: impl AsRef<Path>) -> CSVLogger {
        CSVLogger {
            path: path.as_ref().to_path_buf(),
            separator: ",".to_string(),
            append: false,
            file: None,
            columns: Vec::new(),
            needs_head: true,
        }
    }

    /// What stands between two columns, a comma at first.
    pub fn separator(mut self, separator: &str) -> CSVLogger {
        self.separator = separator.to_string();
        self
    }

    /// Whether lines are added to a file that is there, false at first.
    pub fn append(mut self, append: bool) -> CSVLogger {
        self.append = append;
        self
    }

    fn write(&mut self, cells: &[String]) -> Result<()> {
        let cells: Vec<Cow<'_, str>> = cells.iter().map(|cell| self.quoted(cell)).collect();
        let line = cells.join(&self.separator) + "\r\n";
        match &mut self.file {
            Some(file) => file
                .write_all(line.as_bytes())
                .map_err(|source| Error::io("write", &self.path, source)),
            None => Ok(()),
        }
    }

    fn quoted<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        if cell.contains(&self.separator) || cell.contains(['"', '\r', '\n']) {
            return Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")));
        }
        Cow::Borrowed(cell)
    }
}

impl Callback for CSVLogger {
    fn on_train_begin(&mut self, _model: &mut Model) -> Result<()> {
        if self.separator.is_empty() {
            return Err(Error::invalid("CSVLogger", "a separator", "none"));
        }
        let mut options = OpenOptions::new();
        options.create(true).write(true);
        match self.append {
            true => options.append(true),
            false => options.truncate(true),
        };
        let file = options.open(&self.path);
        let file = file.map_err(|source| Error::io("write", &self.path, source))?;
        let length = file.metadata().map_or(0, |about| about.len());
        self.needs_head = length == 0;
        self.columns.clear();
        self.file = Some(file);
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<()> {
        if self.columns.is_empty() {
            self.columns = training
                .logs
                .iter()
                .map(|(name, _)| name.to_string())
                .collect();
            self.columns.sort();
            if self.needs_head {
                let head = [&["epoch".to_string()], &self.columns[..]].concat();
                self.write(&head)?;
            }
        }
        let value = |name: &String| {
            training
                .logs
                .get(name)
                .map_or("NA".to_string(), |own| f64::from(own).to_string())
        };
        let mut cells = vec![training.epoch.to_string()];
        cells.extend(self.columns.iter().map(value));
        self.write(&cells)
    }

    fn on_train_end(&mut self, _model: &mut Model) -> Result<()> {
        self.file = None;
        Ok(())
    }
}
