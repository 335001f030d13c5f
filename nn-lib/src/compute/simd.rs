//! One body of code, compiled for several instruction sets and chosen when the program runs.
//!
//! The same build runs on every laptop, and on those with wide vector registers it is twice as fast. Fused
//! multiply-add stays off, and lanes are added up by halves if at all, so the numbers are the same bits on every processor.

use std::sync::atomic::{AtomicBool, Ordering};

static PORTABLE: AtomicBool = AtomicBool::new(false);

/// Keeps to the portable instructions, or (`false`) uses what the processor has; for comparing the two.
pub fn use_portable(portable: bool) {
    PORTABLE.store(portable, Ordering::Relaxed);
}

/// Whether the wide versions may run on this processor.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && !PORTABLE.load(Ordering::Relaxed)
}

/// Defines a function without a result whose body is compiled twice on x86-64: once as it is, and once with AVX2.
/// On other machines the portable version is all there is; on 64-bit ARM it uses NEON, which every such machine has.
macro_rules! vectorized {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::too_many_arguments)]
        $visibility fn $name($($argument: $type),*) {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn portable($($argument: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                #[allow(clippy::too_many_arguments)]
                fn wide($($argument: $type),*) {
                    portable($($argument),*)
                }
                if $crate::compute::has_avx2() {
                    // SAFETY: the processor has AVX2, the one thing that `wide` needs beyond what all of them have.
                    #[allow(unsafe_code)]
                    return unsafe { wide($($argument),*) };
                }
            }
            portable($($argument),*)
        }
    };
}
pub(crate) use vectorized;

/// Floats in rows of [`LANES`], the first one at the beginning of a cache line.
#[derive(Debug)]
pub(crate) struct Lanes {
    values: Vec<f32>,
    start: usize,
    rows: usize,
}

/// The floats of a cache line, and the length of the rows that the fast code works on.
pub(crate) const LANES: usize = 16;

/// One row.
pub(crate) type Lane = [f32; LANES];

impl Lanes {
    /// So many rows of zeros.
    pub(crate) fn zeros(rows: usize) -> Lanes {
        let values = vec![0.0f32; (rows + 1) * LANES];
        // `align_offset` may give up and answer with a huge number: then the rows are only slower.
        let start = values.as_ptr().align_offset(64);
        Lanes {
            start: if start <= LANES { start } else { 0 },
            values,
            rows,
        }
    }

    /// Makes room for at least so many rows; what they hold is lost where room had to be made.
    pub(crate) fn reserve(&mut self, rows: usize) {
        if self.rows < rows {
            *self = Lanes::zeros(rows);
        }
    }

    /// All numbers, one row after the other.
    pub(crate) fn flat(&self) -> &[f32] {
        &self.values[self.start..self.start + self.rows * LANES]
    }

    /// All numbers, for writing.
    pub(crate) fn flat_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..self.start + self.rows * LANES]
    }

    /// The rows.
    pub(crate) fn rows(&self) -> &[Lane] {
        self.flat().as_chunks().0
    }

    /// The rows, for writing.
    pub(crate) fn rows_mut(&mut self) -> &mut [Lane] {
        self.flat_mut().as_chunks_mut().0
    }
}

/// `left + right`, lane by lane.
#[inline(always)]
pub(crate) fn add(mut left: Lane, right: &Lane) -> Lane {
    for (left, right) in left.iter_mut().zip(right) {
        *left += right;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_at_cache_lines_and_hold_their_own_numbers() {
        let mut lanes = Lanes::zeros(3);
        lanes.rows_mut()[2][15] = 7.0;
        assert_eq!(lanes.rows().len(), 3);
        assert_eq!(lanes.flat()[47], 7.0);
        assert_eq!(lanes.rows().as_ptr() as usize % 64, 0);
    }
}
