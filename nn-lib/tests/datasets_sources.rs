//! Where `load_data` takes its data from: `NN_LIB_DATA`, Keras's directory, a mirror, the built-in stand-in.
//!
//! The environment belongs to a process, so each test starts this test program again with another environment and
//! lets it run `what_the_child_loads`.

use nn_lib::datasets::using_stand_in;
use nn_lib::prelude::*;
use nn_lib::tensor::Values;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory of this test's own that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let name = format!("nn-lib-sources-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("datasets")).unwrap();
        Scratch(path)
    }

    /// Puts a small archive here that is no Reuters, but has its form.
    fn put(&self, sample: &str, name: &str) {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npz");
        std::fs::copy(samples.join(sample), self.0.join(name)).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What `what_the_child_loads` prints in another environment.
fn child(what: &str, data: Option<&Path>, keras: &Path) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "what_the_child_loads", "--nocapture"])
        .env("NN_LIB_TEST_LOAD", what)
        .env("KERAS_HOME", keras)
        // Nothing listens there: as without a network, wherever the test runs.
        .env("NN_LIB_DATA_URL", "http://127.0.0.1:9")
        .env_remove("NN_LIB_DATA");
    if let Some(directory) = data {
        child.env("NN_LIB_DATA", directory);
    }
    let output = child.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors, "", "nothing goes to the standard error");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_the_child_loads() {
    let Ok(what) = std::env::var("NN_LIB_TEST_LOAD") else {
        return;
    };
    println!();
    match what.as_str() {
        "reuters" => match reuters::load_data(10_000) {
            Ok(((data, labels), _)) => {
                println!("{} training newswires, label {}", data.len(), labels[0]);
                println!(
                    "stand-in: {} {:?}",
                    using_stand_in(),
                    data.origin().notice()
                );
            }
            Err(error) => println!("error: {error}"),
        },
        "charts" => charts(),
        "words" => println!("{:?}", reuters::get_word_index().map(|words| words.len())),
        _ => {
            let ((data, _), _) = imdb::load_data(10_000).unwrap();
            let words = imdb::get_word_index().unwrap();
            println!("{}", imdb::decode_review(&data[0], &words));
            println!("stand-in: {:?}", data.origin().notice());
        }
    }
}

/// Charts of numbers that were made of IMDB's stand-in, and of others.
fn charts() {
    let ((data, labels), _) = imdb::load_data(100).unwrap();
    let ((newswires, _), _) = reuters::load_data(100).unwrap();
    let ((houses, prices), _) = boston_housing::load_data().unwrap();
    let (x, y) = (
        vectorize_sequences(&data, 100).unwrap(),
        Tensor::from(&labels),
    );
    let mut train = Sequential::new();
    train.add(Dense::new(1).input_shape(100));
    train.compile("sgd", "mse", ()).unwrap();
    let options = || Fit {
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    let history = train.fit(&x.rows(..64), &y.rows(..64), options()).unwrap();
    let own = train.predict(&Tensor::zeros([3, 100])).unwrap();
    let other = vectorize_sequences(&newswires, 100).unwrap().rows(..64);
    let sum = (&x.rows(..64) + &other).unwrap();
    let mut model = Sequential::new();
    model.add(Dense::new(1).input_shape(13));
    model.compile("sgd", "mse", ()).unwrap();
    let of_houses = model.fit(&(houses * 0.0), &prices, options()).unwrap();
    let chart = |what: &str, values: &dyn Values| {
        let numbers = 0..values.to_values().len();
        let figure = Figure::new("t")
            .points(numbers, values, "values")
            .svg()
            .unwrap();
        let place = figure.find("stand-in, not the real data");
        let notice = place.map_or("", |place| {
            let start = figure[..place]
                .rfind(['>', '\n'])
                .map_or(0, |start| start + 1);
            &figure[start..place + "stand-in, not the real data".len()]
        });
        println!("{what} chart: {notice}");
    };
    chart("history", &history["loss"]);
    chart("predictions", &own);
    chart("labels", &labels);
    chart("weights", &train.get_weights()[0]);
    chart("both", &sum);
    chart("houses", &of_houses["loss"]);
    chart("own", &[1.0, 2.0]);
}

#[test]
fn the_directory_of_nn_lib_data_comes_before_that_of_keras() {
    let (data, keras) = (Scratch::new("both-data"), Scratch::new("both-keras"));
    data.put("protocol2.npz", "reuters.npz");
    keras.put("python2.npz", "datasets/reuters.npz");
    let text = child("reuters", Some(&data.0), &keras.0);
    assert!(text.contains("3 training newswires"), "{text}");
    assert!(text.contains("stand-in: false None"), "{text}");
    let text = child("reuters", None, &keras.0);
    assert!(text.contains("1 training newswires"), "{text}");
}

#[test]
fn a_file_that_nn_lib_data_lacks_is_taken_from_the_directory_of_keras() {
    let (data, keras) = (Scratch::new("lack-data"), Scratch::new("lack-keras"));
    keras.put("protocol2.npz", "datasets/reuters.npz");
    let text = child("reuters", Some(&data.0), &keras.0);
    assert!(text.contains("3 training newswires"), "{text}");
}

#[test]
fn a_damaged_file_is_an_error_that_names_it_and_no_stand_in() {
    let keras = Scratch::new("damaged");
    let file = keras.0.join("datasets/reuters.npz");
    std::fs::write(&file, "half a download").unwrap();
    let text = child("reuters", None, &keras.0);
    assert!(
        text.contains(&format!("error: {}", file.display())),
        "{text}"
    );
    assert!(text.contains("hint: delete the file"), "{text}");
}

#[test]
fn a_damaged_word_index_is_an_error_that_names_it() {
    let keras = Scratch::new("damaged-words");
    std::fs::write(
        keras.0.join("datasets/reuters_word_index.json"),
        "{\"the\": 1",
    )
    .unwrap();
    let text = child("words", None, &keras.0);
    assert!(
        text.contains("reuters_word_index.json") && text.contains("Err"),
        "{text}"
    );
}

#[test]
fn a_directory_that_does_not_exist_is_an_error() {
    let keras = Scratch::new("no-directory");
    let text = child("reuters", Some(Path::new("no/such/directory")), &keras.0);
    assert!(
        text.contains("NN_LIB_DATA expects the path of a directory"),
        "{text}"
    );
}

#[test]
fn without_files_and_network_the_stand_in_takes_over_and_says_so() {
    let keras = Scratch::new("offline");
    let start = std::time::Instant::now();
    let text = child("reuters", None, &keras.0);
    assert!(text.contains("NOT THE REAL DATA"), "{text}");
    assert!(
        text.contains("Why: cannot download http://127.0.0.1:9/reuters.npz"),
        "{text}"
    );
    assert!(text.contains("8982 training newswires"), "{text}");
    assert!(
        text.contains("stand-in: true Some(\"Reuters stand-in, not the real data\")"),
        "{text}"
    );
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_word_index_without_its_data_set_is_that_of_the_stand_in() {
    let keras = Scratch::new("words");
    assert!(child("words", None, &keras.0).contains("Ok(9996)"));
}

#[test]
fn a_real_data_set_is_not_decoded_with_the_words_of_the_stand_in() {
    let keras = Scratch::new("real-without-words");
    keras.put("protocol2.npz", "datasets/reuters.npz");
    let text = child("words", None, &keras.0);
    assert!(
        text.contains("Err") && text.contains("reuters_word_index.json"),
        "{text}"
    );
}

#[test]
fn the_reviews_of_the_stand_in_are_decoded_with_its_words() {
    let keras = Scratch::new("decode");
    let text = child("imdb", None, &keras.0);
    let review = text.lines().find(|line| line.starts_with("? ")).unwrap();
    let words: Vec<&str> = review.split(' ').skip(1).collect();
    let known = words.iter().filter(|word| **word != "?").count();
    assert!(known * 100 > words.len() * 85, "{review}");
    assert!(text.contains("IMDB stand-in, not the real data"), "{text}");
}

#[test]
fn a_chart_says_whether_its_numbers_come_from_the_stand_in() {
    let keras = Scratch::new("charts");
    let text = child("charts", None, &keras.0);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(" chart: "))
        .collect();
    let both = "IMDB and Reuters stand-in, not the real data";
    let imdb = "IMDB stand-in, not the real data";
    let expected = [
        ("history", imdb),
        ("predictions", imdb),
        ("labels", imdb),
        ("weights", imdb),
        ("both", both),
        ("houses", ""),
        ("own", ""),
    ];
    let expected = expected.map(|(what, notice)| format!("{what} chart: {notice}"));
    assert_eq!(lines, expected);
}
