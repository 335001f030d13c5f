//! Archives of NumPy are read whatever version wrote them, and damaged or hostile ones are refused with an error.
//!
//! The files in `tests/npz` were made by `tests/npz/make_npz.py`.

use nn_lib::Error;
use nn_lib::datasets::npz::Npz;
use std::path::{Path, PathBuf};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/npz")
        .join(name)
}

/// A file of this test's own that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let name = format!("nn-lib-npz-{}-{name}", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn archives_of_every_pickle_protocol_and_numpy_version_are_read() {
    let expected = [
        vec![1, 255, 256, 65535, 65536, 2_000_000_000],
        vec![],
        vec![7],
        (0..1500).collect(),
    ];
    for name in [
        "protocol2.npz",
        "protocol3.npz",
        "protocol4.npz",
        "protocol5.npz",
        "numpy1.npz",
        "optimized.npz",
    ] {
        let archive = Npz::open(sample(name)).unwrap();
        assert_eq!(archive.names(), ["x", "y"], "{name}");
        assert_eq!(archive.sequences("x").unwrap(), expected, "{name}");
        assert_eq!(archive.labels("y").unwrap(), [1, 0, 45, 3], "{name}");
    }
}

#[test]
fn an_archive_of_python_2_is_read() {
    let archive = Npz::open(sample("python2.npz")).unwrap();
    assert_eq!(archive.sequences("x").unwrap(), [vec![5, 6], vec![7]]);
    assert_eq!(archive.labels("y").unwrap(), [1, 0]);
}

#[test]
fn what_is_no_array_of_lists_of_word_indices_is_refused_with_the_reason() {
    for (name, reason) in [
        (
            "code",
            "which an array of lists does not need (nothing of it was run)",
        ),
        ("text", "not a list of numbers"),
        ("negative", "the number -1"),
        ("huge", "a number of 9 bytes"),
        ("mixed", "a list or text in a list of numbers"),
        ("nested", "not a list of numbers"),
        ("fraction", "the instruction 0x47"),
        ("truth", "a truth value"),
        ("dictionary", "the instruction 0x7d"),
        ("list", "it is no array"),
    ] {
        let archive = Npz::open(sample(&format!("refused_{name}.npz"))).unwrap();
        let error = archive.sequences("x").unwrap_err();
        assert!(matches!(error, Error::Format { .. }), "{error:?}");
        assert!(error.to_string().contains(reason), "{name}: {error}");
    }
}

#[test]
fn numbers_and_lists_are_not_taken_for_each_other() {
    let archive = Npz::open(sample("protocol4.npz")).unwrap();
    let lists = archive.numbers("x").unwrap_err().to_string();
    assert!(
        lists.contains("\"|O\" where numbers are expected"),
        "{lists}"
    );
    let numbers = archive.sequences("y").unwrap_err().to_string();
    assert!(
        numbers.contains("\"|u1\" where lists are expected"),
        "{numbers}"
    );
    let missing = archive.numbers("z").unwrap_err().to_string();
    assert!(missing.contains("no array \"z\", only: x, y"), "{missing}");
}

#[test]
fn a_missing_file_and_a_file_that_is_no_archive_say_so() {
    let error = Npz::open(sample("missing.npz")).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
    for content in [&b""[..], b"PK", b"<html>not found</html>", &[0; 100_000]] {
        let file = Scratch::new("no-archive");
        std::fs::write(&file.0, content).unwrap();
        let text = Npz::open(&file.0).unwrap_err().to_string();
        assert!(text.contains("is not a readable NumPy archive"), "{text}");
        assert!(text.contains("hint: delete the file"), "{text}");
    }
}

/// Everything that can be read from the archive, or the error.
fn everything(path: &Path) -> nn_lib::Result<(Vec<Vec<u32>>, Vec<u32>)> {
    let archive = Npz::open(path)?;
    Ok((archive.sequences("x")?, archive.labels("y")?))
}

#[test]
fn an_archive_cut_off_at_any_byte_is_an_error() {
    let whole = std::fs::read(sample("python2.npz")).unwrap();
    let file = Scratch::new("cut");
    for length in 0..whole.len() {
        std::fs::write(&file.0, &whole[..length]).unwrap();
        let error = everything(&file.0).unwrap_err();
        assert!(matches!(error, Error::Format { .. }), "{length}: {error:?}");
    }
}

#[test]
fn an_archive_with_a_changed_byte_is_read_as_before_or_is_an_error() {
    for name in ["python2.npz", "numpy1.npz"] {
        let mut bytes = std::fs::read(sample(name)).unwrap();
        let length = bytes.len();
        let file = Scratch::new(name);
        let original = everything(&sample(name)).ok();
        // The long list of consecutive numbers in the last one adds nothing after its first part.
        for place in (0..bytes.len()).filter(|&place| place < 300 || place + 300 > length) {
            for change in [0x01, 0xff] {
                bytes[place] ^= change;
                std::fs::write(&file.0, &bytes).unwrap();
                match everything(&file.0) {
                    Ok(read) => assert_eq!(Some(read), original, "{name}, byte {place}"),
                    Err(error) => assert!(matches!(error, Error::Format { .. }), "{error:?}"),
                }
                bytes[place] ^= change;
            }
        }
    }
}
