//! Training in a notebook: one display that is updated, and an interrupt that keeps what was learned.

use classroom_tests::kernel::Kernel;
use std::time::{Duration, Instant};

const MODEL: &str = "let x = Tensor::ones([256, 32]); let y = Tensor::zeros([256, 1]);
let mut model = Sequential::new();
model.add(Dense::new(8).activation(Activation::Relu).input_shape(32));
model.add(Dense::new(1));
model.compile(SGD::new(0.01), Loss::MeanSquaredError, [\"mae\"])?;";

#[test]
fn a_training_is_one_display_that_is_updated() {
    let mut kernel = Kernel::shared();
    kernel.ok(MODEL);
    let answer = kernel.ok(
        "let history = model.fit(&x, &y, Fit { epochs: 40, batch_size: 64, ..Fit::default() })?;",
    );
    let first = answer.of("display_data");
    assert_eq!(first.len(), 1, "{answer:#?}");
    let id = &first[0]["transient"]["display_id"];
    assert!(id.is_string(), "{id}");
    let updates = answer.of("update_display_data");
    assert!(!updates.is_empty(), "{answer:#?}");
    assert!(
        updates
            .iter()
            .all(|update| update["transient"]["display_id"] == *id)
    );
    let last = updates.last().unwrap()["data"]["text/html"].to_string();
    assert!(last.contains("40"), "{last}");
    assert_eq!(kernel.ok("history[\"loss\"].len()").result(), Some("40"));
}

#[test]
fn an_interrupted_training_returns_what_it_has_and_every_variable_is_kept() {
    let mut kernel = Kernel::shared();
    kernel.ok(MODEL);
    let id = kernel.begin(
        "let history = model.fit(&x, &y, Fit { epochs: 1_000_000, batch_size: 64, ..Fit::default() })?;",
    );
    kernel.wait_for(&id, |message| message.kind == "update_display_data");
    let start = Instant::now();
    kernel.interrupt();
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.reply["status"], "ok", "{}", answer.traceback());
    assert!(answer.took < Duration::from_secs(20), "{:?}", answer.took);
    assert_eq!(
        kernel.ok("history[\"loss\"].len() > 0").result(),
        Some("true")
    );
    assert_eq!(kernel.ok("x.shape()").result(), Some("[256, 32]"));
    // The next training is not stopped by the interrupt of this one.
    kernel
        .ok("let again = model.fit(&x, &y, Fit { epochs: 3, batch_size: 64, ..Fit::default() })?;");
    assert_eq!(kernel.ok("again[\"loss\"].len()").result(), Some("3"));
}

#[test]
fn the_number_of_threads_that_was_chosen_reaches_the_cells_and_a_bad_one_is_named() {
    let variable = "std::env::var(\"RAYON_NUM_THREADS\").unwrap_or_default()";
    let directory = std::env::temp_dir();
    for (chosen, told) in [("1", "\"1\""), ("some", "\"\"")] {
        let mut kernel = Kernel::start_changed(&directory, |command| {
            command.env("NN_LIB_THREADS", chosen);
            command.env_remove("RAYON_NUM_THREADS");
        });
        assert_eq!(kernel.ok(variable).result(), Some(told));
        let training = kernel.ok("let mut model = Sequential::new(); model.add(Dense::new(64).input_shape(4096)); \
            model.compile(SGD::new(0.01), \"mse\", ())?; let x = Tensor::zeros([256, 4096]); let y = Tensor::zeros([256, 64]); \
            model.fit(&x, &y, Fit { epochs: 1, ..Fit::default() })?;");
        let complaint = "NN_LIB_THREADS is \"some\", which is no number of threads";
        let complains = training.stream("stderr").contains(complaint);
        assert_eq!(complains, chosen == "some");
        kernel.shut_down();
    }
}
