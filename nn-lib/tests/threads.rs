//! The number of threads changes no bit of what is learned, and for multi-hot rows the instruction set neither.
//!
//! The number of threads is read from the environment, which belongs to a whole process: so every training runs in a
//! process of its own, which is this very program started again.

mod deep;
mod numbers;
mod support;

use std::process::Command;

use nn_lib::prelude::*;
use support::{by_name, child, run, test};

fn main() {
    child(a_training_prints_its_weights);
    run([
        test(the_number_of_threads_and_the_instruction_set_change_no_bit_of_the_weights),
        test(another_seed_changes_the_weights),
        test(the_number_of_threads_changes_no_bit_of_a_large_dense_network),
        test(the_number_of_threads_changes_no_bit_of_networks_for_pictures_and_for_sequences),
        #[cfg(target_arch = "x86_64")]
        by_name(
            "needs qemu-x86_64; run by name",
            older_processors_learn_the_same_bits,
        ),
    ])
}

/// Set in a child process: the seed of the first weights.
const SEED: &str = "NN_LIB_TEST_SEED";
/// Set in a child process: keep to the instructions that every processor has.
const PORTABLE: &str = "NN_LIB_TEST_PORTABLE";
/// Set in a child process: train a large dense network on numbers, in the place of words.
const DENSE: &str = "NN_LIB_TEST_DENSE";
/// Set in a child process: train a network for pictures, or one for sequences, in the place of words.
const DEEP: &str = "NN_LIB_TEST_DEEP";
/// What stands in front of the weights in a child's output.
const MARK: &str = "the weights are ";

/// 300 rows of 5 to 30 word indices below 5,000, duplicates among them.
fn rows() -> Vec<Vec<u32>> {
    // The generator of Numerical Recipes (ranqd1); its high bits are random enough.
    let mut state: u32 = 1;
    let mut below = move |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % limit
    };
    (0..300)
        .map(|_| (0..5 + below(26)).map(|_| below(5_000)).collect())
        .collect()
}

fn network(seed: u64) -> Sequential {
    let mut model = Sequential::with_seed(seed);
    // Enough weights for four threads. 20 units: one full strip of vector lanes and a part of another.
    model.add(
        Dense::new(20)
            .activation(Activation::Relu)
            .input_shape(5_000),
    );
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    let loss = Loss::BinaryCrossentropy;
    model.compile(RMSprop::new(0.01), loss, ()).unwrap();
    model
}

/// The bits of all weights, eight hexadecimal digits each.
fn bits(model: &Model) -> String {
    let weights = model.get_weights();
    let numbers = weights.iter().flat_map(Tensor::to_vec);
    numbers.map(|w| format!("{:08x}", w.to_bits())).collect()
}

fn a_training_prints_its_weights() {
    nn_lib::compute::use_portable(std::env::var_os(PORTABLE).is_some());
    let seed = std::env::var(SEED).map_or(1, |seed| seed.parse().unwrap());
    if std::env::var_os(DENSE).is_some() {
        println!("{MARK}{}", bits(&dense()));
        return;
    }
    if let Ok(kind) = std::env::var(DEEP) {
        println!("{MARK}{}", bits(&trained_deep(&kind)));
        return;
    }
    let mut model = network(seed);
    let rows = rows();
    let x = vectorize_sequences(&rows, 5_000).unwrap();
    let y: Vec<u32> = rows.iter().map(|row| u32::from(row[0] < 2_500)).collect();
    let options = Fit {
        epochs: 3,
        validation_split: 0.3,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    model.fit(&x, &Tensor::from(y), options).unwrap();
    println!("{MARK}{}", bits(&model));
}

/// A trained network of two dense layers whose matrices are cut into pieces of uneven sizes.
fn dense() -> Sequential {
    let (samples, features, units) = (300, 301, 203);
    let mut model = Sequential::with_seed(1);
    model.add(
        Dense::new(units)
            .activation(Activation::Relu)
            .input_shape(features),
    );
    model.add(Dense::new(7).activation(Activation::Softmax));
    let loss = Loss::SparseCategoricalCrossentropy;
    model.compile(RMSprop::new(0.001), loss, ()).unwrap();
    let numbers = (0..samples * features).map(|i| (i as f32 * 0.7).sin());
    let x = Tensor::new([samples, features], numbers.collect()).unwrap();
    let y = Tensor::from((0..samples as u32).map(|i| i % 7).collect::<Vec<u32>>());
    let options = Fit {
        epochs: 2,
        batch_size: 150,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    model.fit(&x, &y, options).unwrap();
    model
}

/// A trained network for pictures or for sequences.
fn trained_deep(kind: &str) -> Sequential {
    let (mut model, (x, y)) = match kind {
        "pictures" => (deep::convnet(3), deep::striped(100)),
        "sequences" => (deep::recurrent(3), deep::texts(100)),
        _ => (deep::averaged(3), deep::long_texts()),
    };
    let options = Fit {
        epochs: 2,
        batch_size: 50.max(x.len() / 2),
        verbose: Verbose::Silent,
        seed: 1,
        ..Fit::default()
    };
    model.fit(&x, &y, options).unwrap();
    model
}

/// What a training in a process of its own learns.
fn learned(threads: &str, portable: bool, seed: u64) -> String {
    trained(threads, |child| {
        child.env(SEED, seed.to_string());
        if portable {
            child.env(PORTABLE, "1");
        }
    })
}

fn trained(threads: &str, settings: impl FnOnce(&mut Command)) -> String {
    trained_by(
        support::command(a_training_prints_its_weights),
        threads,
        settings,
    )
}

/// The same by a command that starts this very program.
fn trained_by(mut child: Command, threads: &str, settings: impl FnOnce(&mut Command)) -> String {
    child.env("NN_LIB_THREADS", threads);
    for name in [SEED, PORTABLE, DENSE, DEEP] {
        child.env_remove(name);
    }
    settings(&mut child);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{output:?}");
    let mut lines = said.lines();
    let weights = lines.find_map(|line| line.strip_prefix(MARK));
    weights.expect("the child prints its weights").to_string()
}

fn the_number_of_threads_and_the_instruction_set_change_no_bit_of_the_weights() {
    let one = learned("1", false, 1);
    // All 5,000 · 20 + 20 + 20 + 1 weights are compared, and they are not those of the beginning.
    assert_eq!(one.len(), 8 * 100_041);
    assert_ne!(one, bits(&network(1)));
    for (threads, portable) in [("2", false), ("4", false), ("1", true), ("4", true)] {
        let other = learned(threads, portable, 1);
        assert!(one == other, "{threads} threads, portable: {portable}");
    }
}

fn another_seed_changes_the_weights() {
    assert!(learned("2", false, 1) != learned("2", false, 2));
}

fn the_number_of_threads_changes_no_bit_of_a_large_dense_network() {
    let learned = |threads| {
        trained(threads, |child| {
            child.env(DENSE, "1");
        })
    };
    let one = learned("1");
    assert_eq!(one.len(), 8 * (301 * 203 + 203 + 203 * 7 + 7));
    for threads in ["2", "3", "4"] {
        assert!(one == learned(threads), "{threads} threads");
    }
}

fn the_number_of_threads_changes_no_bit_of_networks_for_pictures_and_for_sequences() {
    for (kind, count) in [
        ("pictures", deep::convnet(3).count_params()),
        ("sequences", deep::recurrent(3).count_params()),
        ("averages", deep::averaged(3).count_params()),
    ] {
        let learned = |threads| {
            trained(threads, |child| {
                child.env(DEEP, kind);
            })
        };
        let one = learned("1");
        assert_eq!(one.len(), 8 * count);
        for threads in ["2", "3", "4"] {
            assert!(one == learned(threads), "{kind}: {threads} threads");
        }
    }
}

/// An emulator runs the training as older processors would: Nehalem has SSE4.2, Ivy Bridge AVX, Haswell AVX2 and fused
/// multiply-add. This processor may have AVX-512 as well.
#[cfg(target_arch = "x86_64")]
fn older_processors_learn_the_same_bits() {
    let on = |processor: Option<&str>, dense: bool| {
        let itself = support::command(a_training_prints_its_weights);
        let child = match processor {
            None => itself,
            Some(processor) => {
                let mut child = Command::new("qemu-x86_64");
                child.args(["-cpu", processor]).arg(itself.get_program());
                child.envs(
                    itself
                        .get_envs()
                        .filter_map(|(name, value)| Some((name, value?))),
                );
                child
            }
        };
        trained_by(child, "1", |child| {
            if dense {
                child.env(DENSE, "1");
            }
        })
    };
    // Words: on every processor.
    let here = on(None, false);
    for processor in ["Nehalem", "IvyBridge", "Haswell"] {
        assert!(on(Some(processor), false) == here, "{processor}");
    }
    // Large dense layers: on all that have fused multiply-add, and among those that have not.
    let (haswell, nehalem) = (on(Some("Haswell"), true), on(Some("Nehalem"), true));
    assert!(haswell != nehalem);
    assert!(on(Some("IvyBridge"), true) == nehalem);
    if std::arch::is_x86_feature_detected!("fma") {
        assert!(on(None, true) == haswell);
    }
}
