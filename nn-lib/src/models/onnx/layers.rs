//! Each layer as operators of ONNX.

use super::graph::{Graph, Name};
use super::parts::{activation, activation_of, needed, weight};
use super::proto::Attribute::{Float, Int, Ints};
use super::{Applied, recurrent};
use crate::error::{Error, Result};

/// Adds the operators of a layer; gives the name of its output.
pub(super) fn operators(graph: &mut Graph, applied: &Applied<'_>) -> Result<Name> {
    let input = &applied.input().name;
    let names: Vec<&Name> = applied.inputs.iter().map(|input| &input.name).collect();
    Ok(match applied.kind {
        "Dense" => dense(graph, applied)?,
        "Dropout" => graph.add("Identity", &[input]),
        "Activation" => activation(graph, input, activation_of(applied, "activation")?)?,
        "Flatten" | "Reshape" => graph.reshape(input, applied.shape),
        "Conv2D" => convolution(graph, applied)?,
        "MaxPooling2D" => pooling(graph, applied, "MaxPool"),
        "AveragePooling2D" => pooling(graph, applied, "AveragePool"),
        "GlobalAveragePooling2D" => mean(graph, input, &[1, 2], applied.flag("keepdims")),
        "GlobalAveragePooling1D" => mean_of_steps(graph, applied),
        "Embedding" => embedding(graph, applied)?,
        "SimpleRNN" | "LSTM" | "GRU" => recurrent::operators(graph, applied)?,
        "BatchNormalization" => batch_normalization(graph, applied)?,
        "LayerNormalization" => layer_normalization(graph, applied),
        "Add" => graph.add("Sum", &names),
        "Average" => graph.add("Mean", &names),
        "Maximum" => graph.add("Max", &names),
        "Multiply" => {
            let mut factors = applied.inputs[1..].iter();
            factors
                .try_fold(input.clone(), |product, factor| {
                    Some(graph.add("Mul", &[&product, &factor.name]))
                })
                .expect("no factor ends the product")
        }
        "Concatenate" => graph.add_with("Concat", &names, &[("axis", Int(-1))]),
        other => {
            return Err(Error::invalid(
                "export_onnx",
                "layers of this library",
                format!("a layer of type {other:?}, {:?}", applied.name),
            )
            .with_hint("ONNX has no word for a layer of one's own"));
        }
    })
}

fn dense(graph: &mut Graph, applied: &Applied<'_>) -> Result<Name> {
    let kernel = weight(graph, needed(applied, "kernel")?);
    let mut sums = graph.add("MatMul", &[&applied.input().name, &kernel]);
    if let Some(bias) = applied.variable("bias") {
        let bias = weight(graph, bias);
        sums = graph.add("Add", &[&sums, &bias]);
    }
    activation(graph, &sums, activation_of(applied, "activation")?)
}

/// ONNX has the channels before height and width.
fn channels_first(graph: &mut Graph, input: &Name) -> Name {
    graph.add_with("Transpose", &[input], &[("perm", Ints(&[0, 3, 1, 2]))])
}

fn channels_last(graph: &mut Graph, input: &Name) -> Name {
    graph.add_with("Transpose", &[input], &[("perm", Ints(&[0, 2, 3, 1]))])
}

/// Rows and columns of zeros around the picture: above, left, below, right.
fn padding(
    applied: &Applied<'_>,
    size: [i64; 2],
    strides: [i64; 2],
    dilation: [i64; 2],
) -> [i64; 4] {
    if applied.text("padding") != "same" {
        return [0; 4];
    }
    let side = |axis: usize| {
        let (length, count) = (
            applied.input().shape[axis] as i64,
            applied.shape[axis] as i64,
        );
        let needed = (count - 1) * strides[axis] + (size[axis] - 1) * dilation[axis] + 1 - length;
        let all = needed.max(0);
        (all / 2, all - all / 2)
    };
    let ((above, below), (left, right)) = (side(0), side(1));
    [above, left, below, right]
}

fn convolution(graph: &mut Graph, applied: &Applied<'_>) -> Result<Name> {
    let pair = |key: &str| applied.pair(key).unwrap_or([1, 1]);
    let (size, strides, dilation) = (pair("kernel_size"), pair("strides"), pair("dilation_rate"));
    let pads = padding(applied, size, strides, dilation);
    let kernel = needed(applied, "kernel")?;
    // From (rows, columns, channels, filters) to (filters, channels, rows, columns).
    let [rows, columns, channels, filters] =
        <[usize; 4]>::try_from(&kernel.shape[..]).unwrap_or([0; 4]);
    let mut turned = Vec::with_capacity(kernel.values.len());
    for filter in 0..filters {
        for channel in 0..channels {
            let places = 0..rows * columns;
            turned.extend(
                places.map(|place| kernel.values[(place * channels + channel) * filters + filter]),
            );
        }
    }
    let kernel = graph.weight("kernel", &[filters, channels, rows, columns], &turned);
    let picture = channels_first(graph, &applied.input().name);
    let bias = applied.variable("bias").map(|bias| weight(graph, bias));
    let inputs: Vec<&Name> = [&picture, &kernel].into_iter().chain(&bias).collect();
    let attributes = [
        ("kernel_shape", Ints(&size)),
        ("strides", Ints(&strides)),
        ("dilations", Ints(&dilation)),
        ("pads", Ints(&pads)),
        ("group", Int(applied.config["groups"].as_i64().unwrap_or(1))),
    ];
    let maps = graph.add_with("Conv", &inputs, &attributes);
    let maps = channels_last(graph, &maps);
    activation(graph, &maps, activation_of(applied, "activation")?)
}

/// What lies outside of the picture does not count.
fn pooling(graph: &mut Graph, applied: &Applied<'_>, operator: &str) -> Name {
    let size = applied.pair("pool_size").unwrap_or([1, 1]);
    let strides = applied.pair("strides").unwrap_or(size);
    let pads = padding(applied, size, strides, [1, 1]);
    let picture = channels_first(graph, &applied.input().name);
    let attributes = [
        ("kernel_shape", Ints(&size)),
        ("strides", Ints(&strides)),
        ("pads", Ints(&pads)),
    ];
    let pooled = graph.add_with(operator, &[&picture], &attributes);
    channels_last(graph, &pooled)
}

fn mean(graph: &mut Graph, input: &Name, axes: &[i64], keepdims: bool) -> Name {
    let attributes = [("axes", Ints(axes)), ("keepdims", Int(i64::from(keepdims)))];
    graph.add_with("ReduceMean", &[input], &attributes)
}

/// The mean of the steps that count.
fn mean_of_steps(graph: &mut Graph, applied: &Applied<'_>) -> Name {
    let (input, keepdims) = (&applied.input().name, applied.flag("keepdims"));
    let Some(mask) = &applied.input().mask else {
        return mean(graph, input, &[1], keepdims);
    };
    let last = graph.integers("axes", &[-1]);
    let counts = graph.add("Unsqueeze", &[mask, &last]);
    // Not a product: a number that is none must not spoil the mean of the others.
    let zero = graph.number(0.0);
    let counted = graph.add("Where", &[&counts, input, &zero]);
    let counts = graph.add_with(
        "Cast",
        &[&counts],
        &[("to", Int(super::proto::FLOAT as i64))],
    );
    let steps = graph.integers("axes", &[1]);
    let keep = |own| [("keepdims", Int(i64::from(own)))];
    let sum = graph.add_with("ReduceSum", &[&counted, &steps], &keep(keepdims));
    let number = graph.add_with("ReduceSum", &[&counts, &steps], &keep(keepdims));
    graph.add("Div", &[&sum, &number])
}

fn embedding(graph: &mut Graph, applied: &Applied<'_>) -> Result<Name> {
    const INT64: i64 = 7;
    let table = weight(graph, needed(applied, "embeddings")?);
    let words = graph.add_with("Cast", &[&applied.input().name], &[("to", Int(INT64))]);
    Ok(graph.add_with("Gather", &[&table, &words], &[("axis", Int(0))]))
}

/// One product and one sum, from the moving averages.
fn batch_normalization(graph: &mut Graph, applied: &Applied<'_>) -> Result<Name> {
    let epsilon = applied.config["epsilon"].as_f64().unwrap_or(0.0) as f32;
    let (mean, variance) = (
        needed(applied, "moving_mean")?,
        needed(applied, "moving_variance")?,
    );
    let features = mean.values.len();
    let value = |name: &str, nth: usize, usual: f32| {
        applied.variable(name).map_or(usual, |own| own.values[nth])
    };
    let factor = |nth: usize| value("gamma", nth, 1.0) / (variance.values[nth] + epsilon).sqrt();
    let factors: Vec<f32> = (0..features).map(factor).collect();
    let offset = |nth: usize| value("beta", nth, 0.0) - mean.values[nth] * factors[nth];
    let offsets: Vec<f32> = (0..features).map(offset).collect();
    let factors = graph.weight("factors", &[features], &factors);
    let offsets = graph.weight("offsets", &[features], &offsets);
    let scaled = graph.add("Mul", &[&applied.input().name, &factors]);
    Ok(graph.add("Add", &[&scaled, &offsets]))
}

fn layer_normalization(graph: &mut Graph, applied: &Applied<'_>) -> Name {
    let epsilon = applied.config["epsilon"].as_f64().unwrap_or(0.0) as f32;
    let features = applied.shape.last().copied().unwrap_or(1);
    let ones = vec![1.0; features];
    let gamma = applied.variable("gamma").map_or(&ones, |own| &own.values);
    let gamma = graph.weight("gamma", &[features], gamma);
    let beta = applied.variable("beta").map(|own| weight(graph, own));
    let inputs: Vec<&Name> = [&applied.input().name, &gamma]
        .into_iter()
        .chain(&beta)
        .collect();
    let attributes = [("axis", Int(-1)), ("epsilon", Float(epsilon))];
    graph.add_with("LayerNormalization", &inputs, &attributes)
}
