//! The values of an epoch or of an evaluation, by their names.

use crate::error::{Error, Result};
use std::ops::Index;

/// Names and values in the order in which they are shown: loss first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logs {
    values: Vec<(String, f32)>,
}

impl Logs {
    /// The value of this name; the older `acc` and `val_acc` are understood too.
    ///
    /// # Errors
    /// When there is none; the message lists the names.
    pub fn get(&self, name: &str) -> Result<f32> {
        self.find("the epoch", name).copied()
    }

    /// The value of this name among what `whose` gave.
    pub(crate) fn find(&self, whose: &str, name: &str) -> Result<&f32> {
        let named = |name: &str| self.values.iter().find(|(own, _)| own == name);
        let older = || named(full_name(name)?);
        match named(name).or_else(older) {
            Some((_, value)) => Ok(value),
            None => Err(missing(
                whose,
                self.values.iter().map(|(name, _)| &**name),
                name,
            )),
        }
    }

    /// Adds or replaces a value.
    pub fn set(&mut self, name: &str, value: f32) {
        match self.values.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => *old = value,
            None => self.values.push((name.to_string(), value)),
        }
    }

    /// All names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f32)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
    }

    pub(crate) fn as_slice(&self) -> &[(String, f32)] {
        &self.values
    }

    pub(crate) fn extend_prefixed(&mut self, prefix: &str, other: &Logs) {
        for (name, value) in &other.values {
            self.set(&format!("{prefix}{name}"), *value);
        }
    }
}

/// The value of this name.
///
/// # Panics
/// When there is none; [`Logs::get`] gives an error instead. A panic costs a notebook no variable.
impl Index<&str> for Logs {
    type Output = f32;

    fn index(&self, name: &str) -> &f32 {
        self.find("the epoch", name)
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

/// The name that stands for an older, shorter one.
pub(crate) fn full_name(name: &str) -> Option<&'static str> {
    match name {
        "acc" => Some("accuracy"),
        "val_acc" => Some("val_accuracy"),
        _ => None,
    }
}

/// That there is no value of this name.
pub(crate) fn missing<'a>(whose: &str, names: impl Iterator<Item = &'a str>, name: &str) -> Error {
    let names: Vec<&str> = names.collect();
    let error = Error::invalid(whose, format!("one of {names:?}"), format!("{name:?}"));
    if name.starts_with("val_") {
        error.with_hint("give fit validation_data or a validation_split")
    } else {
        error
    }
}
