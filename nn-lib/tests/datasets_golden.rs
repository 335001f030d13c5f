//! What `load_data` returns on the real files equals what Keras returns.
//!
//! Expected numbers: Keras 3.15.1 and NumPy's `RandomState(113)` on files of Keras's format. The files are looked for
//! in the directory that `NN_LIB_DATA` names; without them the tests say that they were skipped.

use nn_lib::datasets::{Labels, Sequences, imdb};

fn real_data(file: &str) -> bool {
    let directory = std::env::var_os("NN_LIB_DATA").map(std::path::PathBuf::from);
    let found = directory.is_some_and(|directory| directory.join(file).exists());
    if !found {
        println!("skipped: no {file} in the directory that NN_LIB_DATA names");
    }
    found
}

fn words(sequences: &Sequences) -> usize {
    sequences.iter().map(Vec::len).sum()
}

fn ones(sequences: &Sequences) -> usize {
    let distinct = |words: &Vec<u32>| words.iter().collect::<std::collections::HashSet<_>>().len();
    sequences.iter().map(distinct).sum()
}

fn share_of_ones(labels: &Labels) -> f64 {
    f64::from(labels.iter().sum::<u32>()) / labels.len() as f64
}

#[test]
fn imdb_is_loaded_as_keras_loads_it() {
    if !real_data("imdb.npz") {
        return;
    }
    let start = std::time::Instant::now();
    let ((train_data, train_labels), (test_data, test_labels)) = imdb::load_data(10_000).unwrap();
    println!("loaded in {:?}", start.elapsed());
    assert_eq!((train_data.len(), test_data.len()), (25_000, 25_000));
    assert_eq!(train_data[0].len(), 218);
    assert_eq!(
        train_data[0][..10],
        [1, 14, 22, 16, 43, 529, 972, 1608, 1385, 65]
    );
    assert_eq!(
        train_data[0][208..],
        [
            12, 16, 283, 5, 16, 4420, 113, 103, 32, 15, 16, 5351, 19, 178, 32
        ][5..]
    );
    assert_eq!(test_data[0][..6], [1, 589, 202, 14, 31, 6]);
    assert_eq!(train_labels[..10], [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]);
    assert_eq!(test_labels[..10], [0, 1, 1, 0, 1, 1, 1, 0, 0, 1]);
    assert_eq!(train_data.iter().flatten().max(), Some(&9999));
    assert_eq!(
        (words(&train_data), words(&test_data)),
        (5_967_532, 5_769_387)
    );
    assert_eq!(ones(&train_data), 3_292_477);
    assert_eq!(
        (share_of_ones(&train_labels), share_of_ones(&test_labels)),
        (0.5, 0.5)
    );
}

#[test]
fn the_first_review_is_decoded() {
    if !real_data("imdb.npz") || !real_data("imdb_word_index.json") {
        return;
    }
    let ((train_data, _), _) = imdb::load_data(10_000).unwrap();
    let word_index = imdb::get_word_index().unwrap();
    let text = imdb::decode_review(&train_data[0], &word_index);
    assert!(
        text.starts_with("? this film was just brilliant casting location"),
        "{text}"
    );
    assert_eq!(word_index.get("film"), Some(19));
}
