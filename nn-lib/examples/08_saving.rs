//! A saved model comes back the same, goes on learning as if nothing had happened, and can be read by Python.
//!
//! The file is in the safetensors format. In Python, after `pip install safetensors numpy`, the weights are a
//! dictionary of NumPy arrays, named after layer and variable:
//!
//! ```python
//! from safetensors.numpy import load_file
//!
//! weights = load_file("model.safetensors")
//! weights["hidden/kernel"].shape   # (2, 4)
//! weights["answer/bias"].shape     # (1,)
//! ```
//!
//! A compiled model also stores what its optimizer remembers, under names such as `optimizer/0/hidden/kernel`.
//! Run it with `cargo run -p nn-lib --example 08_saving`.

use nn_lib::prelude::*;

fn network() -> nn_lib::Result<Sequential> {
    let mut model = Sequential::with_seed(1);
    let hidden = Dense::new(4).activation(Activation::Tanh).name("hidden");
    model.add(hidden.input_shape(2));
    model.add(Dense::new(1).name("answer"));
    model.compile(RMSprop::new(0.01), Loss::MeanSquaredError, ())?;
    Ok(model)
}

/// Trains from one epoch (counted from 0) up to another.
fn epochs(first: usize, end: usize) -> Fit {
    Fit {
        initial_epoch: first,
        epochs: end,
        batch_size: 2,
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

pub(crate) fn main() -> nn_lib::Result<()> {
    let x = Tensor::from([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let y = Tensor::from([0.0, 1.0, 1.0, 2.0]);
    let name = format!("nn-lib-example-saving-{}.safetensors", std::process::id());
    let path = std::env::temp_dir().join(name);

    // Two epochs, and into the file: the layers, their weights, and what the optimizer remembers.
    let mut model = network()?;
    model.fit(&x, &y, epochs(0, 2))?;
    model.save(&path)?;

    // The file alone is enough to have the model again, to the last bit.
    let mut loaded = Model::load(&path)?;
    println!("{}", loaded.summary());
    assert_eq!(loaded.layer_names(), ["hidden", "answer"]);
    assert_eq!(loaded.predict(&x)?, model.predict(&x)?);

    // Two more epochs with the loaded one: the same weights as four epochs without a break.
    loaded.fit(&x, &y, epochs(2, 4))?;
    let mut unbroken = network()?;
    unbroken.fit(&x, &y, epochs(0, 4))?;
    assert_ne!(loaded.get_weights(), model.get_weights());
    assert_eq!(loaded.get_weights(), unbroken.get_weights());

    // Weights alone go into a model that code has built, if its layers have the same names and shapes.
    let mut empty = network()?;
    empty.load_weights(&path)?;
    assert_eq!(empty.get_weights(), model.get_weights());

    // A file that is not there is an error to be read, not a crash.
    std::fs::remove_file(&path).map_err(|source| nn_lib::Error::io("remove", &path, source))?;
    let missing = Model::load(&path).expect_err("the file was removed");
    println!("{missing}");
    Ok(())
}
