//! How much each word speaks for one class: the weights of naive Bayes.

use crate::error::{Error, Result};
use crate::notebook::interrupt::Region;
use crate::tensor::{Origin, Shape, Storage, Tensor, Values};

/// The log-count ratio of each column: above 0 the word speaks for class 1, below 0 for class 0.
///
/// With p the number of samples of class 1 that have the word, plus `alpha`, and q the same for class 0:
///
/// `r = ln((p / Σp) / (q / Σq))`, where the sums run over all words.
///
/// These are the weights of naive Bayes: the sum of r over a text's words decides for it. As the first weights of a `Dense(1)`
/// they let a network begin where naive Bayes ends. `alpha`, usually 1, keeps a word that one class never has from deciding
/// alone.
///
/// # Shapes
/// `x` (samples, words) of zeros and ones, or of counts; `labels` one 0 or 1 for each sample; the result (words, 1), as the
/// kernel of a `Dense(1)`.
///
/// # Errors
/// When `x` has no two axes, a label is neither 0 nor 1, there are more or fewer labels than samples, one class is missing,
/// or `alpha` is not above 0.
///
/// Source: Wang and Manning, *Baselines and Bigrams: Simple, Good Sentiment and Topic Classification*, ACL 2012.
///
/// ```
/// use nn_lib::prelude::*;
/// let x = vectorize_sequences(&[vec![0, 1], vec![0], vec![1]], 2)?;
/// // Word 0 is in two texts of class 1 and in none of class 0, word 1 in one of each: p = (3, 2), q = (1, 2).
/// let r = log_count_ratio(&x, &[1, 1, 0], 1.0)?;
/// assert!((r[[0, 0]] - ((3.0 / 5.0) / (1.0 / 3.0_f32)).ln()).abs() < 1e-6);
/// assert!((r[[1, 0]] - ((2.0 / 5.0) / (2.0 / 3.0_f32)).ln()).abs() < 1e-6);
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn log_count_ratio(x: &Tensor, labels: impl Values, alpha: f32) -> Result<Tensor> {
    ratio(x, &labels.to_values(), labels.origin(), alpha)
}

fn ratio(x: &Tensor, labels: &[f64], origin: Origin, alpha: f32) -> Result<Tensor> {
    const OPERATION: &str = "log_count_ratio";
    let invalid =
        |expected: String, received: String| Error::invalid(OPERATION, expected, received);
    let &[samples, words] = x.shape() else {
        let received = format!("a tensor of shape {}", Shape::from(x.shape()));
        return Err(invalid(
            "a row of words for each sample".to_string(),
            received,
        ));
    };
    if labels.len() != samples {
        let expected = format!("a label for each of the {samples} samples");
        return Err(invalid(expected, format!("{} labels", labels.len())));
    }
    if let Some(row) = labels
        .iter()
        .position(|label| *label != 0.0 && *label != 1.0)
    {
        let received = format!("{} in row {row}", labels[row]);
        return Err(invalid("labels 0 and 1".to_string(), received));
    }
    let of_class = |class: f64| labels.iter().filter(|label| **label == class).count();
    if let Some(class) = [0.0, 1.0].into_iter().find(|class| of_class(*class) == 0) {
        return Err(invalid(
            "samples of both classes".to_string(),
            format!("none of class {class}"),
        ));
    }
    if !(alpha > 0.0 && alpha.is_finite()) {
        return Err(invalid(
            "an alpha above 0, such as 1.0".to_string(),
            alpha.to_string(),
        ));
    }
    let _region = Region::begin(OPERATION)?;
    let mut counts = [vec![f64::from(alpha); words], vec![f64::from(alpha); words]];
    let mut add = |row: usize, word: usize, count: f32| {
        counts[usize::from(labels[row] == 1.0)][word] += f64::from(count);
    };
    match &x.storage {
        Storage::MultiHot(rows) => rows.for_each(|row, word| add(row, word, 1.0)),
        Storage::Dense { .. } => {
            for (place, count) in x.values().iter().enumerate() {
                add(place / words, place % words, *count);
            }
        }
    }
    let [q, p] = counts;
    let all = libm::log(q.iter().sum::<f64>() / p.iter().sum::<f64>());
    let r = p
        .iter()
        .zip(&q)
        .map(|(p, q)| (libm::log(p / q) + all) as f32);
    let r = Tensor::dense(Shape::from([words, 1]), r.collect());
    Ok(r.with_origin(origin.and(x.origin())))
}
