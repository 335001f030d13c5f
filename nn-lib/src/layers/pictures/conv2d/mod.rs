//! The convolution: small filters slide over a picture, and each of them draws a map of where it finds its pattern.

mod batch;
mod patches;
mod product;

use serde_json::{Value, json};

use super::window::{Sliding, Window};
use super::{Padding, Pair};
use crate::activations::Activation;
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::layers::kernel_and_bias::KernelAndBias;
use crate::layers::options::*;
use crate::layers::{Backward, Base, Forward, Layer, Variable};
use crate::precompiled::Precompiled;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// `output[y, x, f] = activation(Σ input[y·s + i, x·s + j, c] · kernel[i, j, c, f] + bias[f])`, the sum over the rows `i` and
/// columns `j` of the window and over the channels `c`; `s` are the strides.
///
/// # Shapes
/// Input (batch, height, width, channels), output (batch, rows, columns, filters), kernel (rows and columns of the window,
/// channels, filters), bias (filters,). Without padding there are `(height - window) / stride + 1` rows, rounded down, with
/// [`Padding::Same`] `height / stride`, rounded up.
///
/// Defaults as in Keras: strides of 1, no padding, no activation, a bias of zeros, a kernel from Glorot's uniform
/// distribution.
/// Source: <https://keras.io/api/layers/convolution_layers/convolution2d/>
///
/// ```
/// use nn_lib::prelude::*;
/// let mut model = Sequential::new();
/// model.add(Conv2D::new(1, 2).input_shape([2, 3, 1]));
/// // This filter finds edges: the right column minus the left one.
/// let kernel = Tensor::from([-1.0, 1.0, -1.0, 1.0]).reshape([2, 2, 1, 1])?;
/// model.set_weights(&[kernel, Tensor::from([10.0])])?;
/// let picture = Tensor::from([0.0, 0.0, 5.0, 0.0, 0.0, 5.0]).reshape([1, 2, 3, 1])?;
/// let edges = model.predict(&picture)?;
/// assert_eq!(edges.shape(), [1, 1, 2, 1]);
/// assert_eq!(edges.to_vec(), [10.0, 20.0]);
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is added to a model by `model.add(..)` or applied by `.apply(&input)?`"]
pub struct Conv2D {
    base: Base,
    filters: usize,
    kernel_size: Pair,
    strides: Pair,
    padding: Padding,
    dilation_rate: Pair,
    groups: usize,
    activation: Activation,
    use_bias: bool,
    kernel_initializer: Initializer,
    bias_initializer: Initializer,
    kernel_regularizer: Option<Regularizer>,
    bias_regularizer: Option<Regularizer>,
    weights: Option<Precompiled<KernelAndBias>>,
}

impl Conv2D {
    /// A layer with so many filters, each with a window of this size: `Conv2D::new(32, 3)`, `Conv2D::new(32, (3, 2))`.
    pub fn new(filters: usize, kernel_size: impl Into<Pair>) -> Conv2D {
        Conv2D::of(filters, kernel_size.into())
    }

    fn of(filters: usize, kernel_size: Pair) -> Conv2D {
        Conv2D {
            base: Base::default(),
            filters,
            kernel_size,
            strides: Pair::from(1),
            padding: Padding::Valid,
            dilation_rate: Pair::from(1),
            groups: 1,
            activation: Activation::Linear,
            use_bias: true,
            kernel_initializer: Initializer::GlorotUniform,
            bias_initializer: Initializer::Zeros,
            kernel_regularizer: None,
            bias_regularizer: None,
            weights: None,
        }
    }

    /// By how many rows and columns the window moves, 1 at first.
    pub fn strides(mut self, strides: impl Into<Pair>) -> Conv2D {
        self.strides = strides.into();
        self
    }

    named_options! {
        /// What happens at the edges, [`Padding::Valid`] at first; also by name, `"same"`.
        padding: Padding, with_padding;
    }

    /// How far apart the pixels are that a window sees, 1 at first: 2 leaves every second one out. Not together with strides
    /// above 1.
    pub fn dilation_rate(mut self, dilation_rate: impl Into<Pair>) -> Conv2D {
        self.dilation_rate = dilation_rate.into();
        self
    }

    /// Into how many groups channels and filters are cut, 1 at first. Each group of filters sees its own channels alone.
    pub fn groups(mut self, groups: usize) -> Conv2D {
        self.groups = groups;
        self
    }

    named_options! {
        /// The function applied to every output, linear (none) at first; softmax works along the filters.
        activation: Activation, with_activation;
    }

    /// Whether a bias is added, true at first.
    pub fn use_bias(mut self, use_bias: bool) -> Conv2D {
        self.use_bias = use_bias;
        self
    }

    named_options! {
        /// What the kernel starts from, as a value or by name.
        kernel_initializer: Initializer, with_kernel_initializer;
        /// What the bias starts from, as a value or by name.
        bias_initializer: Initializer, with_bias_initializer;
        /// The penalty on the kernel that is added to the loss, as a value or by name.
        kernel_regularizer: Regularizer, with_kernel_regularizer;
        /// The penalty on the bias that is added to the loss, as a value or by name.
        bias_regularizer: Regularizer, with_bias_regularizer;
    }

    /// The layer that [`config`](Layer::config) described.
    pub(crate) fn from_config(config: &Value) -> Result<Conv2D> {
        let pair = |key: &str| Pair::from_config(&config[key]);
        Ok(Conv2D {
            strides: pair("strides"),
            padding: Padding::from_name(config["padding"].as_str().unwrap_or_default())?,
            dilation_rate: pair("dilation_rate"),
            groups: number_from(&config["groups"]),
            activation: activation_from(&config["activation"], Activation::Linear)?,
            use_bias: flag_from(&config["use_bias"], true),
            kernel_initializer: initializer_from(
                &config["kernel_initializer"],
                Initializer::GlorotUniform,
            )?,
            bias_initializer: initializer_from(&config["bias_initializer"], Initializer::Zeros)?,
            kernel_regularizer: regularizer_from(&config["kernel_regularizer"])?,
            bias_regularizer: regularizer_from(&config["bias_regularizer"])?,
            ..Conv2D::of(number_from(&config["filters"]), pair("kernel_size"))
        })
    }

    fn window(&self, input: &Shape) -> Result<Window> {
        let sliding = Sliding {
            size: self.kernel_size,
            strides: self.strides,
            dilation: self.dilation_rate,
            padding: self.padding,
        };
        sliding.over("Conv2D", input)
    }

    fn check(&self, channels: usize) -> Result<()> {
        at_least_one("Conv2D", "filter", self.filters)?;
        for regularizer in self.kernel_regularizer.iter().chain(&self.bias_regularizer) {
            regularizer.check()?;
        }
        let one = Pair::from(1);
        if self.strides != one && self.dilation_rate != one {
            let received = "both";
            return Err(Error::invalid(
                "Conv2D",
                "strides or a dilation_rate above 1",
                received,
            ));
        }
        let divides = |number: usize| self.groups > 0 && number.is_multiple_of(self.groups);
        if !divides(channels) || !divides(self.filters) {
            let expected = "a number of groups that divides the channels and the filters";
            let received = format!(
                "{} for {channels} channels and {} filters",
                self.groups, self.filters
            );
            return Err(Error::invalid("Conv2D", expected, received));
        }
        Ok(())
    }
}

impl Layer for Conv2D {
    basics!("Conv2D");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("Conv2D", inputs)?;
        let window = self.window(input)?;
        let channels = window.channels;
        self.check(channels)?;
        let (size, filters) = (self.kernel_size, self.filters);
        let shape = Shape::from([size.height, size.width, channels / self.groups, filters]);
        let received = format!("a kernel of shape {shape}");
        check_weights("Conv2D", shape.count(), received)?;
        let weights = self.weights.get_or_insert_with(|| {
            let (initializer, regularizer) = (self.kernel_initializer, self.kernel_regularizer);
            let kernel = Variable::new("kernel", shape, initializer, regularizer);
            let (initializer, regularizer) = (self.bias_initializer, self.bias_regularizer);
            let bias = || Variable::new("bias", filters, initializer, regularizer);
            let bias = self.use_bias.then(bias);
            Precompiled::new(KernelAndBias { kernel, bias })
        });
        let known = weights.kernel.shape[2] * self.groups;
        check_known("Conv2D", "channels", known, channels)?;
        Ok(window.output(filters))
    }

    fn forward(&self, call: Forward<'_>) {
        self.convolve(call);
    }

    fn backward(&mut self, call: Backward<'_>) {
        self.convolve_back(call);
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

    fn shares_work(&self) -> bool {
        true
    }

    fn config(&self) -> Value {
        json!({
            "filters": self.filters,
            "kernel_size": self.kernel_size.config(),
            "strides": self.strides.config(),
            "padding": self.padding.name(),
            "dilation_rate": self.dilation_rate.config(),
            "groups": self.groups,
            "activation": self.activation.name(),
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer.config(),
            "bias_initializer": self.bias_initializer.config(),
            "kernel_regularizer": regularizer_config(self.kernel_regularizer.as_ref()),
            "bias_regularizer": regularizer_config(self.bias_regularizer.as_ref()),
        })
    }
}
