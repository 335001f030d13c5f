#![no_main]
//! A pickle of any bytes, as the content of an array of as many lists as the first byte says.

use libfuzzer_sys::fuzz_target;
use nn_lib::datasets::npz::Npz;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, pickle)) = bytes.split_first() else {
        return;
    };
    let npy = nn_lib_fuzz::pickled(usize::from(*length), pickle);
    nn_lib_fuzz::with_file(&nn_lib_fuzz::archive(&npy), |path| {
        let archive = Npz::open(path).expect("a sound archive");
        if let Ok(lists) = archive.sequences("x") {
            assert_eq!(lists.len(), usize::from(*length));
        }
    });
});
