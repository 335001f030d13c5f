//! A part of the data set apart for testing, as scikit-learn does it.

use std::cmp::Ordering;

use super::{Labels, Sequences};
use crate::error::{Error, Result};
use crate::notebook::interrupt::Region;
use crate::random::RandomState;
use crate::tensor::Tensor;

const OPERATION: &str = "train_test_split";

/// How [`train_test_split_with`] splits; the names are scikit-learn's.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainTestSplit {
    /// The share of the samples to test with, between 0 and 1; rounded up. Default 0.25.
    pub test_size: f64,
    /// The share to train with; `None`: all others. Default `None`.
    pub train_size: Option<f64>,
    /// The seed: the same one gives the same split, and the one that scikit-learn gives. Default 0.
    pub random_state: u32,
    /// Whether the samples are brought into a random order; otherwise the last ones are for testing. Default `true`.
    pub shuffle: bool,
    /// Whether both parts have the same share of each class of `y`. Default `false`.
    pub stratify: bool,
}

impl Default for TrainTestSplit {
    fn default() -> TrainTestSplit {
        TrainTestSplit {
            test_size: 0.25,
            train_size: None,
            random_state: 0,
            shuffle: true,
            stratify: false,
        }
    }
}

/// What can be split: a tensor, lists of texts or numbers, the sequences and labels of a data set.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be split into training and test samples",
    label = "a tensor or a list is expected here, as in `train_test_split(&texts, &labels, 0.25)?`"
)]
pub trait Samples {
    /// A part of them.
    type Part;

    /// The number of samples.
    #[doc(hidden)]
    fn count(&self) -> usize;

    /// The samples at these places.
    ///
    /// # Errors
    /// When the cell is interrupted.
    #[doc(hidden)]
    fn part(&self, places: &[usize]) -> Result<Self::Part>;

    /// The order of two samples by their classes.
    #[doc(hidden)]
    fn order(&self, one: usize, other: usize) -> Ordering;
}

impl<T: Clone + PartialOrd> Samples for [T] {
    type Part = Vec<T>;

    fn count(&self) -> usize {
        self.len()
    }

    fn part(&self, places: &[usize]) -> Result<Vec<T>> {
        Ok(places.iter().map(|place| self[*place].clone()).collect())
    }

    fn order(&self, one: usize, other: usize) -> Ordering {
        compared(&self[one], &self[other])
    }
}

/// The order of two classes. What does not even equal itself, NaN, is one of its own behind the others.
fn compared<T: PartialOrd>(one: &T, other: &T) -> Ordering {
    let is_nan = |value: &T| value.partial_cmp(value).is_none();
    one.partial_cmp(other)
        .unwrap_or_else(|| is_nan(one).cmp(&is_nan(other)))
}

macro_rules! as_slices {
    ($([$($generics:tt)*] $type:ty, $item:ty, $part:ty, $make:expr;)*) => {$(
        impl<$($generics)*> Samples for $type {
            type Part = $part;

            fn count(&self) -> usize {
                Samples::count(self as &[$item])
            }

            fn part(&self, places: &[usize]) -> Result<$part> {
                Ok($make(self, Samples::part(self as &[$item], places)?))
            }

            fn order(&self, one: usize, other: usize) -> Ordering {
                Samples::order(self as &[$item], one, other)
            }
        }
    )*};
}
as_slices! {
    [T: Clone + PartialOrd] Vec<T>, T, Vec<T>, |_: &Self, part| part;
    [T: Clone + PartialOrd, const N: usize] [T; N], T, Vec<T>, |_: &Self, part| part;
    [] Labels, u32, Labels, |whole: &Self, part| Labels::new(part, whole.origin());
    [] Sequences, Vec<u32>, Sequences, |whole: &Self, part| Sequences::new(part, whole.origin());
}

impl Samples for Tensor {
    type Part = Tensor;

    fn count(&self) -> usize {
        self.len()
    }

    fn part(&self, places: &[usize]) -> Result<Tensor> {
        self.select(places)
    }

    fn order(&self, one: usize, other: usize) -> Ordering {
        let [one, other] = [one, other].map(|row| self.rows(row..=row).to_vec());
        let mut orders = one.iter().zip(&other).map(|(a, b)| compared(a, b));
        orders
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// Splits samples and their targets at random: `(x_train, x_test, y_train, y_test)`, the share `test_size` to test with.
///
/// # Errors
/// When there are not as many targets as samples, a part would be empty, or the cell is interrupted.
///
/// Source: <https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html>. With the same
/// `random_state` the parts and their order are scikit-learn's.
///
/// ```
/// use nn_lib::prelude::*;
/// let texts = ["one", "two", "three", "four"];
/// let (x_train, x_test, y_train, y_test) = train_test_split(&texts, &[1, 2, 3, 4], 0.25)?;
/// assert_eq!((x_train.len(), x_test), (3, vec!["three"]));
/// assert_eq!(y_test, [3]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[allow(clippy::type_complexity, reason = "the four parts are scikit-learn's")]
pub fn train_test_split<X: Samples + ?Sized, Y: Samples + ?Sized>(
    x: &X,
    y: &Y,
    test_size: f64,
) -> Result<(X::Part, X::Part, Y::Part, Y::Part)> {
    let options = TrainTestSplit {
        test_size,
        ..TrainTestSplit::default()
    };
    train_test_split_with(x, y, options)
}

/// The same with options.
///
/// # Errors
/// As [`train_test_split`]; and with `stratify` when a class has one sample alone, a part has fewer samples than there are
/// classes, or `shuffle` is false.
///
/// ```
/// use nn_lib::prelude::*;
/// let (x, y) = ([1, 2, 3, 4, 5, 6], ["a", "a", "b", "b", "b", "b"]);
/// let options = TrainTestSplit { test_size: 0.5, stratify: true, ..TrainTestSplit::default() };
/// let (_, _, _, y_test) = train_test_split_with(&x, &y, options)?;
/// assert_eq!(y_test.iter().filter(|class| **class == "a").count(), 1);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[allow(clippy::type_complexity, reason = "the four parts are scikit-learn's")]
pub fn train_test_split_with<X: Samples + ?Sized, Y: Samples + ?Sized>(
    x: &X,
    y: &Y,
    options: TrainTestSplit,
) -> Result<(X::Part, X::Part, Y::Part, Y::Part)> {
    let order = |one: usize, other: usize| y.order(one, other);
    let (train, test) = places(x.count(), y.count(), &options, &order)?;
    Ok((
        x.part(&train)?,
        x.part(&test)?,
        y.part(&train)?,
        y.part(&test)?,
    ))
}

type Places = (Vec<usize>, Vec<usize>);

fn invalid(expected: impl Into<String>, received: impl Into<String>) -> Error {
    Error::invalid(OPERATION, expected, received)
}

/// The places of the training and of the test samples.
fn places(
    count: usize,
    targets: usize,
    options: &TrainTestSplit,
    order: &dyn Fn(usize, usize) -> Ordering,
) -> Result<Places> {
    let _region = Region::begin(OPERATION)?;
    if targets != count {
        let expected = format!("a target for each of the {count} samples");
        return Err(invalid(expected, format!("{targets} targets")));
    }
    let (train, test) = sizes(count, options)?;
    if !options.shuffle {
        if options.stratify {
            return Err(invalid(
                "shuffle: true with stratify: true",
                "shuffle: false",
            ));
        }
        return Ok(((0..train).collect(), (train..train + test).collect()));
    }
    let mut random = RandomState::new(options.random_state);
    if options.stratify {
        return stratified(count, (train, test), &mut random, order);
    }
    let permutation = random.permutation(count);
    Ok((
        permutation[test..test + train].to_vec(),
        permutation[..test].to_vec(),
    ))
}

/// How many samples to train and to test with: of the first rounded down, of the second up.
fn sizes(count: usize, options: &TrainTestSplit) -> Result<(usize, usize)> {
    let check = |name: &str, share: f64| match share > 0.0 && share < 1.0 {
        true => Ok(share * count as f64),
        false => Err(
            invalid(format!("{name} between 0 and 1"), share.to_string())
                .with_hint("a quarter of the samples is 0.25"),
        ),
    };
    let test = check("test_size", options.test_size)?.ceil() as usize;
    let train = match options.train_size {
        None => count.saturating_sub(test),
        Some(share) => check("train_size", share)?.floor() as usize,
    };
    if train + test > count {
        let received = format!("{train} and {test} of {count}");
        return Err(invalid(
            "train_size and test_size that are 1 together at most",
            received,
        ));
    }
    if train == 0 || test == 0 {
        let received = format!("{train} and {test} of {count}");
        return Err(invalid(
            "at least one sample to train and one to test with",
            received,
        ));
    }
    Ok((train, test))
}

/// As scikit-learn's `StratifiedShuffleSplit`: each class gives both parts its share.
fn stratified(
    count: usize,
    (train, test): (usize, usize),
    random: &mut RandomState,
    order: &dyn Fn(usize, usize) -> Ordering,
) -> Result<Places> {
    let mut sorted: Vec<usize> = (0..count).collect();
    sorted.sort_by(|one, other| order(*one, *other));
    let classes: Vec<&[usize]> = sorted
        .chunk_by(|one, other| order(*one, *other).is_eq())
        .collect();
    if let Some(single) = classes.iter().find(|class| class.len() < 2) {
        let received = format!("one alone (sample {})", single[0]);
        return Err(invalid("at least 2 samples of each class", received)
            .with_hint("stratify is for classes; for numbers leave it out"));
    }
    if train.min(test) < classes.len() {
        let expected = format!(
            "a sample of each of the {} classes in both parts",
            classes.len()
        );
        return Err(invalid(
            expected,
            format!("{train} to train and {test} to test with"),
        ));
    }
    let counts: Vec<usize> = classes.iter().map(|class| class.len()).collect();
    let of_train = draws(&counts, train, random);
    let left: Vec<usize> = counts
        .iter()
        .zip(&of_train)
        .map(|(all, taken)| all - taken)
        .collect();
    let of_test = draws(&left, test, random);
    let (mut for_train, mut for_test) = (Vec::new(), Vec::new());
    for (class, (train, test)) in classes.iter().zip(of_train.into_iter().zip(of_test)) {
        let permutation = random.permutation(class.len());
        let mut places = permutation.into_iter().map(|place| class[place]);
        for_train.extend(places.by_ref().take(train));
        for_test.extend(places.take(test));
    }
    let shuffled = |list: Vec<usize>, random: &mut RandomState| {
        let order = random.permutation(list.len());
        order.into_iter().map(|place| list[place]).collect()
    };
    let for_train = shuffled(for_train, random);
    Ok((for_train, shuffled(for_test, random)))
}

/// How many of `all` draws each class gets: its share rounded down, and one more for those with the largest rest; of equal
/// rests the random numbers choose.
fn draws(counts: &[usize], all: usize, random: &mut RandomState) -> Vec<usize> {
    let total: usize = counts.iter().sum();
    let shares: Vec<f64> = counts
        .iter()
        .map(|count| *count as f64 / total as f64 * all as f64)
        .collect();
    let mut drawn: Vec<usize> = shares.iter().map(|share| share.floor() as usize).collect();
    let rests: Vec<f64> = shares.iter().map(|share| share - share.floor()).collect();
    let mut missing = all - drawn.iter().sum::<usize>();
    let mut values = rests.clone();
    values.sort_by(|one, other| other.total_cmp(one));
    values.dedup();
    for value in values {
        if missing == 0 {
            break;
        }
        let equal: Vec<usize> = (0..rests.len())
            .filter(|class| rests[*class] == value)
            .collect();
        let chosen = random.permutation(equal.len());
        for place in chosen.into_iter().take(missing.min(equal.len())) {
            drawn[equal[place]] += 1;
        }
        missing -= missing.min(equal.len());
    }
    drawn
}
