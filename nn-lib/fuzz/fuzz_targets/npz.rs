#![no_main]
//! An archive of any bytes.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nn_lib_fuzz::npz(bytes));
