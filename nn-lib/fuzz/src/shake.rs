//! The targets on any compiler: changes the seeds at random, without a look at what the code does with them.
//!
//! `cargo run --release --bin shake -- TARGET SECONDS`; a finding ends it, and says where its bytes are.

use std::fs;
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().unwrap_or_default();
    let seconds = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60);
    let run: fn(&[u8]) = match target.as_str() {
        "npz" => nn_lib_fuzz::npz,
        "npy" => nn_lib_fuzz::npy,
        "pickle" => nn_lib_fuzz::pickle,
        "safetensors" => nn_lib_fuzz::safetensors,
        "model_json" => nn_lib_fuzz::model_json,
        other => panic!("no target is called {other:?}: npz, npy, pickle, safetensors, model_json"),
    };
    let folder = format!("{}/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let seeds: Vec<Vec<u8>> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("run the program `seeds` first: {folder}: {error}"))
        .filter_map(|entry| fs::read(entry.ok()?.path()).ok())
        .filter(|seed| !seed.is_empty() && seed.len() < 1 << 16)
        .collect();
    assert!(
        !seeds.is_empty(),
        "run the program `seeds` first: {folder} is empty"
    );
    // The generator of Numerical Recipes (ranqd1); its high bits are random enough.
    let mut state: u32 = std::process::id();
    let mut below = move |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % limit.max(1)
    };
    let file = std::env::temp_dir().join(format!("last-input-{target}-{}", std::process::id()));
    let (start, mut count) = (Instant::now(), 0u64);
    let mut slowest = Duration::ZERO;
    while start.elapsed() < Duration::from_secs(seconds) {
        let mut bytes = seeds[below(seeds.len())].clone();
        for _ in 0..1 + below(6) {
            let place = below(bytes.len());
            match below(7) {
                0 => bytes.truncate(place),
                1 => _ = bytes.get_mut(place).map(|byte| *byte ^= 1 << below(8)),
                2 => {
                    _ = bytes
                        .get_mut(place)
                        .map(|byte| *byte = [0, 1, 127, 128, 255, b'9', b'.', b'-'][below(8)])
                }
                3 => bytes.insert(place, below(256) as u8),
                4 if !bytes.is_empty() => _ = bytes.remove(place),
                5 => {
                    // A piece of another seed.
                    let other = &seeds[below(seeds.len())];
                    let from = below(other.len());
                    let piece = &other[from..(from + 1 + below(32)).min(other.len())];
                    bytes.splice(
                        place..(place + piece.len()).min(bytes.len()),
                        piece.iter().copied(),
                    );
                }
                _ => {
                    // A piece twice.
                    let piece = bytes[place..(place + 1 + below(64)).min(bytes.len())].to_vec();
                    bytes.splice(place..place, piece);
                }
            }
        }
        fs::write(&file, &bytes).expect("the directory of temporary files is writable");
        let begun = Instant::now();
        if std::panic::catch_unwind(|| run(&bytes)).is_err() {
            eprintln!("the input is in {}", file.display());
            std::process::exit(1);
        }
        slowest = slowest.max(begun.elapsed());
        count += 1;
    }
    let _ = fs::remove_file(file);
    println!("{target}: {count} inputs, the slowest took {slowest:.1?}");
}
