//! Tensors do what NumPy's arrays do; expected numbers are computed by hand.

use nn_lib::prelude::*;

fn table() -> Tensor {
    Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
}

#[test]
fn shapes_are_stretched_to_each_other_as_in_numpy() {
    let row = Tensor::from([10.0, 20.0, 30.0]);
    assert_eq!(
        (table() + &row).unwrap(),
        Tensor::from([[11.0, 22.0, 33.0], [14.0, 25.0, 36.0]])
    );
    let column = Tensor::from([[10.0], [20.0]]);
    assert_eq!(
        (&column - &row).unwrap(),
        Tensor::from([[0.0, -10.0, -20.0], [10.0, 0.0, -10.0]])
    );
    let doubled = (table() * Tensor::from(2.0)).unwrap();
    assert_eq!(doubled, (table() + table()).unwrap());
}

#[test]
fn numbers_and_tensors_mix_on_both_sides() {
    assert_eq!(1.0 - &Tensor::from([0.25, 1.0]), Tensor::from([0.75, 0.0]));
    assert_eq!(
        -(Tensor::from([2.0, 4.0]) / 2.0),
        Tensor::from([-1.0, -2.0])
    );
    assert_eq!(2.0 / Tensor::from([4.0]), Tensor::from([0.5]));
}

#[test]
fn products_have_the_shapes_of_numpy() {
    let (matrix, vector) = (table(), Tensor::from([1.0, 0.0, -1.0]));
    assert_eq!(matrix.dot(&vector).unwrap(), Tensor::from([-2.0, -2.0]));
    assert_eq!(vector.dot(&vector).unwrap(), Tensor::from(2.0));
    assert_eq!(
        Tensor::from([1.0, 1.0]).dot(&matrix).unwrap(),
        Tensor::from([5.0, 7.0, 9.0])
    );
    assert_eq!(
        matrix.dot(&matrix.t()).unwrap(),
        Tensor::from([[14.0, 32.0], [32.0, 77.0]])
    );
}

#[test]
fn reductions_work_on_everything_and_along_an_axis() {
    let x = table();
    assert_eq!(
        (x.sum(), x.mean(), x.max(), x.min(), x.argmax()),
        (21.0, 3.5, 6.0, 1.0, 5)
    );
    assert_eq!(x.mean_axis(0).unwrap(), Tensor::from([2.5, 3.5, 4.5]));
    assert_eq!(x.mean_axis(1).unwrap(), Tensor::from([2.0, 5.0]));
    assert_eq!(x.std_axis(0).unwrap(), Tensor::from([1.5, 1.5, 1.5]));
    assert_eq!(x.min_axis(1).unwrap(), Tensor::from([1.0, 4.0]));
    assert_eq!(x.argmax_axis(1).unwrap(), Tensor::from([2.0, 2.0]));
    let blocks = Tensor::from([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]);
    assert_eq!(
        blocks.sum_axis(1).unwrap(),
        Tensor::from([[4.0, 6.0], [12.0, 14.0]])
    );
    // 1e8 + 1 in single precision would lose the one, sums are in double.
    assert_eq!(Tensor::from([1e8, 1.0, -1e8]).sum(), 1.0);
}

#[test]
fn nan_is_not_hidden_by_extremes_and_nothing_has_none() {
    let x = Tensor::from([1.0, f32::NAN, 3.0]);
    assert!(x.max().is_nan() && x.min().is_nan());
    let empty = Tensor::zeros([0, 3]);
    assert!(empty.max().is_nan() && empty.mean().is_nan());
    assert_eq!(empty.sum(), 0.0);
    assert_eq!(empty.sum_axis(0).unwrap(), Tensor::zeros(3));
}

#[test]
fn writing_to_a_tensor_leaves_those_that_shared_its_storage_alone() {
    let mut x = table();
    let (copy, view) = (x.clone(), x.rows(1..));
    x[[1, 2]] = 60.0;
    assert_eq!(x[[1, 2]], 60.0);
    assert_eq!((copy[[1, 2]], view[[0, 2]]), (6.0, 6.0));
    let mut view = copy.rows(1..);
    view[[0, 0]] = 40.0;
    assert_eq!((copy[[1, 0]], view[[0, 0]]), (4.0, 40.0));
}

#[test]
fn listing_3_2_by_hand_gives_what_vectorize_sequences_gives() {
    let sequences = [vec![1u32, 3], vec![0, 3, 3]];
    let mut results = Tensor::zeros([2, 4]);
    for (i, sequence) in sequences.iter().enumerate() {
        for &j in sequence {
            results[[i, j as usize]] = 1.0;
        }
    }
    let mut x = vectorize_sequences(&sequences, 4).unwrap();
    assert_eq!(x, results);
    assert_eq!(
        (x[[0, 1]], x[[0, 2]], x.get([1, 3]), x.get([2, 0])),
        (1.0, 0.0, Some(1.0), None)
    );
    // Writing makes numbers of the multi-hot rows.
    x[[0, 0]] = 0.5;
    assert!(!x.is_multi_hot() && x[[0, 0]] == 0.5 && x[[0, 1]] == 1.0);
}

#[test]
fn ranges_stop_at_the_end_and_may_be_empty() {
    let x = table();
    assert_eq!(x.rows(..).shape(), [2, 3]);
    assert_eq!(x.rows(..=0).shape(), [1, 3]);
    assert_eq!(x.rows(5..9).shape(), [0, 3]);
    let (start, end) = (2, 1);
    assert_eq!(x.rows(start..end).shape(), [0, 3]);
    assert_eq!(x.row(1).unwrap(), Tensor::from([4.0, 5.0, 6.0]));
    assert_eq!(
        x.reshape([3, 2]).unwrap().rows(1..2),
        Tensor::from([[3.0, 4.0]])
    );
}

#[test]
fn tensors_are_made_of_everything_at_hand() {
    let labels: &[u32] = &[1, 0];
    let one = Tensor::from([1.0, 0.0]);
    assert_eq!(Tensor::from(labels), one);
    assert_eq!(Tensor::from([1u32, 0]), one);
    assert_eq!(Tensor::from(vec![1.0, 0.0]), one);
    assert_eq!(Tensor::from(&[1.0, 0.0][..]), one);
    let array = ndarray::Array2::from_shape_fn((2, 3), |(i, j)| (3 * i + j + 1) as f32);
    assert_eq!(Tensor::from(array.clone()), table());
    // A transposed array is not in the order of its memory.
    assert_eq!(Tensor::from(array.reversed_axes()), table().t());
    assert_eq!(table().view().unwrap()[[1, 0]], 4.0);
}

#[test]
fn folds_take_every_sample_once_for_validation() {
    let x = Tensor::from([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]);
    let folds = k_fold(&x, &x, 3).unwrap();
    let lengths: Vec<usize> = folds.iter().map(|fold| fold.x_val.len()).collect();
    assert_eq!(lengths, [3, 2, 2]);
    for fold in &folds {
        let mut all = [fold.x_val.to_vec(), fold.x_train.to_vec()].concat();
        all.sort_by(f32::total_cmp);
        assert_eq!(all, x.to_vec());
        assert_eq!(fold.y_train, fold.x_train);
    }
    let rows = vectorize_sequences(&[vec![0], vec![1], vec![2]], 3).unwrap();
    let folds = k_fold(&rows, &Tensor::zeros(3), 3).unwrap();
    assert!(folds[1].x_train.is_multi_hot());
    assert_eq!(
        folds[1].x_train,
        Tensor::from([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    );
}

#[test]
fn normalized_features_have_mean_zero_and_deviation_one() {
    let train = Tensor::from([[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]]);
    let (train, test) = normalize(&train, &Tensor::from([[3.0, 8.0]])).unwrap();
    assert!(
        train
            .mean_axis(0)
            .unwrap()
            .to_vec()
            .iter()
            .all(|mean| mean.abs() < 1e-6)
    );
    assert!((train.std_axis(0).unwrap()[[0]] - 1.0).abs() < 1e-6);
    // A feature that never changes is centred and otherwise left alone.
    assert_eq!(test, Tensor::from([[0.0, 1.0]]));
}
