#![no_main]
//! A model's description with anything in it.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nn_lib_fuzz::model_json(bytes));
