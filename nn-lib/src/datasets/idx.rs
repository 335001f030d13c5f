//! The files of pictures and labels that MNIST was first published in (`idx3-ubyte.gz`), compressed by gzip.
//!
//! Format: two bytes of zero, the type of the numbers (8 for bytes), the number of axes; the length of each axis in four bytes,
//! the most significant first; then the numbers. No length in a file is believed before the data is there, and gzip's checksum
//! is verified.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;

use super::Pictures;
use crate::notebook::interrupt::go_on;
use crate::{Error, Result};

/// The most bytes of a file that are read; 60,000 pictures take 47 MB.
const MOST_BYTES: u64 = 256 << 20;

/// The pictures in one file with the labels in another.
pub(super) fn pictures(pictures: &Path, labels: &Path) -> Result<(Pictures, Vec<u32>)> {
    let (shape, pixels) = read::<3>(pictures)?;
    let ([count], classes) = read::<1>(labels)?;
    if count != shape[0] {
        let problem = format!("it has {count} labels for {} pictures", shape[0]);
        return Err(broken(labels, problem));
    }
    let classes = classes.into_iter().map(u32::from).collect();
    Ok((Pictures::new(shape, pixels)?, classes))
}

/// The lengths of the axes, and the bytes.
fn read<const AXES: usize>(path: &Path) -> Result<([usize; AXES], Vec<u8>)> {
    go_on("fashion_mnist::load_data")?;
    let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
    let mut content = Vec::new();
    GzDecoder::new(BufReader::new(file))
        .take(MOST_BYTES)
        .read_to_end(&mut content)
        .map_err(|error| broken(path, format!("it cannot be decompressed ({error})")))?;
    parse(&content).map_err(|problem| broken(path, problem))
}

fn parse<const AXES: usize>(content: &[u8]) -> Result<([usize; AXES], Vec<u8>), String> {
    let start = content.get(..4).ok_or("it ends too early")?;
    if start != [0, 0, 8, AXES as u8] {
        return Err(format!(
            "it begins with {start:?} where an array of bytes with {AXES} axes begins with [0, 0, 8, {AXES}]"
        ));
    }
    let lengths = content.get(4..4 + 4 * AXES).ok_or("it ends too early")?;
    let mut shape = [0; AXES];
    for (axis, length) in shape.iter_mut().zip(lengths.as_chunks::<4>().0) {
        *axis = u32::from_be_bytes(*length) as usize;
    }
    let bytes = &content[4 + 4 * AXES..];
    let expected = shape
        .iter()
        .try_fold(1_usize, |all, axis| all.checked_mul(*axis));
    if expected != Some(bytes.len()) {
        return Err(format!(
            "it has {} bytes for the shape {shape:?}",
            bytes.len()
        ));
    }
    Ok((shape, bytes.to_vec()))
}

fn broken(path: &Path, problem: String) -> Error {
    Error::Format {
        path: path.to_path_buf(),
        format: "array of bytes (idx-ubyte.gz)",
        problem,
        hint: "delete the file, and it will be downloaded again".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_its_shape_and_its_bytes() {
        let content = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6, 7, 8];
        assert_eq!(parse::<3>(&content), Ok(([2, 1, 2], vec![5, 6, 7, 8])));
    }

    #[test]
    fn a_broken_array_is_said_in_words() {
        let labels = [0, 0, 8, 1, 0, 0, 0, 2, 5, 6];
        assert_eq!(parse::<1>(&labels), Ok(([2], vec![5, 6])));
        for (content, problem) in [
            (&labels[..3], "too early"),
            (&labels[..6], "too early"),
            (&labels[..9], "1 bytes for the shape [2]"),
        ] {
            let error = parse::<1>(content).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
        assert!(parse::<3>(&labels).unwrap_err().contains("3 axes"));
        let huge = [
            0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1,
        ];
        assert!(parse::<3>(&huge).is_err());
    }
}
