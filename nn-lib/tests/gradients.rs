//! Every layer passes a finite-difference check: its gradients are those of its formula.
//!
//! With SGD and a learning rate of 1 a step changes every weight by its gradient, so the check works from outside: the
//! change of a weight is compared with the slope of the loss, `(loss(w + h) - loss(w - h)) / 2h`. Gradients with respect
//! to inputs are seen in the weights of the layers before.

use nn_lib::prelude::*;
use numbers::numbers;
use slopes::check_gradients as check;

mod numbers;
mod slopes;

fn check_stack(layers: impl FnOnce(&mut Sequential)) {
    let mut model = Sequential::with_seed(3);
    model.add(
        Dense::new(4)
            .activation(Activation::Tanh)
            .bias_initializer(some())
            .input_shape(3),
    );
    layers(&mut model);
    model.add(Dense::new(2).bias_initializer(some()));
    check(
        &mut model,
        vec![Loss::MeanSquaredError],
        &[numbers([5, 3], 1)],
        &[numbers([5, 2], 2)],
    );
}

fn some() -> Initializer {
    Initializer::RandomUniform {
        min: -0.5,
        max: 0.5,
    }
}

#[test]
fn dense_with_every_activation_passes() {
    for activation in Activation::ALL.iter().copied() {
        check_stack(|model| {
            model.add(
                Dense::new(3)
                    .activation(activation)
                    .bias_initializer(some()),
            )
        });
        check_stack(|model| model.add(Dense::new(3).activation(activation).use_bias(false)));
    }
}

#[test]
fn an_activation_of_its_own_passes() {
    for activation in Activation::ALL.iter().copied() {
        check_stack(|model| model.add(ActivationLayer::new(activation)));
    }
}

#[test]
fn dropout_passes_with_its_mask() {
    check_stack(|model| model.add(Dropout::new(0.4)));
    check_stack(|model| model.add(Dropout::new(0.0)));
}

#[test]
fn penalties_on_weights_pass() {
    check_stack(|model| {
        model.add(
            Dense::new(3)
                .kernel_regularizer(Regularizer::L1L2 { l1: 0.01, l2: 0.02 })
                .bias_initializer(some())
                .bias_regularizer(Regularizer::L2(0.1)),
        );
    });
}

#[test]
fn dense_on_more_axes_and_flatten_pass() {
    let mut model = Sequential::with_seed(3);
    model.add(
        Dense::new(3)
            .activation(Activation::Tanh)
            .input_shape([2, 4]),
    );
    model.add(Dense::new(2).activation(Activation::Softmax));
    model.add(Flatten::new());
    model.add(Dense::new(2));
    let x = numbers([5, 8], 1).reshape([5, 2, 4]).unwrap();
    check(
        &mut model,
        vec![Loss::MeanSquaredError],
        &[x],
        &[numbers([5, 2], 2)],
    );
}

#[test]
fn merging_layers_pass_with_three_branches() {
    let merge = |which: &str, branches: [&Symbol; 3]| match which {
        "add" => Add::new().apply(branches),
        "average" => Average::new().apply(branches),
        "multiply" => Multiply::new().apply(branches),
        "maximum" => Maximum::new().apply(branches),
        _ => Concatenate::new().apply(branches),
    };
    for which in ["add", "average", "multiply", "maximum", "concatenate"] {
        let x = Input::new(3);
        let branch = || {
            Dense::new(4)
                .activation(Activation::Tanh)
                .bias_initializer(some())
                .apply(&x)
        };
        let (a, b, c) = (branch().unwrap(), branch().unwrap(), branch().unwrap());
        let merged = merge(which, [&a, &b, &c]).unwrap();
        let y = Dense::new(2).apply(&merged).unwrap();
        let mut model = Model::with_seed([&x], [&y], 8).unwrap();
        println!("{which}");
        check(
            &mut model,
            vec![Loss::MeanSquaredError],
            &[numbers([4, 3], 1)],
            &[numbers([4, 2], 2)],
        );
    }
}

#[test]
fn a_graph_with_a_shared_layer_and_two_outputs_passes() {
    let (a, b) = (Input::new(3), Input::new(3));
    let shared = Dense::new(4)
        .activation(Activation::Tanh)
        .bias_initializer(some());
    let (left, right) = (shared.apply(&a).unwrap(), shared.apply(&b).unwrap());
    // Applied to its own output too: the gradients of all three applications are summed.
    let again = Dense::new(3).apply(&left).unwrap();
    let again = shared.apply(&again).unwrap();
    let joined = Concatenate::new().apply([&left, &right, &again]).unwrap();
    let sentiment = Dense::new(1)
        .activation(Activation::Sigmoid)
        .apply(&joined)
        .unwrap();
    let sum = Add::new().apply([&left, &right]).unwrap();
    let topic = Dense::new(3)
        .activation(Activation::Softmax)
        .apply(&sum)
        .unwrap();
    let mut model = Model::with_seed([&a, &b], [&sentiment, &topic], 5).unwrap();
    check(
        &mut model,
        vec![
            Loss::BinaryCrossentropy,
            Loss::SparseCategoricalCrossentropy,
        ],
        &[numbers([4, 3], 1), numbers([4, 3], 2)],
        &[
            Tensor::from([1.0, 0.0, 1.0, 1.0]),
            Tensor::from([2.0, 0.0, 1.0, 1.0]),
        ],
    );
}

#[test]
fn an_output_that_has_another_use_passes() {
    let x = Input::new(3);
    let first = Dense::new(2)
        .activation(Activation::Sigmoid)
        .bias_initializer(some())
        .apply(&x)
        .unwrap();
    let second = Dense::new(1)
        .activation(Activation::Sigmoid)
        .apply(&first)
        .unwrap();
    let mut model = Model::with_seed([&x], [&first, &second], 5).unwrap();
    let y = [
        numbers([4, 2], 2).map(|value| f32::from(value > 0.0)),
        Tensor::from([1.0, 0.0, 1.0, 1.0]),
    ];
    check(
        &mut model,
        vec![Loss::BinaryCrossentropy, Loss::BinaryCrossentropy],
        &[numbers([4, 3], 1)],
        &y,
    );
}

#[test]
fn multi_hot_rows_pass() {
    let rows = [vec![0, 2], vec![1, 2, 4], vec![], vec![3, 0]];
    let x = vectorize_sequences(&rows, 5).unwrap();
    let mut model = Sequential::with_seed(3);
    model.add(
        Dense::new(3)
            .activation(Activation::Tanh)
            .bias_initializer(some())
            .input_shape(5),
    );
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    let y = Tensor::from([1.0, 0.0, 0.0, 1.0]);
    check(&mut model, vec![Loss::BinaryCrossentropy], &[x], &[y]);
}
