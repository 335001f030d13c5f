//! Rows of sixteen floats, the length of a cache line.

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
