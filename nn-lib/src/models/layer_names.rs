//! The names of layers and inputs in a model.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::layers::{SharedLayer, Symbol};

/// Each layer's own name, or its type in snake case, numbered: `dense`, `dense_1`, ...
pub(crate) fn layer_names(layers: &[SharedLayer]) -> Result<Vec<String>> {
    let own: Vec<Option<String>> = layers
        .iter()
        .map(|layer| layer.lock().base().name.clone())
        .collect();
    for (nth, name) in own.iter().enumerate() {
        if name.is_some() && own[..nth].contains(name) {
            return Err(Error::invalid(
                "Model",
                "a different name for every layer",
                format!("{:?} twice", name.as_deref().unwrap_or_default()),
            ));
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    for (layer, own_name) in layers.iter().zip(&own) {
        let name = own_name.clone().unwrap_or_else(|| {
            let kind = snake_case(layer.lock().kind());
            let count = counts.entry(kind.clone()).or_default();
            loop {
                let name = if *count == 0 {
                    kind.clone()
                } else {
                    format!("{kind}_{count}")
                };
                *count += 1;
                if !own.contains(&Some(name.clone())) {
                    break name;
                }
            }
        });
        names.push(name);
    }
    Ok(names)
}

/// The name given to an input, or `input_layer`, `input_layer_1`, ...
pub(crate) fn input_name(symbol: &Symbol, inputs: &[Symbol]) -> String {
    symbol.own_name().unwrap_or_else(|| {
        let nth = inputs
            .iter()
            .position(|input| input.is(symbol))
            .unwrap_or(0);
        if nth == 0 {
            "input_layer".to_string()
        } else {
            format!("input_layer_{nth}")
        }
    })
}

/// `SimpleRNN` as `simple_rnn`: a capital begins a word if a small letter stands before or behind it, as in Keras.
fn snake_case(kind: &str) -> String {
    let letters: Vec<char> = kind.chars().collect();
    let small = |place: Option<usize>| {
        let letter = place.and_then(|place| letters.get(place));
        letter.is_some_and(|letter| letter.is_lowercase())
    };
    let mut name = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1);
        if letter.is_uppercase() && before.is_some() && (small(before) || small(Some(place + 1))) {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_are_those_that_keras_makes() {
        for (kind, name) in [
            ("Dense", "dense"),
            ("Conv2D", "conv2d"),
            ("MaxPooling2D", "max_pooling2d"),
            ("GlobalAveragePooling1D", "global_average_pooling1d"),
            ("LSTM", "lstm"),
            ("SimpleRNN", "simple_rnn"),
            ("BatchNormalization", "batch_normalization"),
            ("Conv2DTranspose", "conv2d_transpose"),
        ] {
            assert_eq!(snake_case(kind), name);
        }
    }
}
