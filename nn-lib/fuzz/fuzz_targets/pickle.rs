#![no_main]
//! A pickle of any bytes, as the content of an array of as many lists as the first byte says.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nn_lib_fuzz::pickle(bytes));
