//! Networks with every layer for pictures and for sequences, and data that they can learn.

// Each test program uses its own part of this.
#![allow(dead_code)]

use nn_lib::prelude::*;

use crate::numbers::numbers;

/// A network for pictures of 12 × 12.
pub fn convnet(seed: u64) -> Sequential {
    let mut model = Sequential::with_seed(seed);
    model.add(Reshape::new([12, 12, 1]).input_shape([144]));
    model.add(
        Conv2D::new(20, 3)
            .activation("relu")
            .kernel_regularizer(Regularizer::L2(0.001)),
    );
    model.add(MaxPooling2D::new(2));
    model.add(
        Conv2D::new(18, (3, 2))
            .padding("same")
            .strides((1, 2))
            .activation("gelu"),
    );
    model.add(AveragePooling2D::new(2).strides(1));
    model.add(
        Conv2D::new(6, 2)
            .groups(2)
            .dilation_rate(2)
            .padding("same")
            .use_bias(false),
    );
    model.add(GlobalAveragePooling2D::new());
    model.add(Dense::new(3).activation("softmax"));
    let loss = Loss::SparseCategoricalCrossentropy;
    model
        .compile(Adam::new(0.01), loss, [Metric::Accuracy])
        .unwrap();
    model
}

/// Bright pictures, dark ones and striped ones.
pub fn striped(samples: usize) -> (Tensor, Tensor) {
    let x = numbers([samples, 144], 5);
    let labels: Vec<u32> = (0..samples as u32).map(|row| row % 3).collect();
    let values = x.to_vec().into_iter().enumerate().map(|(place, noise)| {
        let pattern = match (place / 144) % 3 {
            0 => 0.5,
            1 => -0.5,
            _ => {
                if place % 2 == 0 {
                    0.8
                } else {
                    -0.8
                }
            }
        };
        pattern + noise
    });
    let x = Tensor::new([samples, 144], values.collect()).unwrap();
    (x, Tensor::from(labels))
}

/// A network for texts of 12 words.
pub fn recurrent(seed: u64) -> Sequential {
    let mut model = Sequential::with_seed(seed);
    model.add(Embedding::new(50, 20).mask_zero(true).input_shape(12));
    model.add(
        LSTM::new(18)
            .return_sequences(true)
            .dropout(0.2)
            .recurrent_dropout(0.1),
    );
    model.add(BatchNormalization::new().momentum(0.9));
    model.add(GRU::new(7).return_sequences(true));
    model.add(LayerNormalization::new());
    model.add(
        GRU::new(5)
            .reset_after(false)
            .return_sequences(true)
            .go_backwards(true),
    );
    model.add(SimpleRNN::new(6).return_sequences(true));
    model.add(GlobalAveragePooling1D::new());
    model.add(Dense::new(1).activation("sigmoid"));
    model
        .compile(AdamW::new(0.01), "binary_crossentropy", ["accuracy"])
        .unwrap();
    model
}

/// Texts in which a word below 25 comes first, or another.
pub fn texts(count: usize) -> (Tensor, Tensor) {
    let random = numbers([count, 12], 8).to_vec();
    let rows: Vec<Vec<u32>> = random
        .chunks(12)
        .enumerate()
        .map(|(nth, row)| {
            row[..3 + nth % 10]
                .iter()
                .map(|x| 1 + ((x + 1.0) * 24.0) as u32)
                .collect()
        })
        .collect();
    let labels: Vec<u32> = rows.iter().map(|row| u32::from(row[0] < 25)).collect();
    (pad_sequences(&rows, 12).unwrap(), Tensor::from(labels))
}

/// The average of the words of a text: large enough that all of it, the optimizer's step too, is cut for several threads.
pub fn averaged(seed: u64) -> Sequential {
    let mut model = Sequential::with_seed(seed);
    model.add(Embedding::new(3_000, 264).input_shape(LONG));
    model.add(GlobalAveragePooling1D::new());
    model.add(Dense::new(1).activation("sigmoid"));
    model
        .compile("rmsprop", "binary_crossentropy", ["accuracy"])
        .unwrap();
    model
}

const LONG: usize = 350;

/// Two hundred texts of that many words out of 3,000.
pub fn long_texts() -> (Tensor, Tensor) {
    let words = numbers([200, LONG], 9).to_vec().into_iter();
    let words = words.map(|x| ((x + 1.0) * 1_499.0).floor());
    let x = Tensor::new([200, LONG], words.collect()).unwrap();
    let labels = (0..200_u32).map(|row| row % 2);
    (x, Tensor::from(labels.collect::<Vec<_>>()))
}
