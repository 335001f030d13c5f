//! What recurrent layers have in common: options and weights, and the walk along the steps, forward and back.
//!
//! All steps of the input are multiplied by the kernel at once; only the state must wait for the step before. A batch is cut into
//! pieces of some samples, which do not depend on the number of threads, and so no bit of the sums does.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2, s};
use serde_json::{Value, json};

use super::cell::{Cell, Step, StepBack};
use crate::activations::Activation;
use crate::compute::{Packed, add_rows, decimal, fill_rows, matmul, share_if, vectorized};
use crate::error::{Error, Result};
use crate::initializers::Initializer;
use crate::layers::options::*;
use crate::layers::{Backward, Forward, Mask, Variable};
use crate::precompiled::Precompiled;
use crate::random::Rng;
use crate::regularizers::Regularizer;
use crate::tensor::Shape;

/// Options and weights.
#[derive(Clone, Debug)]
pub(super) struct Recurrence {
    pub(super) units: usize,
    pub(super) activation: Activation,
    pub(super) use_bias: bool,
    pub(super) kernel_initializer: Initializer,
    pub(super) recurrent_initializer: Initializer,
    pub(super) bias_initializer: Initializer,
    pub(super) kernel_regularizer: Option<Regularizer>,
    pub(super) recurrent_regularizer: Option<Regularizer>,
    pub(super) bias_regularizer: Option<Regularizer>,
    pub(super) return_sequences: bool,
    pub(super) go_backwards: bool,
    pub(super) dropout: f32,
    pub(super) recurrent_dropout: f32,
    weights: Option<Precompiled<Weights>>,
}

#[derive(Clone, Debug)]
struct Weights {
    kernel: Variable,
    recurrent_kernel: Variable,
    bias: Option<Variable>,
}

/// The methods by which options are said.
macro_rules! recurrent_options {
    () => {
        recurrent_options! {
            /// The function of what is new, tanh at first, as a value or by name.
            activation: Activation, with_activation;
            /// What the kernel starts from, as a value or by name.
            kernel_initializer: Initializer, with_kernel_initializer;
            /// What the recurrent kernel starts from, as a value or by name.
            recurrent_initializer: Initializer, with_recurrent_initializer;
            /// What the bias starts from, as a value or by name.
            bias_initializer: Initializer, with_bias_initializer;
        }
        recurrent_options! {
            /// The penalty on the kernel that is added to the loss, as a value or by name.
            kernel_regularizer, with_kernel_regularizer;
            /// The penalty on the recurrent kernel that is added to the loss, as a value or by name.
            recurrent_regularizer, with_recurrent_regularizer;
            /// The penalty on the bias that is added to the loss, as a value or by name.
            bias_regularizer, with_bias_regularizer;
        }

        /// Whether a bias is added, true at first.
        pub fn use_bias(mut self, use_bias: bool) -> Self {
            self.recurrence.use_bias = use_bias;
            self
        }

        /// Whether the output has the state after each step, or (false, at first) that after the last one.
        pub fn return_sequences(mut self, return_sequences: bool) -> Self {
            self.recurrence.return_sequences = return_sequences;
            self
        }

        /// Whether the sequence is read from its end, false at first; the states come in the order in which it is read.
        pub fn go_backwards(mut self, go_backwards: bool) -> Self {
            self.recurrence.go_backwards = go_backwards;
            self
        }

        /// The share of the inputs that is set to zero while the model trains, 0 at first; the same ones at each step.
        pub fn dropout(mut self, rate: f32) -> Self {
            self.recurrence.dropout = rate;
            self
        }

        /// The share of the state that the recurrent kernel does not see while the model trains, 0 at first; the same numbers at
        /// each step.
        pub fn recurrent_dropout(mut self, rate: f32) -> Self {
            self.recurrence.recurrent_dropout = rate;
            self
        }
    };
    ($($(#[$doc:meta])* $option:ident: $type:ty, $keep:ident;)*) => {$(
        $(#[$doc])*
        pub fn $option(self, $option: impl $crate::named::OrName<$type>) -> Self {
            self.$keep($option.value())
        }

        fn $keep(mut self, value: Result<$type>) -> Self {
            self.recurrence.$option = self.base.option(value);
            self
        }
    )*};
    ($($(#[$doc:meta])* $option:ident, $keep:ident;)*) => {$(
        $(#[$doc])*
        pub fn $option(self, $option: impl $crate::named::OrName<Regularizer>) -> Self {
            self.$keep($option.value())
        }

        fn $keep(mut self, value: Result<Regularizer>) -> Self {
            self.recurrence.$option = self.base.option(value.map(Some));
            self
        }
    )*};
}
pub(super) use recurrent_options;

/// The methods of a recurrent layer that are the same in all.
macro_rules! recurrent_layer {
    ($kind:literal) => {
        fn forward(&self, call: Forward<'_>) {
            self.recurrence.forward(&self.cell(), call);
        }

        fn backward(&mut self, call: Backward<'_>) {
            let cell = self.cell();
            self.recurrence.backward(&cell, call);
        }

        fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
            let all_steps = self.recurrence.return_sequences;
            inputs.mask(0).filter(|_| all_steps).cloned()
        }

        fn variables(&self) -> Vec<&Variable> {
            self.recurrence.variables()
        }

        fn variables_mut(&mut self) -> Vec<&mut Variable> {
            self.recurrence.variables_mut()
        }

        fn shares_work(&self) -> bool {
            true
        }
    };
}
pub(super) use recurrent_layer;

/// Into how many pieces a batch is cut at most, and how many samples a piece has at least.
const PIECES: usize = 16;
const LEAST: usize = 8;

/// From so many multiplications on, threads are worth while.
const WORTH: usize = 1 << 18;

/// The numbers that a step of one sample needs.
#[derive(Clone, Copy)]
struct Sizes {
    steps: usize,
    features: usize,
    units: usize,
    /// All gates of all units.
    gates: usize,
    kept: usize,
    sums: usize,
    /// The gradients of `h · recurrent_kernel`, where they are others than those of the gates.
    deltas: usize,
    /// The inputs after the dropout, and 1 for each unit of the state that has one.
    dropped: usize,
    hidden_mask: usize,
}

/// What a piece of a batch keeps for the way back: for each sample and step, but for the masks of the dropout.
struct Room<'a> {
    gates: &'a mut [f32],
    before: &'a mut [f32],
    kept: &'a mut [f32],
    sums: &'a mut [f32],
    deltas: &'a mut [f32],
    dropped: &'a mut [f32],
    input_mask: &'a mut [f32],
    hidden_mask: &'a mut [f32],
}

impl Sizes {
    fn of_sample(&self) -> usize {
        let step = self.gates + self.units + self.kept + self.sums + self.deltas + self.dropped;
        self.steps * step + self.dropped + self.hidden_mask
    }

    fn split<'a>(&self, samples: usize, mut piece: &'a mut [f32]) -> Room<'a> {
        let rows = samples * self.steps;
        let mut take = |count: usize| {
            let (taken, rest) = std::mem::take(&mut piece).split_at_mut(count);
            piece = rest;
            taken
        };
        Room {
            gates: take(rows * self.gates),
            before: take(rows * self.units),
            kept: take(rows * self.kept),
            sums: take(rows * self.sums),
            deltas: take(rows * self.deltas),
            dropped: take(rows * self.dropped),
            input_mask: take(samples * self.dropped),
            hidden_mask: take(samples * self.hidden_mask),
        }
    }

    fn is_worth_threads(&self, samples: usize) -> bool {
        samples * self.steps * self.gates * (self.features + self.units) >= WORTH
    }
}

/// How many samples a piece of a batch has.
fn at_once(samples: usize) -> usize {
    samples.div_ceil(PIECES).max(LEAST)
}

impl Recurrence {
    pub(super) fn new(units: usize) -> Recurrence {
        Recurrence {
            units,
            activation: Activation::Tanh,
            use_bias: true,
            kernel_initializer: Initializer::GlorotUniform,
            recurrent_initializer: Initializer::Orthogonal,
            bias_initializer: Initializer::Zeros,
            kernel_regularizer: None,
            recurrent_regularizer: None,
            bias_regularizer: None,
            return_sequences: false,
            go_backwards: false,
            dropout: 0.0,
            recurrent_dropout: 0.0,
            weights: None,
        }
    }

    pub(super) fn config(&self) -> Value {
        json!({
            "units": self.units,
            "activation": self.activation.name(),
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer.config(),
            "recurrent_initializer": self.recurrent_initializer.config(),
            "bias_initializer": self.bias_initializer.config(),
            "kernel_regularizer": regularizer_config(self.kernel_regularizer.as_ref()),
            "recurrent_regularizer": regularizer_config(self.recurrent_regularizer.as_ref()),
            "bias_regularizer": regularizer_config(self.bias_regularizer.as_ref()),
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
            "dropout": decimal(self.dropout),
            "recurrent_dropout": decimal(self.recurrent_dropout),
        })
    }

    pub(super) fn from_config(config: &Value) -> Result<Recurrence> {
        let initializer = |key: &str, usual| initializer_from(&config[key], usual);
        let regularizer = |key: &str| regularizer_from(&config[key]);
        let usual = Recurrence::new(number_from(&config["units"]));
        Ok(Recurrence {
            activation: activation_from(&config["activation"], usual.activation)?,
            use_bias: flag_from(&config["use_bias"], true),
            kernel_initializer: initializer("kernel_initializer", usual.kernel_initializer)?,
            recurrent_initializer: initializer(
                "recurrent_initializer",
                usual.recurrent_initializer,
            )?,
            bias_initializer: initializer("bias_initializer", usual.bias_initializer)?,
            kernel_regularizer: regularizer("kernel_regularizer")?,
            recurrent_regularizer: regularizer("recurrent_regularizer")?,
            bias_regularizer: regularizer("bias_regularizer")?,
            return_sequences: flag_from(&config["return_sequences"], false),
            go_backwards: flag_from(&config["go_backwards"], false),
            dropout: float_from(&config["dropout"], 0.0),
            recurrent_dropout: float_from(&config["recurrent_dropout"], 0.0),
            ..usual
        })
    }

    /// Makes the weights of so many gates. `bias` are the axes of the bias, the last one in gates, and `ones` its places that
    /// start from one.
    pub(super) fn build(
        &mut self,
        kind: &str,
        inputs: &[Shape],
        gates: usize,
        bias: &[usize],
        ones: Range<usize>,
    ) -> Result<Shape> {
        let input = one_input(kind, inputs)?;
        let [steps, features] = input[..] else {
            let expected = "sequences of shape (batch, steps, features)";
            let error = Error::invalid(kind, expected, input.batched());
            return Err(match input.len() {
                1 => error.with_hint("an Embedding layer makes features of word indices; a recurrent layer before it needs return_sequences(true)"),
                _ => error.with_hint("a Reshape layer changes the axes of each sample"),
            });
        };
        at_least_one(kind, "unit", self.units)?;
        at_least_one(kind, "step", steps)?;
        at_least_one(kind, "feature", features)?;
        check_rate(kind, "dropout", self.dropout)?;
        check_rate(kind, "recurrent_dropout", self.recurrent_dropout)?;
        let penalties = self
            .kernel_regularizer
            .iter()
            .chain(&self.recurrent_regularizer);
        for regularizer in penalties.chain(&self.bias_regularizer) {
            regularizer.check()?;
        }
        let units = self.units;
        let width = units.saturating_mul(gates);
        let received = format!("{features} features and {units} units");
        check_weights(
            kind,
            features.saturating_add(units).saturating_mul(width),
            received,
        )?;
        let weights = self.weights.get_or_insert_with(|| {
            let mut bias_shape = bias.to_vec();
            if let Some(last) = bias_shape.last_mut() {
                *last *= units;
            }
            let kernel = |name, rows, initializer, regularizer| {
                Variable::new(name, [rows, width], initializer, regularizer)
            };
            let bias = || {
                let (initializer, regularizer) = (self.bias_initializer, self.bias_regularizer);
                Variable::new("bias", bias_shape, initializer, regularizer).with_ones(ones)
            };
            let (initializer, regularizer) =
                (self.recurrent_initializer, self.recurrent_regularizer);
            Precompiled::new(Weights {
                recurrent_kernel: kernel("recurrent_kernel", units, initializer, regularizer),
                kernel: kernel(
                    "kernel",
                    features,
                    self.kernel_initializer,
                    self.kernel_regularizer,
                ),
                bias: self.use_bias.then(bias),
            })
        });
        let known = weights.kernel.shape[0];
        if known != features {
            let (expected, received) = (format!("{known} features"), format!("{features}"));
            return Err(Error::invalid(kind, expected, received)
                .with_hint("a layer that is applied twice has one kernel, so both inputs need the same features"));
        }
        Ok(match self.return_sequences {
            true => Shape::from([steps, units]),
            false => Shape::from(units),
        })
    }

    pub(super) fn variables(&self) -> Vec<&Variable> {
        let all = self.weights.as_deref().into_iter();
        all.flat_map(|w| [&w.kernel, &w.recurrent_kernel].into_iter().chain(&w.bias))
            .collect()
    }

    pub(super) fn variables_mut(&mut self) -> Vec<&mut Variable> {
        let all = self.weights.as_deref_mut().into_iter();
        all.flat_map(|w| {
            let kernels = [&mut w.kernel, &mut w.recurrent_kernel];
            kernels.into_iter().chain(&mut w.bias)
        })
        .collect()
    }

    fn sizes(&self, cell: &impl Cell, input: &Shape, training: bool) -> Sizes {
        let (units, gates) = (self.units, self.units * cell.gates());
        let if_ = |wanted: bool, size: usize| if wanted { size } else { 0 };
        Sizes {
            steps: input[0],
            features: input[1],
            units,
            gates,
            kept: units * cell.kept(),
            sums: if_(cell.needs_sums(), gates),
            deltas: if_(cell.has_two_gradients(), gates),
            dropped: if_(training && self.dropout > 0.0, input[1]),
            hidden_mask: if_(training && self.recurrent_dropout > 0.0, units),
        }
    }

    /// The step that is read as number `nth`.
    fn step(&self, steps: usize, nth: usize) -> usize {
        if self.go_backwards {
            steps - 1 - nth
        } else {
            nth
        }
    }

    fn drawn(&self, room: &mut Room<'_>, rng: &mut Rng) {
        for (mask, rate) in [
            (&mut *room.input_mask, self.dropout),
            (&mut *room.hidden_mask, self.recurrent_dropout),
        ] {
            mask.fill_with(|| {
                if rng.unit() >= rate {
                    1.0 / (1.0 - rate)
                } else {
                    0.0
                }
            });
        }
    }

    pub(super) fn forward(&self, cell: &impl Cell, mut call: Forward<'_>) {
        let weights = self.weights.as_deref().expect(BUILT);
        let sizes = self.sizes(cell, call.inputs.shape(0), call.training);
        let (samples, input) = (call.inputs.samples(), call.inputs.matrix(0));
        let mask = call
            .inputs
            .mask(0)
            .filter(|mask| mask.steps() == sizes.steps);
        let x = input.as_slice().expect("inputs are contiguous");
        let output = call.output.as_slice_mut().expect("outputs are contiguous");
        let own = sizes.of_sample();
        call.cache.resize(samples * own, 0.0);
        let at_once = at_once(samples);
        let size = output.len() / samples.max(1);
        let mut pieces: Vec<_> = call
            .cache
            .chunks_mut(at_once * own)
            .map(|piece| sizes.split(piece.len() / own, piece))
            .collect();
        for room in &mut pieces {
            self.drawn(room, call.rng);
        }
        let parts = pieces
            .into_iter()
            .zip(x.chunks(at_once * input.ncols()))
            .zip(output.chunks_mut(at_once * size))
            .enumerate();
        let kernel = weights.recurrent_kernel.matrix();
        let product = Packed::new(kernel);
        let last = Packed::new(kernel.slice(s![.., sizes.gates - sizes.units..]));
        share_if(
            sizes.is_worth_threads(samples),
            parts,
            |(nth, ((room, x), output))| {
                let mask = Masked(mask, nth * at_once);
                self.forward_piece(cell, &sizes, [&product, &last], mask, x, room, output);
            },
        );
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "what a piece has and what all have in common"
    )]
    fn forward_piece(
        &self,
        cell: &impl Cell,
        sizes: &Sizes,
        [product, last]: [&Packed; 2],
        mask: Masked<'_>,
        x: &[f32],
        room: Room<'_>,
        output: &mut [f32],
    ) {
        let Sizes {
            steps,
            units,
            gates,
            ..
        } = *sizes;
        let Weights { kernel, bias, .. } = self.weights.as_deref().expect(BUILT);
        let rows = room.gates.len() / gates;
        let samples = rows / steps;
        let bias = bias.as_ref().map(|bias| bias.values.split_at(gates));
        match bias {
            Some((bias, _)) => fill_rows(room.gates, bias),
            None => room.gates.fill(0.0),
        }
        let x = match &mut *room.dropped {
            [] => x,
            dropped => {
                multiply_steps(x, room.input_mask, steps, sizes.features, dropped);
                dropped
            }
        };
        matmul::multiply_add_alone(
            matrix(rows, sizes.features, x),
            kernel.matrix(),
            matrix_mut(rows, gates, room.gates),
        );
        let (mut hidden, mut carry) = (vec![0.0; samples * units], vec![0.0; samples * units]);
        let mut seen = vec![0.0; samples * units];
        let mut recurrent = vec![0.0; samples * gates];
        let mut of_reset = vec![0.0; samples * units];
        for nth in 0..steps {
            let step = self.step(steps, nth);
            for (sample, hidden) in hidden.chunks_exact(units).enumerate() {
                part_mut(room.before, sample * steps + step, units).copy_from_slice(hidden);
            }
            let state = match &*room.hidden_mask {
                [] => &hidden,
                mask => {
                    multiply_steps(&hidden, mask, 1, units, &mut seen);
                    &seen
                }
            };
            match bias {
                Some((_, bias @ [_, ..])) => fill_rows(&mut recurrent, bias),
                _ => recurrent.fill(0.0),
            }
            product.multiply_add(state, &mut recurrent);
            let mut view = |sample: usize, go: &mut dyn FnMut(Step<'_>)| {
                let row = sample * steps + step;
                go(Step {
                    gates: part_mut(room.gates, row, gates),
                    recurrent: part_mut(&mut recurrent, sample, gates),
                    kept: part_mut(room.kept, row, sizes.kept),
                    sums: part_mut(room.sums, row, sizes.sums),
                    hidden: part_mut(&mut hidden, sample, units),
                    carry: part_mut(&mut carry, sample, units),
                });
            };
            if cell.resets() {
                seen.fill(0.0);
                for sample in mask.counting(samples, step) {
                    view(sample, &mut |own| {
                        let Step {
                            gates,
                            recurrent,
                            kept,
                            sums,
                            hidden,
                            carry,
                        } = own;
                        cell.reset(Step {
                            gates,
                            recurrent,
                            kept: &mut *kept,
                            sums,
                            hidden,
                            carry,
                        });
                        if let Some(mask) =
                            room.hidden_mask.get(sample * units..(sample + 1) * units)
                        {
                            kept.iter_mut()
                                .zip(mask)
                                .for_each(|(own, mask)| *own *= mask);
                        }
                        part_mut(&mut seen, sample, units).copy_from_slice(kept);
                    });
                }
                of_reset.fill(0.0);
                last.multiply_add(&seen, &mut of_reset);
                for sample in 0..samples {
                    let own = part_mut(&mut of_reset, sample, units);
                    view(sample, &mut |step| {
                        step.recurrent[gates - units..].copy_from_slice(own)
                    });
                }
            }
            for sample in 0..samples {
                view(sample, &mut |own| match mask.counts(sample, step) {
                    true => cell.step(own),
                    false => own.kept.fill(0.0),
                });
            }
            if self.return_sequences {
                for (sample, hidden) in hidden.chunks_exact(units).enumerate() {
                    part_mut(output, sample * steps + nth, units).copy_from_slice(hidden);
                }
            }
        }
        if !self.return_sequences {
            output.copy_from_slice(&hidden);
        }
    }

    pub(super) fn backward(&mut self, cell: &impl Cell, mut call: Backward<'_>) {
        let sizes = self.sizes(cell, call.inputs.shape(0), true);
        let (samples, input) = (call.inputs.samples(), call.inputs.matrix(0));
        let mask = call
            .inputs
            .mask(0)
            .filter(|mask| mask.steps() == sizes.steps);
        let x = input.as_slice().expect("inputs are contiguous");
        let upstream = call.upstream.as_slice().expect("gradients are contiguous");
        let (own, at_once) = (sizes.of_sample(), at_once(samples));
        let size = upstream.len() / samples.max(1);
        let counts: Vec<usize> = self
            .variables()
            .iter()
            .map(|own| own.values.len())
            .collect();
        let weights: usize = counts.iter().sum();
        // Behind what the way forward has left there is room for each piece's gradients of the weights.
        let kept = samples * own;
        call.cache.truncate(kept);
        call.cache
            .resize(kept + samples.div_ceil(at_once) * weights, 0.0);
        let (rooms, of_weights) = call.cache.split_at_mut(kept);
        let mut gradient = call.gradients.matrix(0);
        let mut gradients = gradient
            .as_mut()
            .map(|all| all.as_slice_mut().expect("gradients are contiguous"))
            .map(|all| all.chunks_mut(at_once * input.ncols()));
        let parts = rooms
            .chunks_mut(at_once * own)
            .map(|piece| {
                (
                    sizes.split(piece.len() / own, piece),
                    gradients.as_mut().and_then(Iterator::next),
                )
            })
            .zip(x.chunks(at_once * input.ncols()))
            .zip(
                upstream
                    .chunks(at_once * size)
                    .zip(of_weights.chunks_mut(weights)),
            )
            .enumerate();
        let parts: Vec<_> = parts.collect();
        let kernel = self
            .weights
            .as_deref()
            .expect(BUILT)
            .recurrent_kernel
            .matrix();
        let product = Packed::new(kernel.t());
        let last = Packed::new(kernel.slice(s![.., sizes.gates - sizes.units..]).t());
        share_if(
            sizes.is_worth_threads(samples),
            parts,
            |(nth, (((room, gradient), x), (upstream, of_weights)))| {
                let mask = Masked(mask, nth * at_once);
                let part = BackPart {
                    room,
                    x,
                    upstream,
                    gradient,
                    of_weights,
                };
                self.backward_piece(cell, &sizes, [&product, &last], mask, part);
            },
        );
        for mut own in of_weights.chunks(weights) {
            for variable in self.variables_mut() {
                let (gradient, rest) = own.split_at(variable.values.len());
                add_rows(gradient, &mut variable.gradient);
                own = rest;
            }
        }
    }

    // The states are walked through from the last one: the gradient of a state is what its output says, and what the step behind
    // it says. With all steps done, dK = xᵀ·ds and dR = hᵀ·dt, where s = x·K + b and t = h·R, and dx = ds·Kᵀ.
    fn backward_piece(
        &self,
        cell: &impl Cell,
        sizes: &Sizes,
        [product, last]: [&Packed; 2],
        mask: Masked<'_>,
        part: BackPart<'_>,
    ) {
        let Sizes {
            steps,
            units,
            gates,
            ..
        } = *sizes;
        let BackPart {
            mut room,
            x,
            upstream,
            gradient,
            of_weights,
        } = part;
        let rows = room.gates.len() / gates;
        let samples = rows / steps;
        let (mut hidden, mut carry) = (vec![0.0; samples * units], vec![0.0; samples * units]);
        let mut through = vec![0.0; samples * units];
        let mut of_last = vec![0.0; samples * units];
        let mut deltas = vec![0.0; samples * gates];
        for nth in (0..steps).rev() {
            let step = self.step(steps, nth);
            for (sample, hidden) in hidden.chunks_exact_mut(units).enumerate() {
                match self.return_sequences {
                    true => add_rows(
                        super::cell::part(upstream, sample * steps + nth, units),
                        hidden,
                    ),
                    false if nth == steps - 1 => {
                        add_rows(super::cell::part(upstream, sample, units), hidden)
                    }
                    false => {}
                }
            }
            let mut view = |sample: usize, deltas: &mut [f32], go: &mut dyn FnMut(StepBack<'_>)| {
                let row = sample * steps + step;
                go(StepBack {
                    gates: part_mut(room.gates, row, gates),
                    recurrent: part_mut(deltas, sample, gates),
                    kept: part_mut(room.kept, row, sizes.kept),
                    sums: part_mut(room.sums, row, sizes.sums),
                    before: part_mut(room.before, row, units),
                    hidden: part_mut(&mut hidden, sample, units),
                    carry: part_mut(&mut carry, sample, units),
                });
            };
            for sample in 0..samples {
                view(sample, &mut deltas, &mut |own| {
                    if mask.counts(sample, step) {
                        cell.back(own);
                    } else {
                        own.gates.fill(0.0);
                        own.recurrent.fill(0.0);
                    }
                });
            }
            if cell.resets() {
                for sample in 0..samples {
                    let own = part_mut(&mut of_last, sample, units);
                    view(sample, &mut deltas, &mut |step| {
                        own.copy_from_slice(&step.gates[gates - units..])
                    });
                }
                through.fill(0.0);
                last.multiply_add(&of_last, &mut through);
                if !room.hidden_mask.is_empty() {
                    through
                        .iter_mut()
                        .zip(&*room.hidden_mask)
                        .for_each(|(own, mask)| *own *= mask);
                }
                for sample in mask.counting(samples, step) {
                    let through = part_mut(&mut through, sample, units);
                    view(sample, &mut deltas, &mut |own| {
                        cell.reset_back(own, through)
                    });
                }
            }
            for sample in 0..samples {
                let row = sample * steps + step;
                let (own, delta) = (
                    part_mut(room.gates, row, gates),
                    part_mut(&mut deltas, sample, gates),
                );
                if sizes.deltas > 0 {
                    part_mut(room.deltas, row, gates).copy_from_slice(delta);
                } else {
                    delta.copy_from_slice(own);
                    if cell.resets() {
                        delta[gates - units..].fill(0.0); // It has gone through the reset.
                    }
                }
            }
            through.fill(0.0);
            product.multiply_add(&deltas, &mut through);
            if !room.hidden_mask.is_empty() {
                through
                    .iter_mut()
                    .zip(&*room.hidden_mask)
                    .for_each(|(own, mask)| *own *= mask);
            }
            add_rows(&through, &mut hidden);
            forget_the_smallest(&mut hidden);
            forget_the_smallest(&mut carry);
        }
        self.add_gradients(cell, sizes, &mut room, x, of_weights);
        if let Some(gradient) = gradient {
            let kernel = self.weights.as_deref().expect(BUILT).kernel.matrix();
            let gates = matrix(rows, gates, room.gates);
            match &mut *room.dropped {
                [] => matmul::multiply_add_alone(
                    gates,
                    kernel.t(),
                    matrix_mut(rows, sizes.features, gradient),
                ),
                room_for_it => {
                    matmul::multiply_alone(
                        gates,
                        kernel.t(),
                        matrix_mut(rows, sizes.features, room_for_it),
                    );
                    let size = steps * sizes.features;
                    let pairs = gradient
                        .chunks_exact_mut(size)
                        .zip(room_for_it.chunks_exact(size));
                    for ((gradient, own), mask) in
                        pairs.zip(room.input_mask.chunks_exact(sizes.features))
                    {
                        let masks = mask.iter().cycle();
                        for ((sum, own), mask) in gradient.iter_mut().zip(own).zip(masks) {
                            *sum += own * mask;
                        }
                    }
                }
            }
        }
    }

    /// The gradients of the weights, when those of all steps are known.
    fn add_gradients(
        &self,
        cell: &impl Cell,
        sizes: &Sizes,
        room: &mut Room<'_>,
        x: &[f32],
        of_weights: &mut [f32],
    ) {
        let Sizes {
            steps,
            units,
            gates,
            features,
            ..
        } = *sizes;
        let rows = room.gates.len() / gates;
        if !room.hidden_mask.is_empty() {
            for (states, mask) in room
                .before
                .chunks_exact_mut(steps * units)
                .zip(room.hidden_mask.chunks_exact(units))
            {
                let masks = mask.iter().cycle();
                states
                    .iter_mut()
                    .zip(masks)
                    .for_each(|(own, mask)| *own *= mask);
            }
        }
        let (of_kernel, rest) = of_weights.split_at_mut(features * gates);
        let (of_recurrent, of_bias) = rest.split_at_mut(units * gates);
        let x = match &*room.dropped {
            [] => x,
            dropped => dropped,
        };
        let own = matrix(rows, gates, room.gates);
        let x = matrix(rows, features, x).reversed_axes();
        matmul::multiply_add_alone(x, own, matrix_mut(features, gates, of_kernel));
        let before = matrix(rows, units, room.before).reversed_axes();
        let mut of_recurrent = matrix_mut(units, gates, of_recurrent);
        let deltas: &[f32] = if sizes.deltas > 0 {
            room.deltas
        } else {
            room.gates
        };
        if cell.resets() {
            let first = s![.., ..gates - units];
            let last = s![.., gates - units..];
            let reset = matrix(rows, units, room.kept).reversed_axes();
            matmul::multiply_add_alone(before, own.slice(first), of_recurrent.slice_mut(first));
            matmul::multiply_add_alone(reset, own.slice(last), of_recurrent.slice_mut(last));
        } else {
            matmul::multiply_add_alone(before, matrix(rows, gates, deltas), of_recurrent);
        }
        let mut of_bias = of_bias.chunks_exact_mut(gates);
        if let Some(of_bias) = of_bias.next() {
            add_rows(room.gates, of_bias);
        }
        if let Some(of_bias) = of_bias.next() {
            add_rows(deltas, of_bias);
        }
    }
}

/// A piece of a batch on its way back.
struct BackPart<'a> {
    room: Room<'a>,
    x: &'a [f32],
    upstream: &'a [f32],
    gradient: Option<&'a mut [f32]>,
    /// This piece's share of the gradients of the weights.
    of_weights: &'a mut [f32],
}

/// The steps that count, from this sample on.
#[derive(Clone, Copy)]
struct Masked<'a>(Option<&'a Mask>, usize);

impl Masked<'_> {
    fn counts(self, sample: usize, step: usize) -> bool {
        self.0.is_none_or(|mask| mask.sample(self.1 + sample)[step])
    }

    fn counting(self, samples: usize, step: usize) -> impl Iterator<Item = usize> {
        (0..samples).filter(move |sample| self.counts(*sample, step))
    }
}

const BUILT: &str = "a model builds its layers before it runs them";

/// Multiplies each of `steps` rows of a sample by the sample's own row of `mask`, which has `width` numbers.
fn multiply_steps(values: &[f32], mask: &[f32], steps: usize, width: usize, output: &mut [f32]) {
    let samples = values
        .chunks_exact(steps * width)
        .zip(output.chunks_exact_mut(steps * width));
    for ((values, output), mask) in samples.zip(mask.chunks_exact(width)) {
        for ((to, value), mask) in output.iter_mut().zip(values).zip(mask.iter().cycle()) {
            *to = value * mask;
        }
    }
}

vectorized! {
    /// Gradients below this are set to zero: along many steps they become so small that most processors are slow with them, and
    /// they change nothing. (Keras's backend takes the smallest numbers for zero, too.)
    fn forget_the_smallest(gradients: &mut [f32]) {
        for gradient in gradients {
            *gradient = if gradient.abs() < 1e-30 { 0.0 } else { *gradient };
        }
    }
}

fn part_mut(values: &mut [f32], nth: usize, size: usize) -> &mut [f32] {
    &mut values[nth * size..(nth + 1) * size]
}

fn matrix(rows: usize, columns: usize, values: &[f32]) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, columns), values).expect("rows × columns values")
}

fn matrix_mut(rows: usize, columns: usize, values: &mut [f32]) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), values).expect("rows × columns values")
}
