//! The mean of each feature over all steps of a sequence, or of each channel over all pixels of a picture.

use super::{Backward, Forward, Mask};
use crate::compute::{share_if, vectorized};

/// From so many numbers on, threads are worth while.
const WORTH: usize = 1 << 16;
/// Into how many pieces a batch is cut at most.
const PIECES: usize = 8;

/// The mean over the steps that count.
pub(super) fn forward(mut call: Forward<'_>, mask: Option<&Mask>) {
    let features = call.output.ncols();
    let input = call.inputs.matrix(0);
    let sequences = input.as_slice().expect("inputs are contiguous");
    let output = call.output.as_slice_mut().expect("outputs are contiguous");
    let (size, at_once) = (input.ncols(), input.nrows().div_ceil(PIECES).max(1));
    let pieces = sequences
        .chunks(at_once * size)
        .zip(output.chunks_mut(at_once * features));
    share_if(
        sequences.len() >= WORTH,
        pieces.enumerate(),
        |(piece, (sequences, means))| {
            let samples = sequences
                .chunks_exact(size)
                .zip(means.chunks_exact_mut(features));
            for (nth, (sequence, mean)) in samples.enumerate() {
                means_of(sequence, counting(mask, piece * at_once + nth), mean);
            }
        },
    );
}

/// Of `n` steps that count each gets `dy / n`.
pub(super) fn backward(mut call: Backward<'_>, mask: Option<&Mask>) {
    let features = call.upstream.ncols();
    let Some(mut gradient) = call.gradients.matrix(0) else {
        return;
    };
    let (size, at_once) = (gradient.ncols(), gradient.nrows().div_ceil(PIECES).max(1));
    let upstream = call
        .upstream
        .as_slice_mut()
        .expect("gradients are contiguous");
    let gradient = gradient.as_slice_mut().expect("gradients are contiguous");
    let worthwhile = gradient.len() >= WORTH;
    let pieces = gradient
        .chunks_mut(at_once * size)
        .zip(upstream.chunks_mut(at_once * features));
    share_if(
        worthwhile,
        pieces.enumerate(),
        |(piece, (gradient, upstream))| {
            let samples = gradient
                .chunks_exact_mut(size)
                .zip(upstream.chunks_exact_mut(features));
            for (nth, (sequence, delta)) in samples.enumerate() {
                shared_out(delta, counting(mask, piece * at_once + nth), sequence);
            }
        },
    );
}

/// The steps of a sample that count; empty where all do.
fn counting(mask: Option<&Mask>, sample: usize) -> &[bool] {
    mask.map_or(&[], |mask| mask.sample(sample))
}

/// How many steps count.
#[inline(always)]
fn number(mask: &[bool], steps: usize) -> f32 {
    match mask {
        [] => steps as f32,
        mask => mask.iter().filter(|counts| **counts).count() as f32,
    }
}

vectorized! {
    fn means_of(sequence: &[f32], mask: &[bool], mean: &mut [f32]) {
        mean.fill(0.0);
        let features = mean.len();
        for (nth, step) in sequence.chunks_exact(features).enumerate() {
            if mask.get(nth).is_none_or(|counts| *counts) {
                for (sum, value) in mean.iter_mut().zip(step) {
                    *sum += value;
                }
            }
        }
        let count = number(mask, sequence.len() / features);
        for sum in mean {
            *sum /= count;
        }
    }
}

vectorized! {
    fn shared_out(delta: &mut [f32], mask: &[bool], gradient: &mut [f32]) {
        let count = number(mask, gradient.len() / delta.len());
        for delta in &mut *delta {
            *delta /= count;
        }
        for (nth, step) in gradient.chunks_exact_mut(delta.len()).enumerate() {
            if mask.get(nth).is_none_or(|counts| *counts) {
                for (sum, delta) in step.iter_mut().zip(&*delta) {
                    *sum += delta;
                }
            }
        }
    }
}
