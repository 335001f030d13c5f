//! Texts become the numbers that Keras 3.15.1 makes of them, and splits, confusion matrices and ROC curves are those of
//! scikit-learn 1.7: `golden/texts`, made by `golden/make_golden_texts.py`.

use std::path::{Path, PathBuf};

use nn_lib::prelude::*;
use serde_json::Value;

/// A file of the directory here, or of the one in `NN_LIB_GOLDEN_TEXTS`.
fn golden(name: &str) -> Value {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/texts");
    let elsewhere = std::env::var_os("NN_LIB_GOLDEN_TEXTS").map(PathBuf::from);
    let path = elsewhere.unwrap_or(here).join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn texts(value: &Value) -> Vec<String> {
    serde_json::from_value(value.clone()).unwrap()
}

fn numbers(value: &Value) -> Vec<usize> {
    serde_json::from_value(value.clone()).unwrap()
}

fn floats(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

/// Every number of a tensor beside Keras's.
fn assert_close(tensor: &Tensor, expected: &Value, case: &str) {
    let mut flat = Vec::new();
    let mut waiting = vec![expected];
    while let Some(value) = waiting.pop() {
        match value.as_array() {
            Some(list) => waiting.extend(list.iter().rev()),
            None => flat.push(value.as_f64().unwrap()),
        }
    }
    let ours = tensor.to_vec();
    assert_eq!(ours.len(), flat.len(), "{case}: shape {:?}", tensor.shape());
    for (place, (ours, theirs)) in ours.iter().zip(&flat).enumerate() {
        let difference = (f64::from(*ours) - theirs).abs();
        assert!(
            difference <= 1e-6 * theirs.abs().max(1.0),
            "{case}: {ours} and {theirs} at {place}"
        );
    }
}

fn vectorization(options: &Value) -> TextVectorization {
    let mut layer = TextVectorization::new();
    for (name, value) in options.as_object().unwrap() {
        let number = || value.as_u64().unwrap() as usize;
        let word = || value.as_str().unwrap_or("none");
        layer = match name.as_str() {
            "max_tokens" => layer.max_tokens(number()),
            "output_sequence_length" => layer.output_sequence_length(number()),
            "pad_to_max_tokens" => layer.pad_to_max_tokens(value.as_bool().unwrap()),
            "output_mode" => layer.output_mode(word()),
            "standardize" => layer.standardize(word()),
            "split" => layer.split(word()),
            "ngrams" if value.is_array() => layer.ngrams_of(&numbers(value)),
            "ngrams" => layer.ngrams(number()),
            other => panic!("{other}"),
        };
    }
    layer
}

#[test]
fn texts_become_kerass_vocabulary_and_numbers_and_a_saved_layer_gives_the_same() {
    let directory = tempfile::tempdir().unwrap();
    for case in golden("vectorization.json").as_array().unwrap() {
        let name = case["options"].to_string();
        let mut layer = vectorization(&case["options"]);
        layer.adapt(texts(&case["train"])).unwrap();
        assert_eq!(layer.get_vocabulary(), texts(&case["vocabulary"]), "{name}");
        assert_eq!(layer.vocabulary_size(), layer.get_vocabulary().len());
        let output = layer.apply(texts(&case["test"])).unwrap();
        assert_close(&output, &case["output"], &name);
        let path = directory.path().join("layer.json");
        layer.save(&path).unwrap();
        let loaded = TextVectorization::load(&path).unwrap();
        assert_eq!(loaded.get_vocabulary(), layer.get_vocabulary(), "{name}");
        assert_eq!(
            loaded.apply(texts(&case["test"])).unwrap(),
            output,
            "{name}"
        );
    }
}

#[test]
fn labels_become_kerass_numbers_and_back_and_a_saved_lookup_gives_the_same() {
    let directory = tempfile::tempdir().unwrap();
    for case in golden("lookup.json").as_array().unwrap() {
        let name = case["options"].to_string();
        let mut lookup = StringLookup::new();
        for (name, value) in case["options"].as_object().unwrap() {
            let number = || value.as_u64().unwrap() as usize;
            let word = || value.as_str().unwrap();
            lookup = match name.as_str() {
                "max_tokens" => lookup.max_tokens(number()),
                "num_oov_indices" => lookup.num_oov_indices(number()),
                "mask_token" => lookup.mask_token(word()),
                "oov_token" => lookup.oov_token(word()),
                "output_mode" => lookup.output_mode(word()),
                "pad_to_max_tokens" => lookup.pad_to_max_tokens(value.as_bool().unwrap()),
                other => panic!("{other}"),
            };
        }
        lookup.adapt(texts(&case["train"])).unwrap();
        assert_eq!(
            lookup.get_vocabulary(),
            texts(&case["vocabulary"]),
            "{name}"
        );
        let output = lookup.apply(texts(&case["labels"])).unwrap();
        assert_close(&output, &case["output"], &name);
        if case["numbers"].is_array() {
            let names = lookup.invert(numbers(&case["numbers"])).unwrap();
            assert_eq!(names, texts(&case["inverted"]), "{name}");
        }
        let path = directory.path().join("lookup.json");
        lookup.save(&path).unwrap();
        let loaded = StringLookup::load(&path).unwrap();
        assert_eq!(
            loaded.apply(texts(&case["labels"])).unwrap(),
            output,
            "{name}"
        );
    }
}

#[test]
fn a_split_has_scikit_learns_samples_in_its_order() {
    for case in golden("split.json").as_array().unwrap() {
        let y = numbers(&case["y"]);
        let x: Vec<usize> = (0..y.len()).collect();
        let options = TrainTestSplit {
            test_size: case["test_size"].as_f64().unwrap(),
            train_size: case["train_size"].as_f64(),
            random_state: case["seed"].as_u64().unwrap() as u32,
            stratify: case["stratify"].as_bool().unwrap(),
            ..TrainTestSplit::default()
        };
        let (x_train, x_test, y_train, y_test) =
            train_test_split_with(&x, &y, options.clone()).unwrap();
        let name = format!("{options:?}");
        assert_eq!(x_train, numbers(&case["train"]), "{name}");
        assert_eq!(x_test, numbers(&case["test"]), "{name}");
        let classes = |places: &[usize]| places.iter().map(|place| y[*place]).collect::<Vec<_>>();
        assert_eq!((y_train, y_test), (classes(&x_train), classes(&x_test)));
        // Names of classes, and tensors, are split alike.
        let names: Vec<String> = y.iter().map(|class| format!("class {class:02}")).collect();
        let (of_names, ..) = train_test_split_with(&x, &names, options.clone()).unwrap();
        let (of_tensors, ..) =
            train_test_split_with(&Tensor::from(&x), &Tensor::from(&y), options).unwrap();
        assert_eq!(of_names, x_train, "{name}");
        assert_eq!(of_tensors, Tensor::from(&x_train), "{name}");
    }
}

#[test]
fn curves_and_matrices_are_those_of_scikit_learn() {
    let golden = golden("curves.json");
    for case in golden["roc"].as_array().unwrap() {
        let roc = roc_curve(floats(&case["y"]), floats(&case["score"])).unwrap();
        assert_close(&roc.fpr, &case["fpr"], "fpr");
        assert_close(&roc.tpr, &case["tpr"], "tpr");
        assert_eq!(roc.thresholds.to_vec()[0], f32::INFINITY);
        assert_close(&roc.thresholds.rows(1..), &case["thresholds"], "thresholds");
        assert!((f64::from(roc.auc()) - case["auc"].as_f64().unwrap()).abs() < 1e-6);
    }
    let case = &golden["confusion"];
    let matrix = confusion_matrix(numbers(&case["y"]), numbers(&case["answers"])).unwrap();
    assert_close(&matrix, &case["matrix"], "confusion");
}

#[test]
fn a_folder_of_texts_is_read_in_kerass_order() {
    let golden = golden("directory.json");
    let folder = tempfile::tempdir().unwrap();
    for file in golden["files"].as_array().unwrap() {
        let (class, name) = (file[0].as_str().unwrap(), file[1].as_str().unwrap());
        let path = folder.path().join(class).join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("{class}/{name}")).unwrap();
    }
    for case in golden["cases"].as_array().unwrap() {
        let options = TextDirectory {
            shuffle: case["shuffle"].as_bool().unwrap(),
            seed: case["seed"].as_u64().unwrap() as u32,
            ..TextDirectory::default()
        };
        let data = text_dataset_from_directory_with(folder.path(), options).unwrap();
        assert_eq!(data.class_names, texts(&case["names"]));
        assert_eq!(data.texts, texts(&case["texts"]));
        let labels: Vec<usize> = data.labels.iter().map(|label| *label as usize).collect();
        assert_eq!(labels, numbers(&case["labels"]));
    }
}
