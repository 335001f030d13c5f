//! The values of an epoch or of an evaluation, by their names.

/// Names and values in the order in which they are shown: loss first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logs {
    values: Vec<(String, f32)>,
}

impl Logs {
    /// The value of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<f32> {
        let found = self.values.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| *value)
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
