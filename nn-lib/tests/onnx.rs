//! Exported models compute in onnxruntime what they compute here.
//!
//! onnxruntime comes from the network, by `tests/onnx/requirements.txt`, and is kept in the build directory; where it cannot be
//! had, the comparisons are reported as ignored.

mod says;
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use nn_lib::layers::{Backward, Base, Forward};
use nn_lib::prelude::*;
use says::says;
use serde_json::{Value, json};
use support::{Missing, python_environment, run, test};

fn main() {
    run([
        test(dense_layers_with_every_activation),
        test(convolutions_and_poolings),
        test(layers_with_a_state),
        test(layers_with_a_state_behind_masks),
        test(normalizations),
        test(graphs_with_several_inputs_and_outputs),
        test(a_layer_of_ones_own_is_refused_and_the_old_file_stays),
        test(a_model_without_an_input_shape_is_refused),
    ])
}

/// Computes each model of the list with onnxruntime, as a whole and sample by sample, and prints the largest difference.
const PROGRAM: &str = r#"
import json, sys
import numpy, onnxruntime
for model in json.load(open(sys.argv[1])):
    read = lambda own: numpy.array(own["values"], numpy.float32).reshape(own["shape"])
    session = onnxruntime.InferenceSession(model["path"], providers=["CPUExecutionProvider"])
    inputs = {own.name: read(value) for own, value in zip(session.get_inputs(), model["inputs"], strict=True)}
    outputs = session.run(None, inputs)
    first = session.run(None, {name: value[:1] for name, value in inputs.items()})
    names = [own.name for own in session.get_outputs()]
    if model["names"]:
        assert [*inputs, *names] == model["names"], (inputs.keys(), names)
    for name, output, alone, expected in zip(names, outputs, first, map(read, model["outputs"]), strict=True):
        assert output.shape == expected.shape, (model["path"], name, output.shape, expected.shape)
        scale = numpy.maximum(1, numpy.abs(expected))
        for own, other in [(output, expected), (alone, expected[:1])]:
            numpy.testing.assert_array_equal(numpy.isnan(own), numpy.isnan(other))
            difference = numpy.nanmax(numpy.abs(own - other) / scale[: len(own)], initial=0)
            assert difference <= 1e-5, (model["path"], name, difference, own, other)
        print(model["path"].split("/")[-1], name, difference)
"#;

/// The Python of an environment with onnxruntime.
fn python() -> Result<PathBuf, Missing> {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("onnxruntime");
    let requirements = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onnx/requirements.txt");
    python_environment(&environment, Path::new(requirements))
}

/// Models with inputs for each, to be compared.
struct Comparison {
    directory: tempfile::TempDir,
    models: Vec<Value>,
}

impl Comparison {
    fn new() -> Comparison {
        let directory = tempfile::tempdir().unwrap();
        Comparison {
            directory,
            models: Vec::new(),
        }
    }

    /// Gives the model new weights, exports it, and notes what it computes of the inputs.
    fn add(&mut self, name: &str, model: &mut Model, inputs: &[Tensor]) {
        let mut next = 0_u32;
        let weights = model.get_weights();
        let weights = weights.iter().map(|weight| {
            let signed = weight.shape().len() > 1;
            weight.map(|_| 0.0).map_with(&mut next, signed)
        });
        model.set_weights(&weights.collect::<Vec<_>>()).unwrap();
        let path = self.directory.path().join(format!("{name}.onnx"));
        model.export_onnx(&path).unwrap();
        let outputs = model.predict_all(inputs.to_vec()).unwrap();
        let numbers =
            |tensor: &Tensor| json!({ "shape": tensor.shape(), "values": tensor.to_vec() });
        self.models.push(json!({
            "path": path,
            "inputs": inputs.iter().map(numbers).collect::<Vec<_>>(),
            "names": [],
            "outputs": outputs.iter().map(numbers).collect::<Vec<_>>(),
        }));
    }

    fn stack(&mut self, name: &str, layers: impl FnOnce(&mut Sequential), input: &Tensor) {
        let mut model = Sequential::new();
        layers(&mut model);
        self.add(name, &mut model, std::slice::from_ref(input));
    }

    fn compare(self) -> Result<(), Missing> {
        let python = python()?;
        let list = self.directory.path().join("models.json");
        // JSON has no word for a NaN but Python reads one.
        let text = serde_json::to_string(&self.models)
            .unwrap()
            .replace("null", "NaN");
        std::fs::write(&list, text).unwrap();
        let program = ["-I", "-c", PROGRAM];
        let done = Command::new(python)
            .args(program)
            .arg(&list)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{errors}");
        let said = String::from_utf8_lossy(&done.stdout);
        println!("{said}");
        assert!(said.lines().count() >= self.models.len());
        Ok(())
    }
}

/// Numbers between -0.5 and 0.5, or from 0.1 to 0.6, that look like chance.
trait Filled {
    fn map_with(self, next: &mut u32, signed: bool) -> Tensor;
}

impl Filled for Tensor {
    fn map_with(self, next: &mut u32, signed: bool) -> Tensor {
        let values = self.to_vec().into_iter().map(|_| {
            *next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let unit = (*next >> 8) as f32 / (1 << 24) as f32;
            if signed { unit - 0.5 } else { 0.1 + unit / 2.0 }
        });
        Tensor::new(self.shape(), values.collect()).unwrap()
    }
}

fn chance(shape: impl Into<Shape>) -> Tensor {
    Tensor::zeros(shape).map_with(&mut 7, true) * 4.0
}

/// Word indices with zeros before, behind and between the words, and a text without any.
fn words() -> Tensor {
    Tensor::from([
        [0, 0, 3, 1, 4],
        [2, 5, 6, 0, 0],
        [7, 0, 8, 0, 9],
        [0, 0, 0, 0, 0],
        [1, 2, 3, 4, 5],
    ])
}

fn dense_layers_with_every_activation() -> Result<(), Missing> {
    let mut comparison = Comparison::new();
    let names = [
        "linear",
        "relu",
        "sigmoid",
        "tanh",
        "softmax",
        "leaky_relu",
        "elu",
        "selu",
        "softplus",
        "gelu",
        "silu",
        "exponential",
        "hard_sigmoid",
    ];
    let x = Input::new(6);
    let outputs = names.map(|name| Dense::new(5).activation(name).apply(&x).unwrap());
    let more = names.map(|name| {
        let activation = nn_lib::activations::Activation::from_name(name).unwrap();
        ActivationLayer::new(activation).apply(&x).unwrap()
    });
    let mut model = Model::new([&x], [outputs.to_vec(), more.to_vec()].concat()).unwrap();
    comparison.add("activations", &mut model, &[chance([3, 6])]);
    comparison.stack(
        "without_bias",
        |model| {
            model.add(Dense::new(4).use_bias(false).input_shape([2, 3]));
            model.add(Dropout::new(0.5));
            model.add(Dense::new(3).activation(Activation::Softmax));
        },
        &chance([3, 2, 3]),
    );
    comparison.compare()
}

fn convolutions_and_poolings() -> Result<(), Missing> {
    let mut comparison = Comparison::new();
    let picture = chance([3, 9, 10, 4]);
    for padding in ["valid", "same"] {
        for (nth, convolution) in [
            Conv2D::new(6, 3),
            Conv2D::new(6, (2, 4)).strides((2, 3)).activation("relu"),
            Conv2D::new(6, (4, 3)).strides(3).use_bias(false),
            Conv2D::new(6, 3).dilation_rate(2),
            Conv2D::new(6, (3, 2)).groups(2),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("convolution_{padding}_{nth}");
            let convolution = convolution.padding(padding);
            comparison.stack(
                &name,
                |model| model.add(convolution.input_shape([9, 10, 4])),
                &picture,
            );
        }
        comparison.stack(
            &format!("pooling_{padding}"),
            |model| {
                model.add(
                    MaxPooling2D::new(2)
                        .padding(padding)
                        .input_shape([9, 10, 4]),
                );
                model.add(
                    AveragePooling2D::new((2, 3))
                        .strides((1, 2))
                        .padding(padding),
                );
                model.add(MaxPooling2D::new((2, 1)).strides((2, 1)).padding(padding));
                model.add(Flatten::new());
                model.add(Dense::new(2));
            },
            &picture,
        );
    }
    for keepdims in [false, true] {
        comparison.stack(
            &format!("global_{keepdims}"),
            |model| {
                model.add(
                    GlobalAveragePooling2D::new()
                        .keepdims(keepdims)
                        .input_shape([9, 10, 4]),
                )
            },
            &picture,
        );
    }
    comparison.compare()
}

fn layers_with_a_state() -> Result<(), Missing> {
    let mut comparison = Comparison::new();
    let sequence = chance([3, 5, 4]);
    for sequences in [false, true] {
        for backwards in [false, true] {
            let name = |kind: &str| format!("{kind}_{sequences}_{backwards}");
            macro_rules! stack {
                ($name:literal, $layer:expr) => {
                    comparison.stack(
                        &name($name),
                        |model| {
                            let layer = $layer.return_sequences(sequences).go_backwards(backwards);
                            model.add(layer.input_shape([5, 4]))
                        },
                        &sequence,
                    )
                };
            }
            stack!("simple", SimpleRNN::new(3));
            stack!(
                "simple_relu",
                SimpleRNN::new(3).activation("relu").use_bias(false)
            );
            stack!("lstm", LSTM::new(3).dropout(0.5));
            stack!(
                "lstm_other",
                LSTM::new(3)
                    .activation("softplus")
                    .recurrent_activation("hard_sigmoid")
                    .use_bias(false)
            );
            stack!("gru", GRU::new(3));
            stack!(
                "gru_other",
                GRU::new(3)
                    .activation("gelu")
                    .recurrent_activation("hard_sigmoid")
                    .use_bias(false)
            );
            stack!("gru_before", GRU::new(3).reset_after(false));
            stack!(
                "gru_before_plain",
                GRU::new(3).reset_after(false).use_bias(false)
            );
        }
    }
    comparison.compare()
}

fn layers_with_a_state_behind_masks() -> Result<(), Missing> {
    let mut comparison = Comparison::new();
    for backwards in [false, true] {
        comparison.stack(
            &format!("masked_{backwards}"),
            |model| {
                model.add(Embedding::new(10, 4).mask_zero(true).input_shape(5));
                model.add(LSTM::new(3).return_sequences(true).go_backwards(backwards));
                model.add(GRU::new(3).return_sequences(true));
                model.add(SimpleRNN::new(3).go_backwards(backwards));
                model.add(Dense::new(1).activation("sigmoid"));
            },
            &words(),
        );
    }
    for mask in [false, true] {
        comparison.stack(
            &format!("average_{mask}"),
            |model| {
                model.add(Embedding::new(10, 4).mask_zero(mask).input_shape(5));
                model.add(LayerNormalization::new());
                model.add(GlobalAveragePooling1D::new().keepdims(mask));
            },
            &words(),
        );
    }
    let (a, b) = (Input::new(5), Input::new(5).name("other"));
    let (one, two) = (
        Embedding::new(10, 4).mask_zero(true),
        Embedding::new(10, 4).mask_zero(true),
    );
    let (one, two) = (one.apply(&a).unwrap(), two.apply(&b).unwrap());
    let plain = Embedding::new(10, 4).apply(&b).unwrap();
    let either = GRU::new(2)
        .apply(&Add::new().apply([&one, &two]).unwrap())
        .unwrap();
    let all = GRU::new(2)
        .apply(&Concatenate::new().apply([&one, &two]).unwrap())
        .unwrap();
    let none = GRU::new(2)
        .apply(&Maximum::new().apply([&one, &plain]).unwrap())
        .unwrap();
    let mut model = Model::new([&a, &b], [&either, &all, &none]).unwrap();
    let others = [
        [0, 1, 0, 2, 3],
        [0, 0, 0, 1, 1],
        [4, 5, 6, 7, 8],
        [1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ];
    comparison.add("joined", &mut model, &[words(), Tensor::from(others)]);
    comparison.compare()
}

fn normalizations() -> Result<(), Missing> {
    let mut comparison = Comparison::new();
    for (nth, (scale, center)) in [(true, true), (false, true), (true, false), (false, false)]
        .into_iter()
        .enumerate()
    {
        comparison.stack(
            &format!("batch_{nth}"),
            |model| {
                model.add(
                    BatchNormalization::new()
                        .scale(scale)
                        .center(center)
                        .input_shape([3, 4]),
                )
            },
            &chance([3, 3, 4]),
        );
        comparison.stack(
            &format!("layer_{nth}"),
            |model| {
                model.add(
                    LayerNormalization::new()
                        .scale(scale)
                        .center(center)
                        .epsilon(0.1)
                        .input_shape([3, 4]),
                )
            },
            &chance([3, 3, 4]),
        );
    }
    comparison.compare()
}

fn graphs_with_several_inputs_and_outputs() -> Result<(), Missing> {
    let mut comparison = Comparison::new();
    let (a, b) = (Input::new(6).name("left"), Input::new([2, 3]));
    let flat = Flatten::new().apply(&b).unwrap();
    let shared = Dense::new(6).activation("tanh");
    let (one, two) = (shared.apply(&a).unwrap(), shared.apply(&flat).unwrap());
    let sum = Add::new().apply([&one, &two, &a]).unwrap();
    let mean = Average::new().apply([&one, &two]).unwrap();
    let product = Multiply::new().apply([&one, &two, &sum]).unwrap();
    let largest = Maximum::new().apply([&one, &two]).unwrap();
    let side_by_side = Concatenate::new()
        .apply([&sum, &mean, &product, &largest])
        .unwrap();
    let table = Reshape::new([4, 6]).apply(&side_by_side).unwrap();
    let mut inner = Sequential::new();
    inner.add(Dense::new(3).input_shape(24));
    inner.add(Dense::new(2).name("answer"));
    let answer = inner.apply(&side_by_side).unwrap();
    let mut model = Model::new([&b, &a], [&answer, &table, &one, &two]).unwrap();
    comparison.add("graph", &mut model, &[chance([3, 2, 3]), chance([3, 6])]);
    let names = [
        "input_layer",
        "left",
        "answer",
        "reshape",
        "dense",
        "dense_1",
    ];
    comparison.models[0]["names"] = json!(names);
    comparison.compare()
}

/// A layer that ONNX cannot know.
#[derive(Clone, Default)]
struct Own(Base);

impl Layer for Own {
    fn kind(&self) -> &'static str {
        "Own"
    }
    fn base(&self) -> &Base {
        &self.0
    }
    fn base_mut(&mut self) -> &mut Base {
        &mut self.0
    }
    fn build(&mut self, inputs: &[Shape]) -> Result<Shape> {
        Ok(inputs[0].clone())
    }
    fn forward(&self, mut call: Forward<'_>) {
        call.output.assign(&call.inputs.matrix(0));
    }
    fn backward(&mut self, _call: Backward<'_>) {}
    fn config(&self) -> Value {
        json!({})
    }
    fn boxed_clone(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

fn a_layer_of_ones_own_is_refused_and_the_old_file_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.onnx");
    std::fs::write(&path, "old").unwrap();
    let mut model = Sequential::new();
    model.add(Own::default().input_shape(2));
    says(
        model.export_onnx(&path),
        &["layers of this library", "\"Own\""],
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}

fn a_model_without_an_input_shape_is_refused() {
    let mut model = Sequential::new();
    model.add(Dense::new(1));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unbuilt.onnx");
    says(
        model.export_onnx(&path),
        &["layers are built", "input_shape"],
    );
    assert!(!path.exists());
}
