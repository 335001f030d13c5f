//! Models that are no stack: two inputs, two answers, and branches side by side.
//!
//! A layer applied to a symbol gives a symbol; a model is what lies between two of them.
//! Run it with `cargo run -p nn-lib --example 06_functional`.

use nn_lib::prelude::*;

pub(crate) fn main() -> nn_lib::Result<()> {
    two_branches()?;
    two_heads()?;
    inception_block()
}

/// A layer whose weights are all 1 and whose biases are 0: each unit says the sum of its inputs.
fn sums(units: usize) -> Dense {
    Dense::new(units).kernel_initializer(Initializer::Ones)
}

/// Two kinds of data, each with layers of its own, joined further on.
fn two_branches() -> nn_lib::Result<()> {
    let (text, picture) = (Input::new(2).name("text"), Input::new(3).name("picture"));
    let from_text = sums(2).apply(&text)?;
    let from_picture = sums(1).apply(&picture)?;
    let both = Concatenate::new().apply([&from_text, &from_picture])?; // 2 + 1 numbers side by side
    let answer = sums(1).apply(&both)?;
    let model = Model::new([&text, &picture], [&answer])?;
    println!("{}", model.summary());
    let words = Tensor::from([[1.0, 2.0]]);
    let pixels = Tensor::from([[10.0, 20.0, 30.0]]);
    // The branches say (3, 3) and 60.
    assert_eq!(model.predict([&words, &pixels])?[[0, 0]], 66.0);
    Ok(())
}

/// One input, two questions: what both answers need is learned once.
fn two_heads() -> nn_lib::Result<()> {
    let post = Input::new(3);
    let hidden = Dense::new(6).activation(Activation::Relu).apply(&post)?;
    let liked = Dense::new(1).activation(Activation::Sigmoid).name("liked");
    let topic = Dense::new(3).activation(Activation::Softmax).name("topic");
    let (liked, topic) = (liked.apply(&hidden)?, topic.apply(&hidden)?);
    let mut model = Model::with_seed([&post], [&liked, &topic], 1)?;
    assert_eq!(model.count_params(), (3 * 6 + 6) + (6 + 1) + (6 * 3 + 3));
    // A loss for each head; their sum is made small.
    let losses = ["binary_crossentropy", "sparse_categorical_crossentropy"];
    model.compile(Adam::new(0.05), losses, ())?;
    let x = Tensor::from([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    let (likes, topics) = (Tensor::from([1.0, 0.0, 1.0]), Tensor::from([0.0, 1.0, 2.0]));
    let options = Fit {
        epochs: 150,
        verbose: Verbose::Silent,
        ..Fit::default()
    };
    let history = model.fit(&x, [&likes, &topics], options)?;
    assert_eq!(history.keys(), ["liked_loss", "loss", "topic_loss"]);
    assert!(history["loss"][149] < 0.5 * history["loss"][0]);
    let answers = model.predict_all(&x)?; // a tensor for each head
    assert_eq!(answers[1].argmax_axis(1)?, topics);
    Ok(())
}

/// Paths of different depth through the same input, joined again; the block can be used like a layer.
fn inception_block() -> nn_lib::Result<()> {
    let input = Input::new(2);
    let short = sums(1).apply(&input)?;
    let long = sums(1).apply(&sums(3).apply(&input)?)?;
    let joined = Concatenate::new().apply([&input, &short, &long])?;
    let block = Model::new([&input], [&joined])?;

    // The input itself, its sum 3, and three units that say 3 each, summed up.
    let x = Tensor::from([[1.0, 2.0]]);
    assert_eq!(block.predict(&x)?.to_vec(), [1.0, 2.0, 3.0, 9.0]);
    // Applied in another model the block keeps its weights.
    let start = Input::new(2);
    let end = sums(1).apply(&block.apply(&start)?)?;
    let model = Model::new([&start], [&end])?;
    assert_eq!(model.predict(&x)?[[0, 0]], 15.0); // 1 + 2 + 3 + 9
    assert_eq!(model.count_params(), block.count_params() + 4 + 1);
    Ok(())
}
