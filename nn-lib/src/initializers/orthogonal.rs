//! Matrices whose rows or columns stand at right angles.

use crate::random::Rng;

/// Normally distributed vectors, each made orthogonal to those before it and of length 1 (Gram and Schmidt). It is the `Q` of the
/// decomposition `QR` with a positive diagonal, as in Keras.
pub(super) fn fill(shape: &[usize], rng: &mut Rng, out: &mut [f32]) {
    let columns = shape.last().copied().unwrap_or(1).max(1);
    let rows = out.len() / columns;
    let (count, length) = (rows.min(columns), rows.max(columns));
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    while vectors.len() < count {
        let mut vector: Vec<f64> = (0..length).map(|_| f64::from(rng.normal())).collect();
        // Twice: what rounding leaves of the others is gone then.
        for _ in 0..2 {
            for other in &vectors {
                let along = dot(&vector, other);
                vector
                    .iter_mut()
                    .zip(other)
                    .for_each(|(own, other)| *own -= along * other);
            }
        }
        let size = dot(&vector, &vector).sqrt();
        if size > 1e-6 {
            vector.iter_mut().for_each(|own| *own /= size);
            vectors.push(vector);
        }
    }
    for (place, value) in out.iter_mut().enumerate() {
        let (row, column) = (place / columns, place % columns);
        let (vector, nth) = if rows < columns {
            (row, column)
        } else {
            (column, row)
        };
        *value = vectors[vector][nth] as f32;
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use crate::initializers::Initializer::Orthogonal;

    #[test]
    fn the_shorter_side_is_orthonormal() {
        for [rows, columns] in [[4, 12], [12, 4], [5, 5], [1, 3]] {
            let values = Orthogonal.sample(&[rows, columns], 3);
            let at = |vector: usize, nth: usize| match rows < columns {
                true => values[vector * columns + nth],
                false => values[nth * columns + vector],
            };
            for one in 0..rows.min(columns) {
                for other in 0..rows.min(columns) {
                    let product: f32 = (0..rows.max(columns))
                        .map(|nth| at(one, nth) * at(other, nth))
                        .sum();
                    let expected = f32::from(u8::from(one == other));
                    assert!(
                        (product - expected).abs() < 1e-6,
                        "{rows} by {columns}: {product}"
                    );
                }
            }
        }
    }
}
