//! The convolution: small filters slide over a picture, and each of them draws a map of where it finds its pattern.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2, s};
use serde_json::{Value, json};

use super::patches::{Channels, fold, unfold, with_room};
use super::window::{Sliding, Window};
use super::{Padding, Pair};
use crate::activations::Activation;
use crate::compute::{add_rows, fill_rows, matmul, share_if};
use crate::error::{Error, Result};
use crate::initializers::Initializer;
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
    weights: Option<Precompiled<Weights>>,
}

#[derive(Clone, Debug)]
struct Weights {
    kernel: Variable,
    bias: Option<Variable>,
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

    named_option! {
        /// What happens at the edges, [`Padding::Valid`] at first; also by name, `"same"`.
        padding: Padding, with_padding
    }

    /// How far apart the pixels are that a window sees, 1 at first: 2 leaves every second one out.
    pub fn dilation_rate(mut self, dilation_rate: impl Into<Pair>) -> Conv2D {
        self.dilation_rate = dilation_rate.into();
        self
    }

    /// Into how many groups channels and filters are cut, 1 at first. Each group of filters sees its own channels alone.
    pub fn groups(mut self, groups: usize) -> Conv2D {
        self.groups = groups;
        self
    }

    named_option! {
        /// The function applied to every output, linear (none) at first; softmax works along the filters.
        activation: Activation, with_activation
    }

    /// Whether a bias is added, true at first.
    pub fn use_bias(mut self, use_bias: bool) -> Conv2D {
        self.use_bias = use_bias;
        self
    }

    named_option! {
        /// What the kernel starts from, as a value or by name.
        kernel_initializer: Initializer, with_kernel_initializer
    }

    named_option! {
        /// What the bias starts from, as a value or by name.
        bias_initializer: Initializer, with_bias_initializer
    }

    named_option! {
        /// The penalty on the kernel that is added to the loss, as a value or by name.
        kernel_regularizer: Option<Regularizer>, with_kernel_regularizer
    }

    named_option! {
        /// The penalty on the bias that is added to the loss, as a value or by name.
        bias_regularizer: Option<Regularizer>, with_bias_regularizer
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

    fn parts<'a>(&self, window: &'a Window, kernel: &'a Variable) -> Product<'a> {
        let size = window.size.height * window.size.width * window.channels / self.groups;
        let line = window.columns.len();
        Product {
            window,
            kernel: kernel.matrix(),
            groups: self.groups,
            size,
            line,
            filters: self.filters,
            lines_at_once: (ROOM / (line * size).max(1)).clamp(1, window.rows.len()),
        }
    }
}

/// So many numbers of patches are written out at once: they stay in a core's second-level cache.
const ROOM: usize = 1 << 15;

/// Into how many pieces a batch is cut at most. It does not depend on the number of threads, and so the gradient of the kernel,
/// which each piece sums up for itself, is the same in all bits.
const PIECES: usize = 16;

/// From so many multiplications on, threads are worth while.
const WORTH: usize = 1 << 18;

/// The convolution as products of matrices: the patches of some rows of places by the kernel.
struct Product<'a> {
    window: &'a Window,
    /// (numbers of a patch, filters)
    kernel: ArrayView2<'a, f32>,
    groups: usize,
    /// The numbers of a patch, in one group.
    size: usize,
    /// The places in a row.
    line: usize,
    filters: usize,
    lines_at_once: usize,
}

impl Product<'_> {
    fn input_size(&self) -> usize {
        self.window.input_size()
    }

    fn output_size(&self) -> usize {
        self.window.rows.len() * self.line * self.filters
    }

    fn is_worth_threads(&self, samples: usize) -> bool {
        samples * self.output_size() * self.size / self.groups >= WORTH
    }

    /// How many pictures a piece of a batch has.
    fn at_once(samples: usize) -> usize {
        samples.div_ceil(PIECES).max(1)
    }

    /// The room that patches need.
    fn room(&self) -> usize {
        self.lines_at_once * self.line * self.size
    }

    fn channels(&self, group: usize) -> Channels {
        let count = self.window.channels / self.groups;
        Channels {
            first: group * count,
            count,
        }
    }

    fn filters(&self, group: usize) -> Range<usize> {
        let count = self.filters / self.groups;
        group * count..(group + 1) * count
    }

    /// Writes the patches of some rows of places.
    fn unfold(&self, lines: &Range<usize>, group: usize, picture: &[f32], patches: &mut [f32]) {
        let rows = &self.window.rows[lines.clone()];
        for (row, patches) in rows
            .iter()
            .zip(patches.chunks_exact_mut(self.line * self.size))
        {
            unfold(self.window, row, self.channels(group), picture, patches);
        }
    }

    /// Visits the rows of places, as many at once as there is room for.
    fn for_each_block(&self, mut visit: impl FnMut(Range<usize>)) {
        let all = self.window.rows.len();
        for first in (0..all).step_by(self.lines_at_once) {
            visit(first..(first + self.lines_at_once).min(all));
        }
    }
}

/// The pictures of a piece on their way forward.
struct ForwardPart<'a> {
    pictures: &'a [f32],
    output: &'a mut [f32],
    /// The values before the activation, where the way back needs them.
    sums: Option<&'a mut [f32]>,
}

/// The pictures of a piece on their way back.
struct BackwardPart<'a> {
    pictures: &'a [f32],
    output: &'a [f32],
    sums: &'a [f32],
    upstream: &'a mut [f32],
    gradient: Option<&'a mut [f32]>,
    /// This piece's share of the gradients of kernel and bias.
    of_weights: &'a mut [f32],
}

impl Layer for Conv2D {
    basics!("Conv2D");

    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        let input = one_input("Conv2D", inputs)?;
        let window = self.window(input)?;
        let channels = window.channels;
        self.check(channels)?;
        let (size, filters) = (self.kernel_size, self.filters);
        let shape = [size.height, size.width, channels / self.groups, filters];
        let count = Shape::from(shape).count();
        check_weights(
            "Conv2D",
            count,
            format!("a kernel of shape {}", Shape::from(shape)),
        )?;
        let weights = self.weights.get_or_insert_with(|| {
            let (initializer, regularizer) = (self.kernel_initializer, self.kernel_regularizer);
            let bias = || {
                Variable::new(
                    "bias",
                    filters,
                    self.bias_initializer,
                    self.bias_regularizer,
                )
            };
            Precompiled::new(Weights {
                kernel: Variable::new("kernel", shape, initializer, regularizer),
                bias: self.use_bias.then(bias),
            })
        });
        let known = weights.kernel.shape[2] * self.groups;
        if known != channels {
            let (expected, received) = (format!("{known} channels"), format!("{channels}"));
            return Err(Error::invalid("Conv2D", expected, received)
                .with_hint("a layer that is applied twice has one kernel, so both inputs need the same channels"));
        }
        Ok(window.output(filters))
    }

    fn forward(&self, mut call: Forward<'_>) {
        let Weights { kernel, bias } = built(&self.weights);
        let window = self.window(call.inputs.shape(0)).expect(FITS);
        let product = self.parts(&window, kernel);
        let at_once = Product::at_once(call.inputs.samples());
        let input = call.inputs.matrix(0);
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        call.cache.clear();
        if self.activation.needs_input() {
            call.cache.resize(output.len(), 0.0);
        }
        let size = at_once * product.output_size();
        let mut sums = call.cache.chunks_mut(size);
        let pictures = input.as_slice().expect("inputs are contiguous");
        let parts = pictures
            .chunks(at_once * product.input_size())
            .zip(output.chunks_mut(size))
            .map(|(pictures, output)| ForwardPart {
                pictures,
                output,
                sums: sums.next(),
            });
        let worthwhile = product.is_worth_threads(call.inputs.samples());
        let bias = bias.as_ref().map(|bias| &bias.values[..]);
        share_if(worthwhile, parts, |part| {
            with_room(product.room(), |room| {
                product.forward(part, bias, self.activation, room);
            });
        });
    }

    // With z = patches·K + b and y = activation(z):  dz = dy ∘ activation'(z),  dK = patchesᵀ·dz,  db = Σ dz, and what
    // dz·Kᵀ says of the patches is added to the pixels that they came from.
    fn backward(&mut self, mut call: Backward<'_>) {
        let window = self.window(call.inputs.shape(0)).expect(FITS);
        let Weights { kernel, bias } = built(&self.weights);
        let product = self.parts(&window, kernel);
        let samples = call.inputs.samples();
        let at_once = Product::at_once(samples);
        let input = call.inputs.matrix(0);
        let upstream = call
            .upstream
            .as_slice_mut()
            .expect("gradients are contiguous");
        // Behind the values before the activation there is room for each piece's gradients of kernel and bias.
        let kept = if self.activation.needs_input() {
            upstream.len()
        } else {
            0
        };
        let weights = kernel.values.len() + bias.as_ref().map_or(0, |bias| bias.values.len());
        let pieces = samples.div_ceil(at_once);
        call.cache.truncate(kept);
        call.cache.resize(kept + pieces * weights, 0.0);
        let (sums, of_weights) = call.cache.split_at_mut(kept);
        let mut gradient = call.gradients.matrix(0);
        let mut gradients = gradient
            .as_mut()
            .map(|all| all.as_slice_mut().expect("gradients are contiguous"))
            .map(|all| all.chunks_mut(at_once * product.input_size()));
        let size = at_once * product.output_size();
        let mut sums = sums.chunks(size);
        let output = call.output.as_slice().expect("outputs are contiguous");
        let pictures = input.as_slice().expect("inputs are contiguous");
        let parts = pictures
            .chunks(at_once * product.input_size())
            .zip(output.chunks(size))
            .zip(upstream.chunks_mut(size))
            .zip(of_weights.chunks_mut(weights))
            .map(
                |(((pictures, output), upstream), of_weights)| BackwardPart {
                    pictures,
                    output,
                    sums: sums.next().unwrap_or(&[]),
                    upstream,
                    gradient: gradients.as_mut().and_then(Iterator::next),
                    of_weights,
                },
            );
        let activation = (!call.past_activation).then_some(self.activation);
        share_if(product.is_worth_threads(samples), parts, |part| {
            with_room(2 * product.room(), |room| {
                product.backward(part, activation, room)
            });
        });
        let Weights { kernel, bias } = self.weights.as_deref_mut().expect(BUILT);
        for own in of_weights.chunks(weights) {
            let (of_kernel, of_bias) = own.split_at(kernel.values.len());
            add_rows(of_kernel, &mut kernel.gradient);
            if let Some(bias) = bias {
                add_rows(of_bias, &mut bias.gradient);
            }
        }
    }

    fn variables(&self) -> Vec<&Variable> {
        let both = self.weights.as_deref().into_iter();
        both.flat_map(|w| std::iter::once(&w.kernel).chain(&w.bias))
            .collect()
    }

    fn variables_mut(&mut self) -> Vec<&mut Variable> {
        let both = self.weights.as_deref_mut().into_iter();
        both.flat_map(|w| std::iter::once(&mut w.kernel).chain(&mut w.bias))
            .collect()
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

const BUILT: &str = "a model builds its layers before it runs them";
const FITS: &str = "the shape was checked when the layer was built";

fn built(weights: &Option<Precompiled<Weights>>) -> &Weights {
    weights.as_deref().expect(BUILT)
}

impl Product<'_> {
    fn forward(
        &self,
        mut part: ForwardPart<'_>,
        bias: Option<&[f32]>,
        activation: Activation,
        room: &mut [f32],
    ) {
        let all = part.pictures.chunks_exact(self.input_size());
        for (nth, picture) in all.enumerate() {
            self.for_each_block(|lines| {
                let rows = lines.len() * self.line;
                let start = nth * self.output_size() + lines.start * self.line * self.filters;
                let place = start..start + rows * self.filters;
                let output = &mut part.output[place.clone()];
                // The product is added to the bias.
                match bias {
                    Some(bias) => fill_rows(output, bias),
                    None => output.fill(0.0),
                }
                let mut output = matrix_mut(rows, self.filters, output);
                let patches = &mut room[..rows * self.size];
                for group in 0..self.groups {
                    self.unfold(&lines, group, picture, patches);
                    let filters = self.filters(group);
                    matmul::multiply_add_alone(
                        matrix(rows, self.size, patches),
                        self.kernel.slice(s![.., filters.clone()]),
                        output.slice_mut(s![.., filters]),
                    );
                }
                if let Some(sums) = &mut part.sums {
                    sums[place].copy_from_slice(output.as_slice().expect("rows of the output"));
                }
                activation.forward(output);
            });
        }
    }

    fn backward(
        &self,
        mut part: BackwardPart<'_>,
        activation: Option<Activation>,
        room: &mut [f32],
    ) {
        let (of_kernel, of_bias) = part.of_weights.split_at_mut(self.kernel.len());
        let mut of_kernel = matrix_mut(self.size, self.filters, of_kernel);
        let (patches, deltas) = room.split_at_mut(self.room());
        let all = part.pictures.chunks_exact(self.input_size());
        for (nth, picture) in all.enumerate() {
            self.for_each_block(|lines| {
                let rows = lines.len() * self.line;
                let start = nth * self.output_size() + lines.start * self.line * self.filters;
                let place = start..start + rows * self.filters;
                let upstream = &mut part.upstream[place.clone()];
                if let Some(activation) = activation {
                    let sums = part.sums.get(place.clone()).unwrap_or(&[]);
                    activation.backward(
                        matrix(sums.len() / self.filters, self.filters, sums),
                        matrix(rows, self.filters, &part.output[place]),
                        matrix_mut(rows, self.filters, upstream),
                    );
                }
                if !of_bias.is_empty() {
                    add_rows(upstream, of_bias);
                }
                let upstream = matrix(rows, self.filters, upstream);
                let (patches, deltas) = (
                    &mut patches[..rows * self.size],
                    &mut deltas[..rows * self.size],
                );
                for group in 0..self.groups {
                    let filters = self.filters(group);
                    let upstream = upstream.slice(s![.., filters.clone()]);
                    self.unfold(&lines, group, picture, patches);
                    matmul::multiply_add_alone(
                        matrix(rows, self.size, patches).reversed_axes(),
                        upstream,
                        of_kernel.slice_mut(s![.., filters.clone()]),
                    );
                    let Some(gradient) = &mut part.gradient else {
                        continue;
                    };
                    let kernel = self.kernel.slice(s![.., filters]).reversed_axes();
                    matmul::multiply_alone(upstream, kernel, matrix_mut(rows, self.size, deltas));
                    let picture = &mut gradient[nth * self.input_size()..][..self.input_size()];
                    for (row, deltas) in self.window.rows[lines.clone()]
                        .iter()
                        .zip(deltas.chunks_exact(self.line * self.size))
                    {
                        fold(self.window, row, self.channels(group), deltas, picture);
                    }
                }
            });
        }
    }
}

fn matrix(rows: usize, columns: usize, values: &[f32]) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, columns), values).expect("rows × columns values")
}

fn matrix_mut(rows: usize, columns: usize, values: &mut [f32]) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), values).expect("rows × columns values")
}
