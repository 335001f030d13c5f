//! Layers for pictures: slopes, mistakes, names, files.

use deep::{convnet, striped};
use nn_lib::prelude::*;
use numbers::numbers;
use says::says;
use slopes::check_gradients;

mod deep;
mod numbers;
mod says;
mod slopes;

fn pictures(shape: [usize; 4], seed: u64) -> Tensor {
    let [samples, height, width, channels] = shape;
    let flat = numbers([samples, height * width * channels], seed);
    flat.reshape(shape).unwrap()
}

fn some() -> Initializer {
    Initializer::RandomUniform {
        min: -0.5,
        max: 0.5,
    }
}

/// A convolution below makes the gradient by the input visible, in its weights.
fn check_above_a_convolution(layers: impl FnOnce(&mut Sequential)) {
    let mut model = Sequential::with_seed(3);
    let first = Conv2D::new(2, 2).activation(Activation::Tanh);
    model.add(first.bias_initializer(some()).input_shape([6, 5, 1]));
    layers(&mut model);
    model.add(Flatten::new());
    model.add(Dense::new(2).bias_initializer(some()));
    let (x, y) = (pictures([3, 6, 5, 1], 1), numbers([3, 2], 2));
    check_gradients(&mut model, vec![Loss::MeanSquaredError], &[x], &[y]);
}

#[test]
fn a_convolution_with_every_activation_passes() {
    for activation in Activation::ALL.iter().copied() {
        check_above_a_convolution(|model| {
            let layer = Conv2D::new(3, 2).activation(activation);
            model.add(layer.bias_initializer(some()));
        });
    }
}

#[test]
fn convolutions_with_strides_padding_dilation_groups_and_penalties_pass() {
    let layer = |filters, size: (usize, usize)| Conv2D::new(filters, size);
    for layer in [
        layer(2, (3, 2)).strides((2, 1)).padding("same"),
        layer(2, (4, 4)).strides(3).padding(Padding::Same),
        layer(3, (2, 2)).dilation_rate(2).use_bias(false),
        layer(4, (2, 3)).groups(2).activation("silu"),
        layer(2, (1, 1))
            .kernel_regularizer(Regularizer::L2(0.1))
            .bias_initializer(some())
            .bias_regularizer(Regularizer::L1(0.1)),
    ] {
        check_above_a_convolution(|model| model.add(layer));
    }
}

#[test]
fn poolings_and_new_axes_pass() {
    check_above_a_convolution(|model| model.add(MaxPooling2D::new(2)));
    check_above_a_convolution(|model| {
        model.add(MaxPooling2D::new((3, 2)).strides(1).padding("same"))
    });
    check_above_a_convolution(|model| model.add(AveragePooling2D::new(2).padding("same")));
    check_above_a_convolution(|model| model.add(AveragePooling2D::new((2, 3)).strides((1, 2))));
    check_above_a_convolution(|model| model.add(GlobalAveragePooling2D::new()));
    check_above_a_convolution(|model| {
        model.add(Reshape::new([4, 5, 2]));
        model.add(GlobalAveragePooling2D::new().keepdims(true));
    });
}

#[test]
fn mistakes_with_pictures_say_what_is_expected() {
    let picture = Input::new([6, 5, 4]);
    let on = |layer: Conv2D| layer.apply(&picture);
    says(
        Conv2D::new(4, 3).apply(&Input::new([28, 28])),
        &[
            "Conv2D expects pictures of shape (batch, height, width, channels), received (None, 28, 28)",
            "Reshape::new([28, 28, 1])",
        ],
    );
    says(
        Conv2D::new(4, 3).apply(&Input::new(784)),
        &["pictures", "(None, 784)", "Reshape"],
    );
    says(
        on(Conv2D::new(0, 3)),
        &["Conv2D expects at least 1 filter, received 0"],
    );
    says(
        on(Conv2D::new(4, 0)),
        &["a window of at least 1 row and 1 column, received (0, 0)"],
    );
    says(
        on(Conv2D::new(4, 3).strides((1, 0))),
        &["strides of at least 1, received (1, 0)"],
    );
    says(
        on(Conv2D::new(4, 7)),
        &[
            "at least as large as its window of 7 × 7, received pictures of 6 × 5",
            "same",
        ],
    );
    says(
        on(Conv2D::new(4, 3).padding("causal")),
        &["Padding expects one of valid, same, received causal"],
    );
    says(
        on(Conv2D::new(4, 3).activation("rleu")),
        &["did you mean \"relu\"?"],
    );
    says(
        on(Conv2D::new(4, 3).groups(3)),
        &[
            "a number of groups that divides",
            "3 for 4 channels and 4 filters",
        ],
    );
    says(
        on(Conv2D::new(4, 2).strides(2).dilation_rate(2)),
        &["strides or a dilation_rate above 1, received both"],
    );
    says(
        on(Conv2D::new(1 << 28, 6).padding("same")),
        &["at most 268435456 weights"],
    );
    says(
        on(Conv2D::new(4, 3).kernel_regularizer(Regularizer::L2(-1.0))),
        &["factors of 0 or more"],
    );
    let layer = Conv2D::new(4, 3);
    let _ = layer.apply(&picture).unwrap();
    says(
        layer.apply(&Input::new([6, 5, 2])),
        &["Conv2D expects 4 channels, received 2"],
    );
    says(
        MaxPooling2D::new(1).apply(&Input::new([1 << 40, 1, 1])),
        &["MaxPooling2D expects pictures of at most 268435456 numbers"],
    );
    says(
        MaxPooling2D::new(7).apply(&picture),
        &["MaxPooling2D", "7 × 7"],
    );
    says(
        AveragePooling2D::new(2).padding("smae").apply(&picture),
        &["did you mean \"same\"?"],
    );
    says(
        GlobalAveragePooling2D::new().apply(&Input::new(3)),
        &["GlobalAveragePooling2D expects pictures"],
    );
    says(
        Reshape::new([7, -1]).apply(&picture),
        &[
            "Reshape expects",
            "(7, -1)",
            "(None, 6, 5, 4) with 120 numbers",
        ],
    );
    says(
        Reshape::new([-1, -1]).apply(&picture),
        &["only one axis can be -1"],
    );
    let mut model = Sequential::new();
    model.add(Conv2D::new(2, 3).input_shape([8, 8, 1]));
    says(
        model.predict(&Tensor::zeros([2, 8, 8])),
        &["Conv2D expects inputs of shape (None, 8, 8, 1), received (2, 8, 8)"],
    );
}

fn options(epochs: usize) -> Fit {
    Fit {
        epochs,
        batch_size: 37,
        verbose: Verbose::Silent,
        seed: 1,
        ..Fit::default()
    }
}

#[test]
fn a_convnet_learns_and_its_names_are_those_of_keras() {
    let mut model = convnet(1);
    assert_eq!(
        model.layer_names(),
        [
            "reshape",
            "conv2d",
            "max_pooling2d",
            "conv2d_1",
            "average_pooling2d",
            "conv2d_2",
            "global_average_pooling2d",
            "dense"
        ]
    );
    assert_eq!(
        model.count_params(),
        (9 * 20 + 20) + (6 * 20 * 18 + 18) + 4 * 9 * 6 + (6 * 3 + 3)
    );
    let (x, y) = striped(150);
    let history = model.fit(&x, &y, options(12)).unwrap();
    let accuracy = history["accuracy"].last().copied().unwrap();
    assert!(accuracy > 0.95, "{accuracy}");
}

#[test]
fn a_convnet_is_saved_and_loaded_as_it_is() {
    let (x, y) = striped(40);
    let mut model = convnet(2);
    model.fit(&x, &y, options(1)).unwrap();
    let path =
        std::env::temp_dir().join(format!("nn-lib-convnet-{}.safetensors", std::process::id()));
    model.save(&path).unwrap();
    let mut loaded = Model::load(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(loaded.to_json(), model.to_json());
    assert_eq!(loaded.predict(&x).unwrap(), model.predict(&x).unwrap());
    assert_eq!(
        loaded.fit(&x, &y, options(2)).unwrap(),
        model.fit(&x, &y, options(2)).unwrap()
    );
    // Copies share nothing.
    let copy = model.clone();
    model.fit(&x, &y, options(1)).unwrap();
    assert_ne!(copy.get_weights(), model.get_weights());
}
