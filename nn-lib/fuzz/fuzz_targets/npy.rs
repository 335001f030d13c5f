#![no_main]
//! An array of any bytes in a sound archive.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nn_lib_fuzz::npy(bytes));
