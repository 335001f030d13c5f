//! The trainings of the chapter, stopped at random moments: the next training always has all its epochs.

use classroom_tests::kernel::{Kernel, repository, template};
use classroom_tests::notebook::code_cells;
use std::time::{Duration, Instant};

/// The notebooks with trainings.
const NOTEBOOKS: [&str; 3] = [
    "3.4-classifying-movie-reviews",
    "3.5-classifying-newswires",
    "3.6-predicting-house-prices",
];

const NEXT_MODEL: &str = "let next_x = Tensor::ones([64, 4]); let next_y = Tensor::zeros([64, 1]);
let mut next_model = Sequential::new();
next_model.add(Dense::new(1).input_shape(4));
next_model.compile(\"rmsprop\", \"mse\", [\"mae\"])?;";

const NEXT_TRAINING: &str = "next_model.fit(&next_x, &next_y, \
    Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() })?[\"loss\"].len()";

/// `cargo test --release -p classroom-tests --test kernel_stops -- --ignored --nocapture`
#[test]
#[ignore = "takes some minutes"]
fn a_hundred_stops_in_the_chapters_trainings_never_reach_the_next_training() {
    stop(100);
}

/// Stops the trainings of the three notebooks `count` times in all.
fn stop(count: usize) {
    let mut random = fastrand::Rng::with_seed(16);
    let chapter: Vec<Vec<String>> = NOTEBOOKS.iter().map(|name| code_cells(name)).collect();
    let trainings: usize = chapter.iter().map(|cells| training(cells).len()).sum();
    let each = count.div_ceil(trainings);
    let (mut stops, mut lost) = (0, 0);
    for (name, cells) in NOTEBOOKS.iter().zip(&chapter) {
        let places = training(cells);
        let notebooks = repository().join("notebooks");
        let mut kernel = Kernel::start_with(template(), &notebooks);
        kernel.ok(NEXT_MODEL);
        for (at, cell) in cells.iter().enumerate() {
            let start = Instant::now();
            kernel.ok(cell);
            let whole = start.elapsed();
            if !places.contains(&at) {
                continue;
            }
            for _ in 0..each {
                let moment = whole.mul_f64(random.f64() * 1.2);
                let start = Instant::now();
                let id = kernel.begin(cell);
                std::thread::sleep(moment);
                kernel.interrupt_now();
                let answer = kernel.wait(&id, start);
                stops += 1;
                let late = answer.took.saturating_sub(moment);
                assert!(
                    late < Duration::from_secs(10),
                    "{name}, {moment:?}: {answer:#?}"
                );
                if answer.traceback().contains("variables are lost") {
                    // Plain Rust code was stopped, and it was said. A student runs the cells again.
                    eprintln!("{name}: lost after {moment:?} of {whole:?} in\n{cell}");
                    lost += 1;
                    kernel.ok(NEXT_MODEL);
                    for earlier in &cells[..=at] {
                        kernel.ok(earlier);
                    }
                }
                assert_eq!(
                    kernel.ok(NEXT_TRAINING).result(),
                    Some("3"),
                    "{name}: {cell}"
                );
            }
            // The notebook goes on with what the cell makes.
            kernel.ok(cell);
        }
        kernel.shut_down();
    }
    eprintln!("{stops} stops, the variables were lost in {lost} of them, and that was said");
    assert!(stops >= count);
}

/// The places of the cells that train: by themselves, or by a function of an earlier cell that does.
fn training(cells: &[String]) -> Vec<usize> {
    let mut functions: Vec<String> = Vec::new();
    let mut places = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let trains = cell.contains(".fit(") || functions.iter().any(|name| cell.contains(name));
        if let Some(rest) = cell.trim_start().strip_prefix("fn ") {
            let name = rest.split('(').next().unwrap_or_default();
            functions.extend(trains.then(|| format!("{name}(")));
        } else if trains {
            places.push(at);
        }
    }
    places
}

#[test]
fn every_notebook_with_trainings_has_cells_to_stop() {
    for name in NOTEBOOKS {
        assert!(training(&code_cells(name)).len() > 1, "{name}");
    }
}
