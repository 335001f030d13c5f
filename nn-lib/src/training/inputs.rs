//! The data that a model is given: lists of tensors, checked before the first batch.

use ndarray::ArrayView2;

use crate::error::{Error, Result, counted};
use crate::models::Plan;
use crate::notebook::interrupt::go_on;
use crate::tensor::{Storage, Tensor, ToTensor};

/// What `fit`, `evaluate` and `predict` take: one tensor, or a list of them for several inputs or outputs. In place of
/// one tensor it may be what a tensor is made of, such as a `&Vec<Vec<f64>>` of rows or a `&Vec<i32>` of labels.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tensor that is lent, nor a list of tensors",
    label = "lend the tensor with `&`, as in `&x_train`",
    note = "several inputs or outputs are a list: `[&a, &b]`",
    note = "options are written as `Fit {{ epochs: 2, ..Fit::default() }}`, and a `Result` gives its value with `?`"
)]
pub trait Tensors {
    /// The list.
    ///
    /// # Errors
    /// When rows of numbers differ in length.
    fn tensors(&self) -> Result<Vec<Tensor>>;
}

impl<D: ToTensor + ?Sized> Tensors for &D {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        Ok(vec![(**self).to_tensor()?])
    }
}

impl Tensors for &Tensor {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        Ok(vec![(*self).clone()])
    }
}

impl<const N: usize> Tensors for [&Tensor; N] {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        Ok(lent(self))
    }
}

fn lent(tensors: &[&Tensor]) -> Vec<Tensor> {
    tensors.iter().copied().cloned().collect()
}

impl<const N: usize> Tensors for [Tensor; N] {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        self.as_slice().tensors()
    }
}

impl<const N: usize> Tensors for &[Tensor; N] {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        self.as_slice().tensors()
    }
}

impl Tensors for &[Tensor] {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        Ok(self.to_vec())
    }
}

impl Tensors for &Vec<Tensor> {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        Ok(self.to_vec())
    }
}

impl Tensors for Vec<Tensor> {
    fn tensors(&self) -> Result<Vec<Tensor>> {
        Ok(self.clone())
    }
}

/// What the data are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Fit,
    /// The validation data of a `fit`.
    Validate,
    TrainOnBatch,
    Evaluate,
    Predict,
}

impl Purpose {
    /// How an error names the operation.
    pub(crate) fn operation(self) -> &'static str {
        match self {
            Purpose::Fit => "fit",
            Purpose::Validate => "fit, for its validation data,",
            Purpose::TrainOnBatch => "train_on_batch",
            Purpose::Evaluate => "evaluate",
            Purpose::Predict => "predict",
        }
    }
}

/// Inputs that fit a plan, and how many samples they hold.
///
/// # Errors
/// When the number of inputs, their shapes or their lengths do not fit.
pub(crate) fn check_inputs(purpose: Purpose, plan: &Plan, x: &[Tensor]) -> Result<usize> {
    let operation = purpose.operation();
    if x.len() != plan.inputs.len() {
        return Err(Error::invalid(
            operation,
            counted(plan.inputs.len(), "input"),
            format!("{}", x.len()),
        ));
    }
    for (tensor, node) in x.iter().zip(&plan.inputs) {
        let (expected, received) = (&plan.shapes[*node], tensor.row_shape());
        if tensor.shape().is_empty() || *expected != received {
            return Err(wrong_shape(purpose, plan, *node, tensor));
        }
    }
    let samples = x[0].len();
    if let Some(other) = x.iter().find(|tensor| tensor.len() != samples) {
        return Err(Error::invalid(
            operation,
            format!("inputs of {samples} rows, as many as the first has"),
            format!("{} rows", other.len()),
        ));
    }
    for (tensor, input) in x.iter().zip(&plan.inputs) {
        check_values(plan, *input, tensor)?;
    }
    if samples > u32::MAX as usize {
        return Err(Error::invalid(
            operation,
            "at most 4294967295 rows",
            format!("{samples}"),
        ));
    }
    Ok(samples)
}

/// Asks the layers that read an input whether they can take its numbers.
fn check_values(plan: &Plan, input: usize, tensor: &Tensor) -> Result<()> {
    let Storage::Dense { .. } = tensor.storage else {
        return Ok(()); // Zeros and ones suit every layer.
    };
    let values = tensor.values();
    let shape = (tensor.len(), tensor.row_shape().count());
    let rows =
        ArrayView2::from_shape(shape, &values).expect("a tensor has the numbers of its shape");
    for node in plan
        .nodes
        .iter()
        .filter(|node| node.inputs.contains(&input))
    {
        if let Some(layer) = node.layer {
            plan.layers[layer].lock().check_values(rows)?;
        }
    }
    Ok(())
}

/// `Dense expects 10000 features, received 1000`
fn wrong_shape(purpose: Purpose, plan: &Plan, input: usize, tensor: &Tensor) -> Error {
    let expected = &plan.shapes[input];
    let reader = plan.nodes.iter().find(|node| node.inputs.contains(&input));
    let kind = reader
        .and_then(|node| node.layer)
        .map_or("the model", |layer| plan.layers[layer].lock().kind());
    let place = match purpose {
        Purpose::Validate => " in the validation data",
        _ => "",
    };
    let error = match (&expected[..], &tensor.row_shape()[..]) {
        ([features], [received]) => Error::invalid(
            kind,
            format!("{features} features"),
            format!("{received}{place}"),
        ),
        _ => Error::invalid(
            kind,
            format!("inputs of shape {}", expected.batched()),
            format!("{}{place}", tensor.shape),
        ),
    };
    match (tensor.shape(), &expected[..]) {
        ([rows], [1]) => error.with_hint(format!(
            "numbers in a row become a column by reshape([{rows}, 1])?"
        )),
        (whole, sample) if whole == sample => {
            error.with_hint("one sample needs a batch axis too: x.rows(0..1) instead of x.row(0)")
        }
        ([_], _) => error.with_hint("inputs are rows of several numbers: are x and y swapped?"),
        _ => error.with_hint("input_shape of the first layer is the number of columns of the data"),
    }
}

/// Rows of `x` and `y` that belong together.
pub(crate) fn check_rows(operation: &str, samples: usize, y: &[Tensor]) -> Result<()> {
    if samples == 0 {
        return Err(Error::invalid(
            operation,
            "at least one row of data",
            "none",
        ));
    }
    for tensor in y {
        if tensor.len() != samples || tensor.shape().is_empty() {
            return Err(Error::invalid(
                operation,
                format!("a target for each of the {samples} rows of x"),
                counted(tensor.len(), "target"),
            )
            .with_hint("take the same rows of x and y"));
        }
    }
    Ok(())
}

/// How many numbers are checked between two looks at the interrupt.
const AT_ONCE: usize = 1 << 22;

/// NaN and infinity spoil every weight that they meet.
pub(crate) fn check_finite(operation: &str, name: &str, tensors: &[Tensor]) -> Result<()> {
    for tensor in tensors {
        if let Storage::MultiHot(_) = tensor.storage {
            continue;
        }
        let values = tensor.values();
        for (nth, some) in values.chunks(AT_ONCE).enumerate() {
            go_on(operation)?;
            // Looked through to the end, which several numbers at a time can be; the place is asked for only if there is one.
            if some.iter().fold(true, |all, value| all & value.is_finite()) {
                continue;
            }
            if let Some(place) = some.iter().position(|value| !value.is_finite()) {
                let row = (nth * AT_ONCE + place) / tensor.row_shape().count().max(1);
                return Err(Error::invalid(
                    operation,
                    format!("finite numbers in {name}"),
                    format!("{} in row {row}", some[place]),
                )
                .with_hint("remove such rows, or replace the missing values, before training"));
            }
        }
    }
    Ok(())
}
