#![no_main]
//! An array of any bytes in a sound archive.

use libfuzzer_sys::fuzz_target;
use nn_lib::datasets::npz::Npz;

fuzz_target!(|bytes: &[u8]| {
    nn_lib_fuzz::with_file(&nn_lib_fuzz::archive(bytes), |path| {
        let archive = Npz::open(path).expect("a sound archive");
        if let Ok(numbers) = archive.numbers("x") {
            assert_eq!(
                numbers.shape.iter().product::<usize>(),
                numbers.values.len()
            );
        }
        let _ = (archive.sequences("x"), archive.labels("x"));
    });
});
