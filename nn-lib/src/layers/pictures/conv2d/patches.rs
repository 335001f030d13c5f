//! What a window sees at each of its places, written out: a convolution becomes a product of matrices.

use std::cell::RefCell;

use crate::compute::vectorized;
use crate::layers::pictures::window::{Place, Window};

/// The channels of a picture that a group of filters reads.
#[derive(Clone, Copy)]
pub(super) struct Channels {
    pub(super) first: usize,
    pub(super) count: usize,
}

/// One row of places: the row of the output, and the picture.
struct Run {
    /// Where it begins in the picture and in the patch.
    picture: usize,
    patch: usize,
}

/// Where the pieces that lie side by side both in the picture and in the patch begin, and how long they are.
#[inline(always)]
fn for_each_run(
    window: &Window,
    row: &Place,
    column: &Place,
    channels: Channels,
    mut visit: impl FnMut(Run, usize),
) {
    let whole = window.dilation.width == 1 && channels.count == window.channels;
    let (runs, length) = match whole {
        true => (1, column.count * channels.count),
        false => (column.count, channels.count),
    };
    for y in 0..row.count {
        let line = (row.start + y * window.dilation.height) * window.input.width;
        let patch_line = (row.first + y) * window.size.width + column.first;
        for x in 0..runs {
            let pixel = line + column.start + x * window.dilation.width;
            let run = Run {
                picture: pixel * window.channels + channels.first,
                patch: (patch_line + x) * channels.count,
            };
            visit(run, length);
        }
    }
}

vectorized! {
    /// Writes what the window sees along one row of its places, a row of the matrix for each: (columns, height · width ·
    /// channels of the window). What lies outside of the picture is zero.
    pub(super) fn unfold(window: &Window, row: &Place, channels: Channels, picture: &[f32], patches: &mut [f32]) {
        let size = window.size.height * window.size.width * channels.count;
        for (column, patch) in window.columns.iter().zip(patches.chunks_exact_mut(size)) {
            if row.count < window.size.height || column.count < window.size.width {
                patch.fill(0.0);
            }
            for_each_run(window, row, column, channels, |run, length| {
                let (from, to) = (&picture[run.picture..], &mut patch[run.patch..]);
                match length {
                    3 => to[..3].copy_from_slice(&from[..3]), // a row of a grey picture under the usual window
                    length => to[..length].copy_from_slice(&from[..length]),
                }
            });
        }
    }
}

vectorized! {
    /// The way back of [`unfold`]: adds each number of the patches to the pixel that it came from.
    pub(super) fn fold(window: &Window, row: &Place, channels: Channels, patches: &[f32], picture: &mut [f32]) {
        let size = window.size.height * window.size.width * channels.count;
        for (column, patch) in window.columns.iter().zip(patches.chunks_exact(size)) {
            for_each_run(window, row, column, channels, |run, length| {
                let (to, from) = (&mut picture[run.picture..][..length], &patch[run.patch..][..length]);
                for (sum, number) in to.iter_mut().zip(from) {
                    *sum += number;
                }
            });
        }
    }
}

/// Lends room for so many numbers, which hold anything. Each thread keeps its own, so it stays in the processor's cache.
pub(super) fn with_room(count: usize, work: impl FnOnce(&mut [f32])) {
    thread_local! {
        static ROOM: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    }
    ROOM.with_borrow_mut(|room| {
        if room.len() < count {
            *room = vec![0.0; count];
        }
        work(&mut room[..count]);
    });
}
