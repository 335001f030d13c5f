#![no_main]
//! A saved model of any bytes.

use libfuzzer_sys::fuzz_target;
use nn_lib::prelude::*;

fuzz_target!(|bytes: &[u8]| {
    nn_lib_fuzz::with_file(bytes, |path| {
        let _ = Sequential::load(path);
        let mut small = Sequential::new();
        small.add(Dense::new(2).input_shape(3));
        let _ = small.load_weights(path);
        let Ok(mut model) = Model::load(path) else {
            return;
        };
        let copy = path.with_extension("copy");
        model.save(&copy).expect("what was loaded can be saved");
        let again = Model::load(&copy);
        std::fs::remove_file(&copy).expect("it was written");
        assert_eq!(
            again.expect("what was saved can be loaded").to_json(),
            model.to_json()
        );
        nn_lib_fuzz::use_model(&mut model);
    });
});
