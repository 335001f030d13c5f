//! Writes what the targets begin with to `fuzz/corpus`: the files of the tests, and models of every kind of layer.

use std::fs;
use std::io::Read;
use std::path::Path;

use nn_lib::prelude::*;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a package");
    let corpus = package.join("fuzz/corpus");
    for target in ["npz", "npy", "pickle", "safetensors", "model_json"] {
        fs::create_dir_all(corpus.join(target))?;
    }
    for folder in ["tests/npz", "tests/keras_files"] {
        for entry in fs::read_dir(package.join(folder))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("npz") => {
                    fs::copy(&path, corpus.join("npz").join(&name))?;
                    for (nth, array) in arrays(&path)?.iter().enumerate() {
                        write_array(&corpus, &format!("{name}-{nth}"), array)?;
                    }
                }
                Some("npy") => write_array(&corpus, &name, &fs::read(&path)?)?,
                _ => {}
            }
        }
    }
    for (nth, model) in models()?.iter().enumerate() {
        model.save(corpus.join(format!("safetensors/{nth}")))?;
        fs::write(
            corpus.join(format!("model_json/{nth}")),
            model.to_json().to_string(),
        )?;
    }
    Ok(())
}

/// The arrays of an archive, unpacked.
fn arrays(path: &Path) -> std::result::Result<Vec<Vec<u8>>, Box<dyn std::error::Error>> {
    let bytes = fs::read(path)?;
    let archive = rawzip::ZipArchive::from_slice(&bytes)?;
    let mut entries = archive.entries();
    let mut arrays = Vec::new();
    while let Some(entry) = entries.next_entry()? {
        let place = archive.get_entry(entry.wayfinder())?;
        let mut array = Vec::new();
        match entry.compression_method() {
            rawzip::CompressionMethod::STORE => array.extend(place.data()),
            _ => _ = flate2::bufread::DeflateDecoder::new(place.data()).read_to_end(&mut array)?,
        }
        arrays.push(array);
    }
    Ok(arrays)
}

/// The array, and its pickle if it has one. Long ones would only be slow.
fn write_array(corpus: &Path, name: &str, array: &[u8]) -> std::io::Result<()> {
    if array.len() > 1 << 14 {
        return Ok(());
    }
    fs::write(corpus.join("npy").join(name), array)?;
    let header = nn_lib_fuzz::header_length(array)
        .unwrap_or(array.len())
        .min(array.len());
    let (header, pickle) = array.split_at(header);
    let text = String::from_utf8_lossy(header);
    let length = text
        .split_once("'shape': (")
        .and_then(|(_, rest)| rest.split(',').next()?.parse::<u8>().ok());
    match length {
        Some(length) if text.contains("O'") => fs::write(
            corpus.join("pickle").join(name),
            [&[length], pickle].concat(),
        ),
        _ => Ok(()),
    }
}

/// Small models with every kind of layer, loss, metric, optimizer and schedule.
fn models() -> Result<Vec<Model>> {
    let mut models = Vec::new();
    let mut stack = |layers: &[Dense],
                     optimizer: Box<dyn Optimizer>,
                     loss: Loss,
                     metrics: Vec<Metric>|
     -> Result<()> {
        let mut model = Sequential::new();
        layers.iter().for_each(|layer| model.add(layer.clone()));
        model.compile(optimizer, loss, metrics)?;
        let (x, y) = (Tensor::ones([2, 3]), Tensor::zeros([2, 1]));
        let _ = model.train_on_batch(&x, &y)?;
        models.push(Model::clone(&model));
        Ok(())
    };
    let sigmoid = [
        Dense::new(2)
            .activation("relu")
            .kernel_regularizer(Regularizer::L2(0.1))
            .input_shape(3),
        Dense::new(1).activation(Activation::Sigmoid),
    ];
    let linear = [Dense::new(1).input_shape(3)];
    stack(
        &sigmoid,
        Box::new(RMSprop::new(ExponentialDecay::new(0.1, 10, 0.5))),
        Loss::BinaryCrossentropy,
        vec![Metric::Accuracy, Metric::Recall.threshold(0.7), Metric::Auc],
    )?;
    stack(
        &linear,
        Box::new(SGD::new(0.1).momentum(0.9)),
        Loss::Huber.delta(0.5),
        vec![Metric::MeanAbsoluteError],
    )?;
    stack(
        &linear,
        Box::new(Adam::new(CosineDecay::new(0.1, 10)).clipnorm(1.0)),
        Loss::BinaryCrossentropy.from_logits(true),
        vec![Metric::loss(Loss::MeanSquaredError)],
    )?;
    stack(
        &linear,
        Box::new(Adagrad::new(0.1)),
        Loss::MeanAbsoluteError,
        vec![],
    )?;
    let a = Input::new([2, 3]);
    let flat = Flatten::new().apply(&a)?;
    let shared = Dense::new(2).activation(Activation::Softmax);
    let (left, right) = (shared.apply(&flat)?, Dense::new(2).apply(&flat)?);
    let sum = Add::new().apply([&left, &right])?;
    let product = Multiply::new().apply([&sum, &left])?;
    let most = Maximum::new().apply([&product, &right])?;
    let mean = Average::new().apply([&most, &left])?;
    let dropped = Dropout::new(0.5).apply(&mean)?;
    let both = Concatenate::new().apply([&dropped, &right])?;
    let last = ActivationLayer::new(Activation::Tanh).apply(&both)?;
    let mut graph = Model::new([&a], [&last, &left])?;
    graph.compile(
        "adam",
        [
            (Loss::MeanSquaredError, 0.5),
            (Loss::CategoricalCrossentropy, 1.0),
        ],
        ["mse"],
    )?;
    models.push(graph);
    Ok(models)
}
