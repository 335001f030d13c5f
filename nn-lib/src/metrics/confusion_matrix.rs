//! What a classifier takes for what.

use crate::error::{Error, Result};
use crate::tensor::{Shape, Tensor, Values};

const OPERATION: &str = "confusion_matrix";

/// The most classes: a million places; a larger number is a mistake.
const MOST_CLASSES: usize = 1000;

/// How many samples of each class (row) are taken for each class (column).
///
/// On the diagonal stand the right answers. There are as many classes as the largest number among labels and answers, plus
/// one.
///
/// # Shapes
/// `y_true` and `y_pred` have a whole number for each sample; the result is (classes, classes).
///
/// # Errors
/// When there are not as many answers as labels, there are none, or a number is not whole or above 999.
///
/// Source: <https://scikit-learn.org/stable/modules/generated/sklearn.metrics.confusion_matrix.html>
///
/// ```
/// use nn_lib::prelude::*;
/// let matrix = confusion_matrix(&[0, 0, 1, 1, 1], &[0, 1, 1, 1, 0])?;
/// // Of two samples of class 0 one was recognized, of three of class 1 two.
/// assert_eq!(matrix, Tensor::from([[1.0, 1.0], [1.0, 2.0]]));
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn confusion_matrix(y_true: impl Values, y_pred: impl Values) -> Result<Tensor> {
    let origin = y_true.origin().and(y_pred.origin());
    Ok(matrix(&y_true.to_values(), &y_pred.to_values())?.with_origin(origin))
}

fn matrix(y_true: &[f64], y_pred: &[f64]) -> Result<Tensor> {
    if y_true.len() != y_pred.len() || y_true.is_empty() {
        let expected = format!("an answer for each of the {} labels", y_true.len());
        let received = format!("{} answers", y_pred.len());
        return Err(Error::invalid(OPERATION, expected, received)
            .with_hint("of a prediction the answers are predictions.classes()?"));
    }
    for (name, list) in [("y_true", y_true), ("y_pred", y_pred)] {
        let class =
            |number: &f64| number.fract() == 0.0 && (0.0..MOST_CLASSES as f64).contains(number);
        if let Some(row) = list.iter().position(|number| !class(number)) {
            let expected = format!("classes from 0 to {}", MOST_CLASSES - 1);
            let received = format!("{} in row {row} of {name}", list[row]);
            return Err(Error::invalid(OPERATION, expected, received)
                .with_hint("of a prediction the classes are predictions.classes()?"));
        }
    }
    let largest = y_true
        .iter()
        .chain(y_pred)
        .fold(0.0_f64, |largest, class| largest.max(*class));
    let classes = largest as usize + 1;
    let mut counts = vec![0.0; classes * classes];
    for (label, answer) in y_true.iter().zip(y_pred) {
        counts[*label as usize * classes + *answer as usize] += 1.0;
    }
    Ok(Tensor::dense(Shape::from([classes, classes]), counts))
}
