//! A batch of pictures in pieces, which threads share.

use super::Conv2D;
use super::patches::with_room;
use super::product::{BackwardPart, ForwardPart, Product};
use crate::compute::{add_rows, share_if};
use crate::layers::kernel_and_bias::KernelAndBias;
use crate::layers::options::BUILT;
use crate::layers::{Backward, Forward};

/// Into how many pieces a batch is cut at most. It does not depend on the number of threads, and so the gradient of the kernel,
/// which each piece sums up for itself, is the same in all bits.
const PIECES: usize = 16;

const FITS: &str = "the shape was checked when the layer was built";

/// How many pictures a piece has.
fn at_once(samples: usize) -> usize {
    samples.div_ceil(PIECES).max(1)
}

impl Conv2D {
    pub(super) fn convolve(&self, mut call: Forward<'_>) {
        let KernelAndBias { kernel, bias } = self.weights.as_deref().expect(BUILT);
        let window = self.window(call.inputs.shape(0)).expect(FITS);
        let product = Product::new(&window, kernel, self.groups);
        let at_once = at_once(call.inputs.samples());
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

    pub(super) fn convolve_back(&mut self, mut call: Backward<'_>) {
        let window = self.window(call.inputs.shape(0)).expect(FITS);
        let KernelAndBias { kernel, bias } = self.weights.as_deref().expect(BUILT);
        let product = Product::new(&window, kernel, self.groups);
        let samples = call.inputs.samples();
        let at_once = at_once(samples);
        let input = call.inputs.matrix(0);
        let upstream = call
            .upstream
            .as_slice_mut()
            .expect("gradients are contiguous");
        // Behind the values before the activation there is room for each piece's gradients of kernel and bias.
        let kept = match self.activation.needs_input() {
            true => upstream.len(),
            false => 0,
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
            with_room(product.room(), |room| {
                product.backward(part, activation, room)
            });
        });
        let KernelAndBias { kernel, bias } = self.weights.as_deref_mut().expect(BUILT);
        for own in of_weights.chunks(weights) {
            let (of_kernel, of_bias) = own.split_at(kernel.values.len());
            add_rows(of_kernel, &mut kernel.gradient);
            if let Some(bias) = bias {
                add_rows(of_bias, &mut bias.gradient);
            }
        }
    }
}
