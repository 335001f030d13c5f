//! Callbacks look at a training after every epoch: they write down, change the pace, or stop.
//!
//! Run it with `cargo run -p nn-lib --example 07_callbacks`.

use std::cell::RefCell;
use std::rc::Rc;

use nn_lib::prelude::*;

/// One weight that starts at 0 and should become 1. With a rate of 1/8 each step goes a quarter of the way that is
/// left: 1/8 · 2 · (1 - w).
fn one_weight() -> nn_lib::Result<Sequential> {
    let mut model = Sequential::new();
    let layer = Dense::new(1).use_bias(false);
    model.add(layer.kernel_initializer(Initializer::Zeros).input_shape(1));
    model.compile(SGD::new(0.125), Loss::MeanSquaredError, ())?;
    Ok(model)
}

fn options(epochs: usize, callback: impl Callback + 'static) -> Fit {
    Fit {
        epochs,
        callbacks: vec![Box::new(callback)],
        verbose: Verbose::Silent,
        ..Fit::default()
    }
}

/// A callback of one's own: enough is enough.
struct StopBelow {
    loss: f32,
}

impl Callback for StopBelow {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> nn_lib::Result<()> {
        if training.log("loss")? < self.loss {
            training.stop();
        }
        Ok(())
    }
}

pub(crate) fn main() -> nn_lib::Result<()> {
    let (x, y) = (Tensor::from([[1.0]]), Tensor::from([1.0]));

    // A function called after every epoch. `Rc<RefCell<..>>` is a list with two owners: the callback and us.
    let weights = Rc::new(RefCell::new(Vec::new()));
    let list = Rc::clone(&weights);
    let write_down = OnEpochEnd::new(move |training| {
        let kernel = &training.model.get_weights()[0];
        list.borrow_mut().push(kernel[[0, 0]]);
    });
    one_weight()?.fit(&x, &y, options(3, write_down))?;
    assert_eq!(*weights.borrow(), [0.25, 0.4375, 0.578125]);

    // Another learning rate for every epoch, kept in the history beside the loss.
    let halve =
        LearningRateScheduler::new(|epoch, rate| if epoch == 0 { rate } else { rate / 2.0 });
    let history = one_weight()?.fit(&x, &y, options(3, halve))?;
    println!("{history}");
    assert_eq!(history["learning_rate"], [0.125, 0.0625, 0.03125]);

    // The losses are 1, 0.75² = 0.5625 and 0.5625² = 0.316: the third is the first below 0.5.
    let history = one_weight()?.fit(&x, &y, options(100, StopBelow { loss: 0.5 }))?;
    assert_eq!(history.epochs(), [1, 2, 3]);

    // Early stopping. On the data set apart 0.5 would be best, so the weight comes nearer to it (0.25, 0.4375)
    // and then leaves it behind (0.578). After one epoch without progress the best weight is brought back.
    let mut model = one_weight()?;
    let stopping = EarlyStopping::new("val_loss").patience(1);
    let mut early = options(100, stopping.restore_best_weights(true));
    early.validation_data = Some((x.clone(), Tensor::from([0.5])));
    let history = model.fit(&x, &y, early)?;
    println!("{history}");
    assert_eq!(history.epochs(), [1, 2, 3]);
    assert_eq!(history.best("val_loss")?, (2, 0.00390625)); // (1/16)²
    assert_eq!(model.get_weights()[0][[0, 0]], 0.4375);
    Ok(())
}
