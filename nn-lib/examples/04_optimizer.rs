//! An optimizer turns the gradient into a step, and the kinds of optimizer differ in how long a step they dare.
//!
//! Run it with `cargo run -p nn-lib --example 04_optimizer`.

use nn_lib::prelude::*;

/// The weight after each step down the valley `steepness · (w - 3)²`, from `w = 0`.
fn descend(mut optimizer: impl Optimizer, steepness: f32, steps: usize) -> Vec<f32> {
    let mut weight = [0.0];
    // What the optimizer remembers of the weight: nothing for plain gradient descent, a running mean for others.
    let mut memory: Vec<Vec<f32>> = (0..optimizer.slots())
        .map(|slot| vec![optimizer.initial_slot_value(slot)])
        .collect();
    let mut path = Vec::new();
    for _ in 0..steps {
        let gradient = [steepness * 2.0 * (weight[0] - 3.0)];
        let mut slots: Vec<&mut [f32]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
        optimizer.begin_step();
        optimizer.update(&mut weight, &mut slots, &gradient);
        path.push(weight[0]);
    }
    path
}

fn close(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-4
}

pub(crate) fn main() -> nn_lib::Result<()> {
    // Plain gradient descent, w -= rate · gradient: 0.25 · 2 · (w - 3) halves the way that is left.
    let path = descend(SGD::new(0.25), 1.0, 4);
    println!("SGD           {path:?}");
    assert_eq!(path, [1.5, 2.25, 2.625, 2.8125]);

    // Too long a step jumps over the valley and lands higher on the other side.
    assert_eq!(descend(SGD::new(1.5), 1.0, 3), [9.0, -9.0, 27.0]);

    // With momentum half of the last step goes on: faster down, and past the bottom at the third step.
    let path = descend(SGD::new(0.25).momentum(0.5), 1.0, 3);
    println!("with momentum {path:?}");
    assert_eq!(path, [1.5, 3.0, 3.75]);

    // In a valley a thousand times as steep, that learning rate would be a catastrophe.
    assert_eq!(descend(SGD::new(0.25), 1000.0, 1), [1500.0]);

    // RMSprop divides by the usual size of the gradient, so that the steepness does not matter.
    // First step: the running mean of squares is 0.25·36 = 9, and 0.5·6 / √9 = 1.
    for steepness in [1.0, 1000.0] {
        let path = descend(RMSprop::new(0.5).rho(0.75), steepness, 1);
        println!("RMSprop       {path:?} with steepness {steepness}");
        assert!(close(path[0], 1.0));
    }

    // Adam's first step is as long as the learning rate, whatever the gradient.
    for steepness in [1.0, 1000.0] {
        assert!(close(descend(Adam::new(0.5), steepness, 1)[0], 0.5));
    }

    // All of them arrive.
    assert!(close(descend(SGD::new(0.25), 1.0, 50)[49], 3.0));
    assert!((descend(Adam::new(0.1), 1.0, 500)[499] - 3.0).abs() < 0.01);
    Ok(())
}
