//! The targets, and what they share: bytes as a file, an array as an archive, and what is tried with a model that was read.

use std::io::Write;
use std::path::Path;

use nn_lib::datasets::npz::Npz;
use nn_lib::prelude::*;
use nn_lib::serde_json::Value;

/// Calls `read` with the path of a file of these bytes.
pub fn with_file(bytes: &[u8], read: impl FnOnce(&Path)) {
    let mut file =
        tempfile::NamedTempFile::new().expect("the directory of temporary files is writable");
    file.write_all(bytes).expect("there is room for the file");
    read(file.path());
}

/// An archive with this array under the name `x`, and a right checksum, which random changes of an archive never have.
pub fn archive(npy: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut output);
    let (mut entry, config) = archive.new_file("x.npy").start().expect("a short name");
    let mut writer = config.wrap(&mut entry);
    writer.write_all(npy).expect("memory takes everything");
    let (_, descriptor) = writer.finish().expect("memory takes everything");
    entry.finish(descriptor).expect("memory takes everything");
    archive.finish().expect("memory takes everything");
    output
}

/// Where the header of an `.npy` file ends.
pub fn header_length(npy: &[u8]) -> Option<usize> {
    let length = |range: std::ops::Range<usize>| {
        npy.get(range).map(|bytes| {
            bytes
                .iter()
                .rev()
                .fold(0, |all, byte| all << 8 | usize::from(*byte))
        })
    };
    match npy.get(6)? {
        1 => Some(10 + length(8..10)?),
        _ => Some(12 + length(8..12)?),
    }
}

/// An `.npy` file of `length` Python objects, which are this pickle.
pub fn pickled(length: usize, pickle: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '|O', 'fortran_order': False, 'shape': ({length},), }}\n");
    let mut npy = b"\x93NUMPY\x01\x00".to_vec();
    npy.extend((header.len() as u16).to_le_bytes());
    npy.extend(header.as_bytes());
    npy.extend(pickle);
    npy
}

/// What a reader of the model would do next; a description that comes out of it must lead back to it.
pub fn use_model(model: &mut Model) {
    let json = model.to_json();
    let _ = (
        model.summary().to_string(),
        format!("{model:?}"),
        model.plot_model().svg(),
    );
    if !is_small(&json) {
        return;
    }
    let again = Model::from_json(&json).expect("a model's own description is one");
    assert_eq!(again.to_json(), json);
    let inputs: Vec<Tensor> = json["inputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| {
            let shape = &json["nodes"][node.as_u64().expect("a place") as usize]["input"];
            let axes = shape.as_array().expect("a shape").iter();
            let axes = axes.map(|axis| axis.as_u64().expect("a length") as usize);
            Tensor::ones([2].into_iter().chain(axes).collect::<Vec<usize>>())
        })
        .collect();
    if let Ok(outputs) = model.predict_all(inputs.clone()) {
        let _ = model.train_on_batch(inputs, outputs);
    }
}

/// Whether a model of this description computes in a moment: few nodes, short axes.
pub fn is_small(json: &Value) -> bool {
    json["nodes"]
        .as_array()
        .is_none_or(|nodes| nodes.len() <= 8)
        && short(json)
}

fn short(json: &Value) -> bool {
    match json {
        Value::Array(items) => items.len() <= 16 && items.iter().all(short),
        Value::Object(items) => items
            .iter()
            .all(|(key, item)| key == "seed" || key == "iterations" || short(item)),
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() <= 16.0),
        _ => true,
    }
}

/// An archive of any bytes.
pub fn npz(bytes: &[u8]) {
    with_file(bytes, |path| {
        let Ok(archive) = Npz::open(path) else { return };
        for name in archive.names().into_iter().take(8) {
            let _ = (
                archive.numbers(name),
                archive.sequences(name),
                archive.labels(name),
            );
        }
    });
}

/// An array of any bytes in a sound archive.
pub fn npy(bytes: &[u8]) {
    with_file(&archive(bytes), |path| {
        let archive = Npz::open(path).expect("a sound archive");
        if let Ok(numbers) = archive.numbers("x") {
            assert_eq!(
                numbers.shape.iter().product::<usize>(),
                numbers.values.len()
            );
        }
        let _ = (archive.sequences("x"), archive.labels("x"));
    });
}

/// A pickle of any bytes, as the content of an array of as many lists as the first byte says.
pub fn pickle(bytes: &[u8]) {
    let Some((length, pickle)) = bytes.split_first() else {
        return;
    };
    let npy = pickled(usize::from(*length), pickle);
    with_file(&archive(&npy), |path| {
        let archive = Npz::open(path).expect("a sound archive");
        if let Ok(lists) = archive.sequences("x") {
            assert_eq!(lists.len(), usize::from(*length));
        }
    });
}

/// A saved model of any bytes.
pub fn safetensors(bytes: &[u8]) {
    with_file(bytes, |path| {
        let _ = Sequential::load(path);
        let mut small = Sequential::new();
        small.add(Dense::new(2).input_shape(3));
        let _ = small.load_weights(path);
        let Ok(mut model) = Model::load(path) else {
            return;
        };
        let copy = path.with_extension("copy");
        model.save(&copy).expect("what was loaded can be saved");
        let again = Model::load(&copy);
        std::fs::remove_file(&copy).expect("it was written");
        assert_eq!(
            again.expect("what was saved can be loaded").to_json(),
            model.to_json()
        );
        use_model(&mut model);
    });
}

/// A model's description with anything in it.
pub fn model_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(json) = nn_lib::serde_json::from_str(text) else {
        return;
    };
    // Without a file whose length would say how many weights there can be, a large layer is what was asked for.
    if !is_small(&json) {
        return;
    }
    if let Ok(mut model) = Model::from_json(&json) {
        use_model(&mut model);
    }
}
