//! Data of one's own: what a student has in variables becomes a tensor, labels, features, a chart.

#![allow(
    clippy::needless_borrows_for_generic_args,
    reason = "a student lends what a function could take as well"
)]

mod says;

use nn_lib::prelude::*;
use says::says;

fn quiet() -> Fit {
    Fit {
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

fn line() -> Sequential {
    let mut model = Sequential::with_seed(1);
    model.add(Dense::new(1).kernel_initializer("ones").input_shape(2));
    model.compile("sgd", "mse", ["mae"]).unwrap();
    model
}

#[test]
fn prices_and_labels_as_one_types_them_become_tensors() {
    // Each in a cell of its own: the literals are f64 and i32 then.
    let prices = vec![210.0, 340.5];
    let labels = vec![0, 1, 1];
    assert_eq!(Tensor::from(prices).to_vec(), [210.0, 340.5]);
    assert_eq!(Tensor::from(labels).to_vec(), [0.0, 1.0, 1.0]);
    let spam: Vec<bool> = [3, 9].iter().map(|words| *words > 5).collect();
    assert_eq!(Tensor::from(&spam).to_vec(), [0.0, 1.0]);
}

#[test]
fn every_kind_of_number_becomes_a_tensor_by_value_lent_and_in_part() {
    macro_rules! check {
        ($($kind:ty),*) => {$(
            let list: Vec<$kind> = vec![2 as $kind, 1 as $kind, 0 as $kind];
            let expected = Tensor::new(3, vec![2.0, 1.0, 0.0]).unwrap();
            assert_eq!(Tensor::from(&list), expected);
            assert_eq!(Tensor::from(list.as_slice()), expected);
            assert_eq!(Tensor::from([list[0], list[1], list[2]]), expected);
            assert_eq!(Tensor::from(&[list[0], list[1], list[2]]), expected);
            assert_eq!(Tensor::from(&list[..2]), expected.rows(..2));
            assert_eq!(Tensor::from(list[0]), Tensor::from(2.0));
            assert_eq!(list.iter().collect::<Tensor>(), expected);
            assert_eq!(Tensor::from(list), expected);
        )*};
    }
    check!(f32, f64, u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);
    assert_eq!(Tensor::from(-1i8).to_vec(), [-1.0]);
}

#[test]
fn rows_of_a_fixed_length_become_a_matrix() {
    let expected = Tensor::new([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    let rows: Vec<[f64; 3]> = vec![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_eq!(Tensor::from(&rows), expected);
    assert_eq!(Tensor::from(&rows[..1]), expected.rows(..1));
    assert_eq!(Tensor::from([[1, 2, 3], [4, 5, 6]]), expected);
    assert_eq!(Tensor::from(&[[1u8, 2, 3], [4, 5, 6]]), expected);
    let blocks = vec![[[1, 2, 3], [4, 5, 6]]; 2];
    assert_eq!(Tensor::from(blocks).shape(), [2, 2, 3]);
    let made: Tensor = (0..2).map(|row| [1, 2, 3].map(|x| x + 3 * row)).collect();
    assert_eq!(made, expected);
    // Without a row the columns are known all the same.
    assert_eq!(Tensor::from(Vec::<[f32; 3]>::new()).shape(), [0, 3]);
    assert_eq!(Tensor::from([[0.0; 3]; 0]).shape(), [0, 3]);
}

#[test]
fn ranges_and_arrays_of_ndarray_become_tensors() {
    assert_eq!(Tensor::from(1..4).to_vec(), [1.0, 2.0, 3.0]);
    assert_eq!(Tensor::from(-1i64..=1).to_vec(), [-1.0, 0.0, 1.0]);
    let doubles = ndarray::arr2(&[[1.5, 2.5], [3.5, 4.5], [5.5, 6.5]]);
    let tensor = Tensor::from(&doubles);
    assert_eq!((tensor.shape(), tensor[[2, 1]]), (&[3, 2][..], 6.5));
    // Views, other orders of memory, unknown numbers of axes, integers.
    assert_eq!(Tensor::from(doubles.t()), tensor.t());
    assert_eq!(Tensor::from(doubles.row(1)).to_vec(), [3.5, 4.5]);
    assert_eq!(Tensor::from(doubles.into_dyn()), tensor);
    let labels = ndarray::Array1::from(vec![3i64, 0]);
    assert_eq!(Tensor::from(labels).to_vec(), [3.0, 0.0]);
}

#[test]
fn rows_that_are_vectors_become_a_matrix() {
    let rows: Vec<Vec<f32>> = vec![vec![50.5, 2.0], vec![80.0, 3.0]];
    let expected = Tensor::from([[50.5, 2.0], [80.0, 3.0]]);
    assert_eq!(Tensor::from_rows(&rows).unwrap(), expected);
    assert_eq!(Tensor::from_rows(&rows[1..]).unwrap(), expected.rows(1..));
    assert_eq!(
        Tensor::from_rows([vec![50.5, 2.0], vec![80.0, 3.0]]).unwrap(),
        expected
    );
    let slices: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    assert_eq!(Tensor::from_rows(&slices).unwrap(), expected);
    let arrays: Vec<ndarray::Array1<f32>> = rows.iter().cloned().map(Into::into).collect();
    assert_eq!(Tensor::from_rows(&arrays).unwrap(), expected);
    assert_eq!(Tensor::from_rows(rows).unwrap(), expected);
    let images = vec![vec![vec![0u8; 4]; 3]; 2];
    assert_eq!(Tensor::from_rows(&images).unwrap().shape(), [2, 3, 4]);
    assert_eq!(
        Tensor::from_rows(&Vec::<Vec<f32>>::new()).unwrap().shape(),
        [0]
    );
}

#[test]
fn rows_of_different_lengths_are_an_error_that_names_the_row() {
    let ragged = vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0]];
    says(
        Tensor::from_rows(&ragged),
        &[
            "rows of one length, 2 numbers",
            "received 1 in row 2",
            "hint",
        ],
    );
    says(
        Tensor::from_rows(vec![vec![], vec![1]]),
        &["0 numbers", "received 1 in row 1"],
    );
    let images = vec![vec![vec![1, 2]; 2], vec![vec![1, 2], vec![3]]];
    says(
        Tensor::from_rows(&images),
        &["2 items", "received 1 in row 1"],
    );
    says(line().predict(&ragged), &["rows of one length", "row 2"]);
}

#[test]
fn a_model_learns_from_rows_and_labels_as_they_are() {
    let houses = vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 1.0]];
    let prices = vec![1, 1, 2];
    let mut model = line();
    let history = model.fit(&houses, &prices, quiet()).unwrap();
    assert_eq!(history["loss"].len(), 1);
    let same = |model: &Sequential| {
        let tensor = Tensor::from_rows(&houses).unwrap();
        assert_eq!(
            model.predict(&tensor).unwrap(),
            model.predict(&houses).unwrap()
        );
    };
    same(&model);
    let results = model.evaluate(&houses, &prices).unwrap();
    let by_tensors = model.evaluate(&Tensor::from_rows(&houses).unwrap(), &Tensor::from(&prices));
    assert_eq!(results, by_tensors.unwrap());
    assert_eq!(model.predict(&[[1.0, 2.0]]).unwrap().shape(), [1, 1]);
    assert_eq!(model.predict(&houses[..2]).unwrap().shape(), [2, 1]);
    assert_eq!(
        model
            .predict(&ndarray::Array2::<f64>::ones((4, 2)))
            .unwrap()
            .shape(),
        [4, 1]
    );
    model.train_on_batch(&houses, &[1u8, 1, 2]).unwrap();
    // A list of tensors is one for each input, as before.
    let x = Tensor::from_rows(&houses).unwrap();
    says(model.predict([&x, &x]), &["expects 1 input, received 2"]);
    says(
        model.predict(&vec![x.clone(), x]),
        &["expects 1 input, received 2"],
    );
}

#[test]
fn labels_of_any_kind_become_one_hot() {
    let expected = Tensor::from([[1.0, 0.0], [0.0, 1.0]]);
    let indices: Vec<usize> = vec![0, 1];
    assert_eq!(to_categorical(&indices, 2).unwrap(), expected);
    assert_eq!(to_categorical(indices, 2).unwrap(), expected);
    assert_eq!(to_categorical([0u8, 1], 2).unwrap(), expected);
    assert_eq!(to_categorical(&[0i64, 1], 2).unwrap(), expected);
    assert_eq!(to_categorical(&vec![0.0, 1.0], 2).unwrap(), expected);
    assert_eq!(to_categorical(&[false, true], 2).unwrap(), expected);
    assert_eq!(to_categorical(0..2, 2).unwrap(), expected);
    assert_eq!(to_categorical(&Tensor::from([0, 1]), 2).unwrap(), expected);
    let labels = nn_lib::datasets::Labels::from(vec![0, 1]);
    assert_eq!(to_categorical(&labels, 2).unwrap(), expected);
    assert_eq!(Tensor::from(&labels), Tensor::from([0, 1]));
    says(
        to_categorical(&[0, -1], 2),
        &["below 2", "-1 in row 1", "count from 0"],
    );
    says(
        to_categorical(&[0.5], 2),
        &["whole numbers", "0.5 in row 0"],
    );
    says(to_categorical(&[f64::NAN], 2), &["NaN in row 0"]);
}

#[test]
fn texts_as_numbers_of_any_kind_become_multi_hot_rows() {
    let expected = vectorize_sequences(&[vec![3u32, 1], vec![0]], 4).unwrap();
    assert!(expected.is_multi_hot());
    let reviews = vec![vec![3, 1], vec![0]];
    assert_eq!(vectorize_sequences(&reviews, 4).unwrap(), expected);
    assert_eq!(vectorize_sequences(&reviews[..], 4).unwrap(), expected);
    assert_eq!(
        vectorize_sequences(vec![vec![3usize, 1], vec![0]], 4).unwrap(),
        expected
    );
    assert_eq!(
        vectorize_sequences([&[3u8, 1][..], &[0]], 4).unwrap(),
        expected
    );
    let stored = nn_lib::datasets::Sequences::from(vec![vec![3, 1], vec![0]]);
    assert_eq!(vectorize_sequences(&stored, 4).unwrap(), expected);
    assert_eq!(
        vectorize_sequences(&stored[1..], 4).unwrap(),
        expected.rows(1..)
    );
    says(
        vectorize_sequences(&[vec![1], vec![2, -7]], 4),
        &["-7 in sequence 1"],
    );
    says(
        vectorize_sequences(&[vec![1i64 << 40]], 4),
        &["1099511627776 in sequence 0"],
    );
}

#[test]
fn charts_take_tensors_too() {
    let predictions = Tensor::from([[0.25], [0.75]]);
    let figure = Figure::new("predictions").line(1..=2, &predictions, "p");
    assert!(figure.svg().is_ok());
    let table = Tensor::from([[1, 2], [3, 4]]);
    assert!(
        Figure::new("table")
            .heat_map(&table, ["a", "b"], ["c", "d"])
            .svg()
            .is_ok()
    );
}

#[test]
fn two_figures_stand_side_by_side() {
    let a = Figure::new("a").line([1, 2], [3.0, 4.0], "a");
    let b = Figure::new("b").points(&[1, 2], &[true, false], "b");
    assert!(Panels::new([a.clone(), b.clone()]).svg().is_ok());
    assert!(Panels::new(vec![a, b]).svg().is_ok());
    let empty = Panels::new([Figure::new("a"), Figure::new("b")]).svg();
    says(empty, &["something to draw", ".line(..)"]);
}
