//! A tensor is a rectangular block of numbers, and everything a network reads or says is one.
//!
//! Run it with `cargo run -p nn-lib --example 01_tensor`.

use nn_lib::prelude::*;

pub(crate) fn main() -> nn_lib::Result<()> {
    // Three samples with two features each. The first axis always counts the samples.
    let x = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    println!("{x}");
    assert_eq!(x.shape(), [3, 2]);
    assert_eq!(x[[2, 0]], 5.0);

    // A window on some of the rows copies nothing; this is how a validation set is set apart.
    let last_two = x.rows(1..);
    assert_eq!(last_two, Tensor::from([[3.0, 4.0], [5.0, 6.0]]));

    // Arithmetic goes element by element. With a number it always works.
    assert_eq!((&x * 10.0).row(0)?.to_vec(), [10.0, 20.0]);

    // Two tensors must fit each other, so the result has to be asked for with `?`.
    // A single row is stretched over all rows: here the mean of each feature is taken away.
    let mean = x.mean_axis(0)?;
    assert_eq!(mean.to_vec(), [3.0, 4.0]);
    let centered = (&x - &mean)?;
    assert_eq!(
        centered,
        Tensor::from([[-2.0, -2.0], [0.0, 0.0], [2.0, 2.0]])
    );

    // Shapes that do not fit are an error with a message, not a crash.
    let mistake = &x + &Tensor::from([1.0, 2.0, 3.0]);
    println!(
        "{}",
        mistake.expect_err("three numbers do not fit two columns")
    );

    // The product of matrices: 1·1 + 2·10 = 21, and so on for each row.
    let weights = Tensor::from([1.0, 10.0]);
    assert_eq!(x.dot(&weights)?.to_vec(), [21.0, 43.0, 65.0]);

    // Texts as lists of word numbers become rows of zeros and ones.
    let texts = [vec![5, 7], vec![0]]; // "princess king", "man"
    let rows = vectorize_sequences(&texts, 9)?;
    assert_eq!(
        rows.row(0)?.to_vec(),
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    );
    assert_eq!(rows.sum(), 3.0); // three words in all

    // Classes become one-hot rows, and the place of the largest number leads back to the class.
    let classes = to_categorical([2, 0], 3)?;
    assert_eq!(classes, Tensor::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]));
    assert_eq!(classes.argmax_axis(1)?.to_vec(), [2.0, 0.0]);
    Ok(())
}
