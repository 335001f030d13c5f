//! The densely connected layer: every output unit sees every input feature.

use ndarray::{ArrayView2, ArrayViewMut2};
use serde_json::{Value, json};

use super::kernel_and_bias::KernelAndBias;
use super::options::*;
use super::{Backward, Base, Forward, Inputs, Layer, Mask, Variable, rows, rows_mut};
use crate::activations::Activation;
use crate::compute::{add_rows, add_to_rows, fill_rows, matmul, small_matmul};
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// `output = activation(input · kernel + bias)`
///
/// # Shapes
/// Input (batch, features), output (batch, units), kernel (features, units), bias (units,).
/// More axes in front of the features, (batch, ..., features), are kept.
///
/// Defaults as in Keras: no activation, a bias of zeros, a kernel from Glorot's uniform distribution.
/// Source: <https://keras.io/api/layers/core_layers/dense/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Dense::new(1).input_shape(2));
/// model.set_weights(&[Tensor::from([[2.0], [3.0]]), Tensor::from([10.0])])?;
/// assert_eq!(model.predict(&Tensor::from([[1.0, 1.0]]))?[[0, 0]], 2.0 + 3.0 + 10.0);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Dense {
    base: Base,
    units: usize,
    activation: Activation,
    use_bias: bool,
    kernel_initializer: Initializer,
    bias_initializer: Initializer,
    kernel_regularizer: Option<Regularizer>,
    bias_regularizer: Option<Regularizer>,
    weights: Option<Precompiled<KernelAndBias>>,
}

impl Dense {
    /// A layer with so many output units.
    pub fn new(units: usize) -> Dense {
        Dense {
            base: Base::default(),
            units,
            activation: Activation::Linear,
            use_bias: true,
            kernel_initializer: Initializer::GlorotUniform,
            bias_initializer: Initializer::Zeros,
            kernel_regularizer: None,
            bias_regularizer: None,
            weights: None,
        }
    }

    named_options! {
        /// The function applied to every output, linear (none) at first: `Activation::Relu`, or by name `"relu"`.
        /// A name that is unknown is reported when the layer is used: by `compile`, `fit` or `apply`.
        activation: Activation, with_activation;
        /// What the kernel starts from, as a value or by name.
        kernel_initializer: Initializer, with_kernel_initializer;
        /// What the bias starts from, as a value or by name.
        bias_initializer: Initializer, with_bias_initializer;
        /// The penalty on the kernel that is added to the loss, as a value or by name.
        kernel_regularizer: Regularizer, with_kernel_regularizer;
        /// The penalty on the bias that is added to the loss, as a value or by name.
        bias_regularizer: Regularizer, with_bias_regularizer;
    }

    /// Whether a bias is added, true at first.
    pub fn use_bias(mut self, use_bias: bool) -> Dense {
        self.use_bias = use_bias;
        self
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<Dense> {
        Ok(Dense {
            activation: Activation::from_name(config["activation"].as_str().unwrap_or_default())?,
            use_bias: flag_from(&config["use_bias"], true),
            kernel_initializer: Initializer::from_config(&config["kernel_initializer"])?,
            bias_initializer: Initializer::from_config(&config["bias_initializer"])?,
            kernel_regularizer: regularizer_from(&config["kernel_regularizer"])?,
            bias_regularizer: regularizer_from(&config["bias_regularizer"])?,
            ..Dense::new(number_from(&config["units"]))
        })
    }
}

impl Layer for Dense {
    basics!("Dense");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("Dense", inputs)?;
        let Some((&features, before)) = input.split_last() else {
            return Err(Error::invalid(
                "Dense",
                "inputs of shape (batch, features)",
                "numbers of shape (batch,)",
            )
            .with_hint("reshape the data to (samples, 1)"));
        };
        at_least_one("Dense", "feature", features)?;
        at_least_one("Dense", "unit", self.units)?;
        for regularizer in self.kernel_regularizer.iter().chain(&self.bias_regularizer) {
            regularizer.check()?;
        }
        let units = self.units;
        let received = format!("{features} features and {units} units");
        check_weights("Dense", features.saturating_mul(units), received)?;
        let weights = self.weights.get_or_insert_with(|| {
            Precompiled::new(KernelAndBias {
                kernel: Variable::new(
                    "kernel",
                    [features, units],
                    self.kernel_initializer,
                    self.kernel_regularizer,
                ),
                bias: self.use_bias.then(|| {
                    let regularizer = self.bias_regularizer;
                    Variable::new("bias", units, self.bias_initializer, regularizer)
                }),
            })
        });
        check_known("Dense", "features", weights.kernel.shape[0], features)?;
        Ok(Shape::from([before, &[units]].concat()))
    }

    fn forward(&self, call: Forward<'_>) {
        let KernelAndBias { kernel, bias } = self.weights.as_deref().expect(BUILT);
        let mut output = rows_mut(call.output, self.units);
        let numbers = output.as_slice_mut().expect("outputs are contiguous");
        if let Some(ones) = call.inputs.multi_hot(0) {
            ones.multiply(kernel, numbers);
            if let Some(bias) = bias {
                add_to_rows(numbers, &bias.values);
            }
        } else {
            // The product is added to the bias.
            match bias {
                Some(bias) => fill_rows(numbers, &bias.values),
                None => numbers.fill(0.0),
            }
            let input = rows(call.inputs.matrix(0), kernel.shape[0]);
            let small = is_small(kernel);
            multiply_add(small, input, kernel.matrix(), output.view_mut());
        }
        if self.activation.needs_input() {
            call.cache.clear();
            call.cache.extend(output.iter());
        }
        self.activation.forward(output);
    }

    // With z = x·K + b and y = activation(z):  dz = dy ∘ activation'(z),  dK = xᵀ·dz,  db = Σ dz,  dx = dz·Kᵀ.
    fn backward(&mut self, mut call: Backward<'_>) {
        let units = self.units;
        let activation = self.activation;
        let mut upstream = rows_mut(call.upstream, units);
        if !call.past_activation {
            let input = ArrayView2::from_shape((call.cache.len() / units, units), &call.cache[..])
                .expect("the cache is empty or holds the values before the activation");
            activation.backward(input, rows(call.output, units), upstream.view_mut());
        }
        let KernelAndBias { kernel, bias } = self.weights.as_deref_mut().expect(BUILT);
        let features = kernel.shape[0];
        if let Some(ones) = call.inputs.multi_hot(0) {
            let delta = upstream.as_slice().expect("gradients are contiguous");
            ones.add_gradient(delta, kernel);
        } else {
            let input = rows(call.inputs.matrix(0), features);
            let small = is_small(kernel);
            multiply_add(small, input.t(), upstream.view(), kernel.gradient_matrix());
        }
        if let Some(bias) = bias {
            let deltas = upstream.as_slice().expect("gradients are contiguous");
            add_rows(deltas, &mut bias.gradient);
        }
        if let Some(gradient) = call.gradients.matrix(0) {
            let gradient = rows_mut(gradient, features);
            let small = is_small(kernel);
            multiply_add(small, upstream.view(), kernel.matrix().t(), gradient);
        }
    }

    fn variables(&self) -> Vec<&Variable> {
        KernelAndBias::variables(self.weights.as_deref())
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        KernelAndBias::variables_mut(self.weights.as_deref_mut())
    }

    fn last_activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn takes_multi_hot(&self) -> bool {
        true
    }

    fn kernel_by_columns(&self) -> Option<usize> {
        Some(0)
    }

    fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
        inputs.mask(0).cloned()
    }

    fn config(&self) -> Value {
        json!({
            "units": self.units,
            "activation": self.activation.name(),
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer.config(),
            "bias_initializer": self.bias_initializer.config(),
            "kernel_regularizer": regularizer_config(self.kernel_regularizer.as_ref()),
            "bias_regularizer": regularizer_config(self.bias_regularizer.as_ref()),
        })
    }
}

/// Whether a kernel is multiplied in the same bits everywhere.
fn is_small(kernel: &Variable) -> bool {
    kernel.values.len() <= small_matmul::MOST_WEIGHTS
}

fn multiply_add(
    small: bool,
    left: ArrayView2<f32>,
    right: ArrayView2<f32>,
    output: ArrayViewMut2<f32>,
) {
    if small {
        small_matmul::multiply_add(left, right, output);
    } else {
        matmul::multiply_add(left, right, output);
    }
}
