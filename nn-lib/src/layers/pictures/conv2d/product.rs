//! The convolution as products of matrices: the patches of some rows of places by the kernel, and the way back.

use std::ops::Range;

use ndarray::{ArrayView2, s};

use super::patches::{Channels, fold, unfold};
use crate::activations::Activation;
use crate::compute::matmul::{self, matrix, matrix_mut};
use crate::compute::{add_rows, fill_rows};
use crate::layers::Variable;
use crate::layers::pictures::window::Window;

/// So many numbers of patches are written out at once: they stay in a core's second-level cache.
const ROOM: usize = 1 << 15;

/// From so many multiplications on, threads are worth while.
const WORTH: usize = 1 << 18;

/// The kernel over the pictures of one size.
pub(super) struct Product<'a> {
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

/// The pictures of a piece on their way forward.
pub(super) struct ForwardPart<'a> {
    pub(super) pictures: &'a [f32],
    pub(super) output: &'a mut [f32],
    /// The values before the activation, where the way back needs them.
    pub(super) sums: Option<&'a mut [f32]>,
}

/// The pictures of a piece on their way back.
pub(super) struct BackwardPart<'a> {
    pub(super) pictures: &'a [f32],
    pub(super) output: &'a [f32],
    pub(super) sums: &'a [f32],
    pub(super) upstream: &'a mut [f32],
    pub(super) gradient: Option<&'a mut [f32]>,
    /// This piece's share of the gradients of kernel and bias.
    pub(super) of_weights: &'a mut [f32],
}

impl<'a> Product<'a> {
    pub(super) fn new(window: &'a Window, kernel: &'a Variable, groups: usize) -> Product<'a> {
        let kernel = kernel.matrix();
        let (size, line) = (kernel.nrows(), window.columns.len());
        Product {
            window,
            groups,
            size,
            line,
            filters: kernel.ncols(),
            kernel,
            lines_at_once: (ROOM / (line * size).max(1)).clamp(1, window.rows.len()),
        }
    }

    pub(super) fn input_size(&self) -> usize {
        self.window.input_size()
    }

    pub(super) fn output_size(&self) -> usize {
        self.window.rows.len() * self.line * self.filters
    }

    pub(super) fn is_worth_threads(&self, samples: usize) -> bool {
        samples * self.output_size() * self.size >= WORTH
    }

    /// The room that patches need.
    pub(super) fn room(&self) -> usize {
        self.lines_at_once * self.line * self.size
    }

    /// The rows of places, as many at once as there is room for.
    fn blocks(&self) -> impl Iterator<Item = Range<usize>> {
        let (all, at_once) = (self.window.rows.len(), self.lines_at_once);
        (0..all)
            .step_by(at_once)
            .map(move |first| first..(first + at_once).min(all))
    }

    /// Where the output of some rows of places is, in that of a piece.
    fn place(&self, picture: usize, lines: &Range<usize>) -> Range<usize> {
        let (start, line) = (picture * self.output_size(), self.line * self.filters);
        start + lines.start * line..start + lines.end * line
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
        let rows = self.window.rows[lines.clone()].iter();
        for (row, patches) in rows.zip(patches.chunks_exact_mut(self.line * self.size)) {
            unfold(self.window, row, self.channels(group), picture, patches);
        }
    }

    /// Adds what some rows of patches say to the pixels that they came from.
    fn fold(&self, lines: &Range<usize>, group: usize, patches: &[f32], picture: &mut [f32]) {
        let rows = self.window.rows[lines.clone()].iter();
        for (row, patches) in rows.zip(patches.chunks_exact(self.line * self.size)) {
            fold(self.window, row, self.channels(group), patches, picture);
        }
    }

    pub(super) fn forward(
        &self,
        mut part: ForwardPart<'_>,
        bias: Option<&[f32]>,
        activation: Activation,
        room: &mut [f32],
    ) {
        let all = part.pictures.chunks_exact(self.input_size());
        for (nth, picture) in all.enumerate() {
            for lines in self.blocks() {
                let place = self.place(nth, &lines);
                let output = &mut part.output[place.clone()];
                // The product is added to the bias.
                match bias {
                    Some(bias) => fill_rows(output, bias),
                    None => output.fill(0.0),
                }
                self.multiply(&lines, picture, output, room);
                if let Some(sums) = &mut part.sums {
                    sums[place].copy_from_slice(output);
                }
                let rows = lines.len() * self.line;
                activation.forward(matrix_mut(rows, self.filters, output));
            }
        }
    }

    /// `output += patches · kernel` of some rows of places.
    fn multiply(
        &self,
        lines: &Range<usize>,
        picture: &[f32],
        output: &mut [f32],
        room: &mut [f32],
    ) {
        let rows = lines.len() * self.line;
        let mut output = matrix_mut(rows, self.filters, output);
        let patches = &mut room[..rows * self.size];
        for group in 0..self.groups {
            self.unfold(lines, group, picture, patches);
            let filters = s![.., self.filters(group)];
            matmul::multiply_add_alone(
                matrix(rows, self.size, patches),
                self.kernel.slice(filters),
                output.slice_mut(filters),
            );
        }
    }

    // With z = patches·K + b and y = activation(z):  dz = dy ∘ activation'(z),  dK = patchesᵀ·dz,  db = Σ dz, and what
    // dz·Kᵀ says of the patches is added to the pixels that they came from.
    pub(super) fn backward(
        &self,
        mut part: BackwardPart<'_>,
        activation: Option<Activation>,
        room: &mut [f32],
    ) {
        let (of_kernel, of_bias) = part.of_weights.split_at_mut(self.kernel.len());
        let all = part.pictures.chunks_exact(self.input_size());
        for (nth, picture) in all.enumerate() {
            for lines in self.blocks() {
                let place = self.place(nth, &lines);
                let rows = lines.len() * self.line;
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
                self.add_to_kernel(&lines, picture, upstream, of_kernel, room);
                if let Some(gradient) = &mut part.gradient {
                    let size = self.input_size();
                    let picture = &mut gradient[nth * size..(nth + 1) * size];
                    self.add_to_picture(&lines, upstream, picture, room);
                }
            }
        }
    }

    /// `dK += patchesᵀ · dz` of some rows of places.
    fn add_to_kernel(
        &self,
        lines: &Range<usize>,
        picture: &[f32],
        upstream: ArrayView2<'_, f32>,
        of_kernel: &mut [f32],
        room: &mut [f32],
    ) {
        let rows = upstream.nrows();
        let mut of_kernel = matrix_mut(self.size, self.filters, of_kernel);
        let patches = &mut room[..rows * self.size];
        for group in 0..self.groups {
            self.unfold(lines, group, picture, patches);
            let filters = s![.., self.filters(group)];
            matmul::multiply_add_alone(
                matrix(rows, self.size, patches).reversed_axes(),
                upstream.slice(filters),
                of_kernel.slice_mut(filters),
            );
        }
    }

    /// `dx += dz · Kᵀ` of some rows of places.
    fn add_to_picture(
        &self,
        lines: &Range<usize>,
        upstream: ArrayView2<'_, f32>,
        picture: &mut [f32],
        room: &mut [f32],
    ) {
        let rows = upstream.nrows();
        let deltas = &mut room[..rows * self.size];
        for group in 0..self.groups {
            let filters = s![.., self.filters(group)];
            let kernel = self.kernel.slice(filters).reversed_axes();
            let upstream = upstream.slice(filters);
            matmul::multiply_alone(upstream, kernel, matrix_mut(rows, self.size, deltas));
            self.fold(lines, group, deltas, picture);
        }
    }
}
