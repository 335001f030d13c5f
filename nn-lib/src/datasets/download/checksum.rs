//! The published checksums that a download must match.

use crate::{Error, Result};
use std::io::Read;
use std::path::Path;

/// A checksum in hexadecimal digits, of the kind that Keras gives for the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Checksum {
    Sha256(&'static str),
    Md5(&'static str),
}

impl Checksum {
    /// Whether the content of the file at `path` has this checksum.
    pub(crate) fn matches(self, path: &Path) -> Result<bool> {
        let failed = |error| Error::io("read", path, error);
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let mut sha256 = hmac_sha256::Hash::new();
        let mut md5 = md5::Context::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = file.read(&mut buffer).map_err(failed)?;
            match self {
                _ if count == 0 => break,
                Checksum::Sha256(_) => sha256.update(&buffer[..count]),
                Checksum::Md5(_) => md5.consume(&buffer[..count]),
            }
        }
        Ok(match self {
            Checksum::Sha256(expected) => hexadecimal(&sha256.finalize()) == expected,
            Checksum::Md5(expected) => hexadecimal(&md5.finalize().0) == expected,
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        // FIPS 180-2, appendix B.1; RFC 1321, appendix A.5.
        let path = std::env::temp_dir().join(format!("nn-lib-checksum-{}", std::process::id()));
        std::fs::write(&path, "abc").unwrap();
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let md5 = "900150983cd24fb0d6963f7d28e17f72";
        assert!(Checksum::Sha256(sha256).matches(&path).unwrap());
        assert!(Checksum::Md5(md5).matches(&path).unwrap());
        std::fs::write(&path, "abd").unwrap();
        assert!(!Checksum::Sha256(sha256).matches(&path).unwrap());
        assert!(!Checksum::Md5(md5).matches(&path).unwrap());
        std::fs::remove_file(&path).unwrap();
    }
}
