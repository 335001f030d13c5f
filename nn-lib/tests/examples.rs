//! The examples are part of the tests: each asserts what it says, so none of them can go stale.
//!
//! Their `main` is `pub(crate)` for the sake of this file.

#[path = "../examples/01_tensor.rs"]
mod tensor;

#[path = "../examples/02_dense_by_hand.rs"]
mod dense_by_hand;

#[path = "../examples/03_loss.rs"]
mod loss;

#[path = "../examples/04_optimizer.rs"]
mod optimizer;

#[path = "../examples/05_sequential.rs"]
mod sequential;

#[path = "../examples/06_functional.rs"]
mod functional;

#[path = "../examples/07_callbacks.rs"]
mod callbacks;

#[path = "../examples/08_saving.rs"]
mod saving;

use nn_lib::Result;

#[test]
fn example_01_tensor_holds() -> Result<()> {
    tensor::main()
}

#[test]
fn example_02_dense_by_hand_holds() -> Result<()> {
    dense_by_hand::main()
}

#[test]
fn example_03_loss_holds() -> Result<()> {
    loss::main()
}

#[test]
fn example_04_optimizer_holds() -> Result<()> {
    optimizer::main()
}

#[test]
fn example_05_sequential_holds() -> Result<()> {
    sequential::main()
}

#[test]
fn example_06_functional_holds() -> Result<()> {
    functional::main()
}

#[test]
fn example_07_callbacks_holds() -> Result<()> {
    callbacks::main()
}

#[test]
fn example_08_saving_holds() -> Result<()> {
    saving::main()
}
