#![no_main]
//! A saved model of any bytes.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nn_lib_fuzz::safetensors(bytes));
