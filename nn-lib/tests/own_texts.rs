//! Texts and labels of one's own become numbers: what comes of them, and what is said when something is wrong.

mod says;

use std::path::{Path, PathBuf};

use nn_lib::datasets::{Labels, Sequences};
use nn_lib::prelude::*;
use proptest::prelude::{Strategy, prop, proptest};
use says::says;

#[test]
fn options_of_a_vectorization_that_do_not_fit_are_told() {
    let adapt = |mut layer: TextVectorization| layer.adapt(["a film"]);
    let new = TextVectorization::new;
    says(
        adapt(new().output_mode("binary")),
        &["OutputMode expects one of int,", "received binary"],
    );
    says(
        adapt(new().standardize("upper")),
        &["Standardize expects one of", "received upper"],
    );
    says(
        adapt(new().output_mode("one_hot")),
        &["received one_hot", "StringLookup"],
    );
    says(
        adapt(new().max_tokens(2)),
        &["max_tokens of at least 3 in the mode int, received 2"],
    );
    says(
        adapt(new().output_mode("count").max_tokens(1)),
        &["max_tokens of at least 2"],
    );
    says(
        adapt(new().pad_to_max_tokens(true)),
        &["max_tokens to pad to"],
    );
    says(
        adapt(new().output_mode("count").output_sequence_length(3)),
        &["output_sequence_length in the mode int alone"],
    );
    says(adapt(new().ngrams(0)), &["n-grams of at least 1 word"]);
    says(
        new().adapt([""]),
        &["adapt expects texts with at least one word, received 1 text without any"],
    );
    says(
        new().apply(["a"]),
        &["a vocabulary, received none yet", "call adapt"],
    );
    says(new().save("nowhere.json"), &["call adapt"]);
    let mut layer = new();
    says(layer.set_vocabulary(["a", "b", "a"]), &["\"a\" twice"]);
    says(
        layer.set_vocabulary(["[UNK]", "", "a"]),
        &["an empty token at place 1"],
    );
    let mut weighted = new().output_mode("tf_idf");
    says(
        weighted.set_vocabulary(["a"]),
        &["idf_weights in the mode tf_idf"],
    );
    says(
        weighted.set_vocabulary_with_idf_weights(["a"], [1.0, 2.0]),
        &["a weight for each of the 1 tokens, received 2"],
    );
    weighted
        .set_vocabulary_with_idf_weights(["a", "b"], [1.0, 2.0])
        .unwrap();
    assert_eq!(
        weighted.apply("a c a").unwrap(),
        Tensor::from([[1.5, 2.0, 0.0]])
    );
    let mut wide = new()
        .output_mode("count")
        .max_tokens(1 << 29)
        .pad_to_max_tokens(true);
    wide.adapt("a film").unwrap();
    says(
        wide.apply(["a", "b", "c"]),
        &["at most 1073741824 numbers", "multi_hot"],
    );
}

#[test]
fn options_may_change_after_the_vocabulary_is_learned() {
    let texts = ["a good film", "a bad film"];
    let learned = |mode: &str| {
        let mut layer = TextVectorization::new().output_mode(mode);
        layer.adapt(texts).unwrap();
        layer
    };
    let counts = learned("count").apply(texts).unwrap();
    let counting = learned("tf_idf").output_mode("count");
    assert_eq!(counting.apply(texts).unwrap(), counts);
    let smaller = learned("count").max_tokens(2).pad_to_max_tokens(true);
    assert_eq!(smaller.apply(texts).unwrap(), counts);
    says(
        learned("count").output_mode("tf_idf").apply(texts),
        &["idf_weights in the mode tf_idf", "adapt"],
    );
    let mut lookup = StringLookup::new().output_mode("one_hot");
    lookup.adapt(["a", "b", "c"]).unwrap();
    let rows = lookup.apply(["a", "c"]).unwrap();
    let smaller = lookup.max_tokens(2).pad_to_max_tokens(true);
    assert_eq!(smaller.apply(["a", "c"]).unwrap(), rows);
}

#[test]
fn labels_that_are_unknown_or_no_classes_are_told() {
    let mut lookup = StringLookup::new().num_oov_indices(0);
    says(lookup.apply(["good"]), &["call adapt"]);
    lookup.adapt(["good", "bad"]).unwrap();
    says(
        lookup.apply(["bad", "gud"]),
        &["one of the labels \"good\", \"bad\", received \"gud\" in row 1"],
    );
    says(
        lookup.invert([0.4]),
        &["whole numbers from 0, received 0.4 in row 0", "classes()?"],
    );
    says(
        StringLookup::new().num_oov_indices(2).adapt("a"),
        &["num_oov_indices of 0 or 1, received 2"],
    );
    says(
        StringLookup::new().output_mode("tf_idf").adapt("a"),
        &["int or one_hot", "TextVectorization"],
    );
    says(
        StringLookup::new().max_tokens(1).adapt("a"),
        &["max_tokens of at least 2"],
    );
    let none: [&str; 0] = [];
    says(lookup.adapt(none), &["at least one label, received none"]);
    says(lookup.set_vocabulary(["a", "a"]), &["\"a\" twice"]);
}

#[test]
fn descriptions_of_another_kind_and_broken_ones_are_refused_and_an_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vocabulary.json");
    let mut lookup = StringLookup::new();
    lookup.adapt(["good"]).unwrap();
    lookup.save(&path).unwrap();
    says(
        TextVectorization::load(&path),
        &["it describes a StringLookup, not a TextVectorization"],
    );
    says(NGrams::load(&path), &["not a NGrams"]);
    let whole = std::fs::read_to_string(&path).unwrap();
    for (from, to, expected) in [
        ("\"good\"", "5", "its vocabulary is not a list of texts"),
        ("\"nn-lib\": 1", "\"nn-lib\": 2", "it is of version 2"),
        ("StringLookup", "Lookup", "it describes a Lookup"),
        ("}", "", "EOF"),
        ("\"good\"", "\"good\", \"good\"", "\"good\" twice"),
    ] {
        assert!(whole.contains(from), "{whole}");
        let other = folder.path().join("other.json");
        std::fs::write(&other, whole.replace(from, to)).unwrap();
        says(
            StringLookup::load(&other),
            &["other.json is not a readable description (JSON)", expected],
        );
    }
    let mut unlearned = TextVectorization::new();
    says(unlearned.save(&path), &["call adapt"]);
    unlearned.adapt("x").unwrap();
    says(unlearned.save(folder.path()), &["cannot write"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing half-written stays"
    );
}

#[test]
fn splits_that_cannot_be_are_told() {
    let x = [1, 2, 3, 4];
    let y = ["a", "a", "b", "b"];
    let with = |options: TrainTestSplit| train_test_split_with(&x, &y, options);
    let default = TrainTestSplit::default;
    says(
        train_test_split(&x, &y[..3], 0.5),
        &["a target for each of the 4 samples, received 3 targets"],
    );
    says(
        train_test_split(&x, &y, 1.0),
        &["test_size between 0 and 1, received 1"],
    );
    says(
        train_test_split(&x, &y, f64::NAN),
        &["test_size between 0 and 1, received NaN"],
    );
    says(
        train_test_split(&x[..1], &y[..1], 0.5),
        &["at least one sample to train and one to test with, received 0 and 1 of 1"],
    );
    let large = TrainTestSplit {
        test_size: 0.5,
        train_size: Some(0.9),
        ..default()
    };
    says(
        with(large),
        &["train_size and test_size that are 1 together at most, received 3 and 2 of 4"],
    );
}

fn split_alike<'a>(
    y: &[&'a str],
    options: &TrainTestSplit,
) -> Result<(Vec<&'a str>, Vec<&'a str>)> {
    let (x_train, x_test, y_train, y_test) = train_test_split_with(y, y, options.clone())?;
    assert_eq!((&x_train, &x_test), (&y_train, &y_test));
    Ok((x_train, x_test))
}

#[test]
fn classes_that_cannot_be_split_are_told() {
    let stratify = TrainTestSplit {
        test_size: 0.5,
        stratify: true,
        ..TrainTestSplit::default()
    };
    says(
        split_alike(&["a", "a", "b"], &stratify),
        &["at least 2 samples of each class, received one alone (sample 2)"],
    );
    let few = TrainTestSplit {
        test_size: 0.2,
        ..stratify.clone()
    };
    says(
        split_alike(&["a", "a", "b", "b"], &few),
        &["a sample of each of the 2 classes in both parts, received 3 to train and 1 to test"],
    );
    // Numbers that are none are a class, too.
    let y = [1.0, f32::NAN, 0.0].repeat(4);
    let rows = Tensor::from(&y);
    let [a, b] = [
        train_test_split_with(&y, &y, stratify.clone()).unwrap().3,
        train_test_split_with(&rows, &rows, stratify.clone())
            .unwrap()
            .3
            .to_vec(),
    ];
    for tested in [a, b] {
        let count = |is: &dyn Fn(&f32) -> bool| tested.iter().filter(|y| is(y)).count();
        let counts = [
            count(&|y| *y == 1.0),
            count(&|y| *y == 0.0),
            count(&|y| y.is_nan()),
        ];
        assert_eq!(counts, [2, 2, 2]);
    }
    let in_order = TrainTestSplit {
        shuffle: false,
        ..stratify
    };
    says(
        split_alike(&["a", "a", "b", "b"], &in_order),
        &["shuffle: true with stratify: true"],
    );
    let in_order = TrainTestSplit {
        stratify: false,
        ..in_order
    };
    let (x_train, x_test) = split_alike(&["a", "b", "c", "d"], &in_order).unwrap();
    assert_eq!((x_train, x_test), (vec!["a", "b"], vec!["c", "d"]));
}

#[test]
fn matrices_and_curves_of_numbers_that_do_not_fit_are_told() {
    says(
        confusion_matrix([0, 1], [1]),
        &["an answer for each of the 2 labels, received 1 answers"],
    );
    says(
        confusion_matrix([0, 1], [0.2, 0.9]),
        &["received 0.2 in row 0 of y_pred", "classes()?"],
    );
    says(
        confusion_matrix([0, 1000], [0, 1]),
        &["classes from 0 to 999, received 1000 in row 1 of y_true"],
    );
    says(
        roc_curve([0, 1], [0.1]),
        &["a score for each of the 2 labels, received 1 scores"],
    );
    says(
        roc_curve([0, 2], [0.1, 0.2]),
        &["labels 0 and 1, received 2 in row 1"],
    );
    says(
        roc_curve([1, 1], [0.1, 0.2]),
        &["samples of both classes, received none of class 0"],
    );
    says(roc_curve([0, 1], [0.1, f64::NAN]), &["NaN in row 1"]);
    says(
        log_count_ratio(&Tensor::ones([2, 3]), [0, 2], 1.0),
        &["labels 0 and 1, received 2 in row 1"],
    );
    says(
        log_count_ratio(&Tensor::ones([2, 3]), [0, 0], 1.0),
        &["none of class 1"],
    );
    says(
        log_count_ratio(&Tensor::ones([2, 3]), [0, 1], 0.0),
        &["an alpha above 0"],
    );
    says(
        log_count_ratio(&Tensor::ones([2, 3]), [0], 1.0),
        &["a label for each of the 2 samples"],
    );
    says(
        log_count_ratio(&Tensor::ones(2), [0, 1], 1.0),
        &["a row of words"],
    );
}

#[test]
fn ngrams_that_cannot_be_are_told() {
    says(
        NGrams::new(0).adapt(&[vec![1]]),
        &["n-grams of at least 1 word, received 0"],
    );
    says(
        NGrams::new(1).max_tokens(0).adapt(&[vec![1]]),
        &["max_tokens of at least 1 n-gram"],
    );
    says(
        NGrams::new(1).adapt(&[vec![1], vec![2]]),
        &["words that stand in at least 2 texts, received 2 texts without one"],
    );
    says(NGrams::new(1).adapt(&[vec![-1]]), &["-1 in sequence 0"]);
    says(NGrams::new(1).apply(&[vec![1]]), &["call adapt"]);
    let mut ngrams = NGrams::new(1);
    ngrams.adapt(&[vec![5], vec![5]]).unwrap();
    says(ngrams.ngram(1), &["a column below 1, received 1"]);
}

/// All n-grams of a text, the plain way.
fn windows(text: &[u32], longest: usize) -> Vec<Vec<u32>> {
    let lengths = 1..=longest;
    let all = lengths.flat_map(|length| text.windows(length));
    all.filter(|words| !words.contains(&0))
        .map(<[u32]>::to_vec)
        .collect()
}

fn reviews() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(0..6_u32, 0..20), 1..12)
}

proptest! {
    #[test]
    fn ngrams_are_those_that_counting_every_window_finds(
        train in reviews(), test in reviews(), longest in 1..5_usize, min_documents in 1..4_usize, max_tokens in 1..60_usize,
    ) {
        let count = |gram: &Vec<u32>| train.iter().filter(|text| windows(text, longest).contains(gram)).count();
        let mut expected = train.iter().flat_map(|text| windows(text, longest)).collect::<Vec<_>>();
        expected.sort();
        expected.dedup();
        expected.retain(|gram| count(gram) >= min_documents);
        let mut ngrams = NGrams::new(longest).min_documents(min_documents);
        let result = ngrams.adapt(&train);
        assert_eq!(result.is_err(), expected.is_empty());
        if result.is_err() {
            return Ok(());
        }
        let found = ngrams.get_vocabulary();
        // The most frequent first, shorter ones before longer ones.
        let order = |gram: &Vec<u32>| (usize::MAX - count(gram), gram.len());
        assert!(found.is_sorted_by_key(order));
        let mut sorted = found.clone();
        sorted.sort();
        assert_eq!(sorted, expected);
        // A limit keeps the first ones.
        let mut limited = NGrams::new(longest).min_documents(min_documents).max_tokens(max_tokens);
        limited.adapt(&train).unwrap();
        let kept = limited.get_vocabulary();
        assert_eq!(kept, found[..max_tokens.min(found.len())]);
        // Rows, of this layer and of one that was saved.
        let x = limited.apply(&test).unwrap();
        for (row, text) in test.iter().enumerate() {
            let present = windows(text, longest);
            for (column, gram) in kept.iter().enumerate() {
                assert_eq!(x[[row, column]], f32::from(u8::from(present.contains(gram))));
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ngrams.json");
        limited.save(&path).unwrap();
        assert_eq!(NGrams::load(&path).unwrap().apply(&test).unwrap(), x);
    }

    #[test]
    fn a_stratified_split_takes_every_sample_once_and_of_each_class_its_share(
        classes in prop::collection::vec(2..30_usize, 1..5), seed in 0..1000_u32, test_size in 0.2..0.8_f64,
    ) {
        let y: Vec<usize> = classes.iter().enumerate().flat_map(|(class, count)| vec![class; *count]).collect();
        let x: Vec<usize> = (0..y.len()).collect();
        let options = TrainTestSplit { test_size, random_state: seed, stratify: true, ..TrainTestSplit::default() };
        let Ok((x_train, x_test, _, y_test)) = train_test_split_with(&x, &y, options) else {
            return Ok(());
        };
        let mut all = [x_train, x_test].concat();
        all.sort();
        assert_eq!(all, x);
        for (class, count) in classes.iter().enumerate() {
            let tested = y_test.iter().filter(|other| **other == class).count() as f64;
            let share = y_test.len() as f64 * *count as f64 / y.len() as f64;
            assert!((tested - share).abs() <= 1.0 + 1e-9, "{tested} of {share}");
        }
    }
}

#[test]
fn sequences_and_labels_stay_what_they_are_and_keep_their_origin() {
    let x = Sequences::from(vec![vec![1, 2], vec![3], vec![4], vec![5]]);
    let y = Labels::from(vec![0, 1, 0, 1]);
    let (x_train, x_test, y_train, y_test): (Sequences, Sequences, Labels, Labels) =
        train_test_split(&x, &y, 0.25).unwrap();
    assert_eq!(
        (x_train.len(), x_test.len(), y_train.len(), y_test.len()),
        (3, 1, 3, 1)
    );
    assert_eq!(x_train.origin(), x.origin());
}

#[test]
fn a_model_and_its_vocabulary_are_saved_and_answer_the_same_when_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { Path::new(folder.path()).join(name) };
    let texts = [
        "a good film",
        "good music",
        "a bad film",
        "bad music and a bad end",
        "good end",
        "bad story",
    ];
    let labels = [1, 1, 0, 0, 1, 0];
    let mut vectorization = TextVectorization::new().output_mode("multi_hot").ngrams(2);
    vectorization.adapt(texts).unwrap();
    let x = vectorization.apply(texts).unwrap();
    assert!(x.is_multi_hot());
    let mut model = Sequential::new();
    model.add(
        Dense::new(1)
            .activation(Activation::Sigmoid)
            .input_shape(vectorization.vocabulary_size()),
    );
    model
        .compile(
            RMSprop::new(0.1),
            Loss::BinaryCrossentropy,
            [Metric::Accuracy],
        )
        .unwrap();
    let options = Fit {
        epochs: 30,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    model.fit(&x, &Tensor::from(labels), options).unwrap();
    model.save(at("model.safetensors")).unwrap();
    vectorization.save(at("vocabulary.json")).unwrap();
    let (loaded, words) = (
        Sequential::load(at("model.safetensors")).unwrap(),
        TextVectorization::load(at("vocabulary.json")).unwrap(),
    );
    let mine = "a really good end!";
    let answer = loaded.predict(&words.apply(mine).unwrap()).unwrap();
    assert_eq!(
        answer,
        model.predict(&vectorization.apply(mine).unwrap()).unwrap()
    );
    assert_eq!(answer.classes().unwrap(), [1]);
}
