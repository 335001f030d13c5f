//! Options that are given as values or by their names, as in Keras: `Activation::Relu` or `"relu"`.

use crate::error::{Error, Result};

/// Only this library says what can be converted.
pub(crate) mod sealed {
    pub trait Named {}
    pub trait OrName<T> {}
}

/// What has names: activations, initializers, regularizers.
pub trait Named: sealed::Named + Sized {
    /// The value of that name.
    ///
    /// # Errors
    /// For an unknown name; the message lists the known ones.
    fn named(name: &str) -> Result<Self>;
}

/// What an option takes: a value of the type `T`, or the name of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither `{T}` nor the name of one",
    label = "a value of `{T}` or its name in quotes is expected here, as in `.activation(\"relu\")`"
)]
pub trait OrName<T>: sealed::OrName<T> {
    /// The value.
    ///
    /// # Errors
    /// For an unknown name; the message lists the known ones.
    fn value(self) -> Result<T>;
}

impl<T: Named> sealed::OrName<T> for T {}
impl<T: Named> OrName<T> for T {
    fn value(self) -> Result<T> {
        Ok(self)
    }
}

impl<T: Named> sealed::OrName<T> for &str {}
impl<T: Named> OrName<T> for &str {
    fn value(self) -> Result<T> {
        T::named(self)
    }
}

impl<T: Named> sealed::OrName<T> for &String {}
impl<T: Named> OrName<T> for &String {
    fn value(self) -> Result<T> {
        T::named(self)
    }
}

impl<T: Named> sealed::OrName<T> for String {}
impl<T: Named> OrName<T> for String {
    fn value(self) -> Result<T> {
        T::named(&self)
    }
}

/// Whether two names are the same but for capitals and underscores: `LeakyReLU` is `leaky_relu`.
pub(crate) fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| *letter != '_');
    letters.flat_map(char::to_lowercase).collect()
}

/// The error for a name that is none of `names`; it suggests one that is nearly the same.
pub(crate) fn unknown(what: &str, names: &[&str], name: &str) -> Error {
    let error = Error::invalid(what, format!("one of {}", names.join(", ")), name);
    match nearest(names, name) {
        Some(known) => error.with_hint(format!("did you mean {known:?}?")),
        None => error,
    }
}

/// The one that differs in two letters at most.
fn nearest<'a>(names: &[&'a str], name: &str) -> Option<&'a str> {
    let wanted = plain(name);
    let distances = names
        .iter()
        .map(|known| (distance(&plain(known), &wanted), *known));
    let (distance, known) = distances.min()?;
    (distance <= 2 && distance < known.len()).then_some(known)
}

/// How many letters must be put in, left out, replaced or exchanged with the next one to make one word of the other
/// (Damerau 1964).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for i in 0..one.len() {
        let mut next = vec![i + 1];
        for j in 0..other.len() {
            let replaced = row[j] + usize::from(one[i] != other[j]);
            let mut fewest = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && one[i] == other[j - 1] && one[i - 1] == other[j] {
                fewest = fewest.min(before[j - 1] + 1);
            }
            next.push(fewest);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_two_words_counts_letters() {
        assert_eq!(distance("relu", "relu"), 0);
        assert_eq!(distance("relu", "rleu"), 1);
        assert_eq!(distance("adam", "adm"), 1);
        assert_eq!(distance("", "sgd"), 3);
    }

    #[test]
    fn a_name_that_is_nearly_right_is_suggested_and_a_wild_one_is_not() {
        let say = |name| unknown("Optimizer", &["sgd", "adam"], name).to_string();
        assert!(say("addam").ends_with("hint: did you mean \"adam\"?"));
        assert_eq!(
            say("momentum"),
            "Optimizer expects one of sgd, adam, received momentum"
        );
    }
}
