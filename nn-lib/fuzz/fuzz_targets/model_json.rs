#![no_main]
//! A model's description with anything in it.

use libfuzzer_sys::fuzz_target;
use nn_lib::prelude::*;
use nn_lib::serde_json;

fuzz_target!(|text: &str| {
    let Ok(json) = serde_json::from_str(text) else {
        return;
    };
    // Without a file whose length would say how many weights there can be, a large layer is what was asked for.
    if !nn_lib_fuzz::is_small(&json) {
        return;
    }
    if let Ok(mut model) = Model::from_json(&json) {
        nn_lib_fuzz::use_model(&mut model);
    }
});
