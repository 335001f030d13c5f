#![no_main]
//! An archive of any bytes.

use libfuzzer_sys::fuzz_target;
use nn_lib::datasets::npz::Npz;

fuzz_target!(|bytes: &[u8]| {
    nn_lib_fuzz::with_file(bytes, |path| {
        let Ok(archive) = Npz::open(path) else { return };
        for name in archive.names().into_iter().take(8) {
            let _ = (
                archive.numbers(name),
                archive.sequences(name),
                archive.labels(name),
            );
        }
    });
});
