//! What the programs of an installation need of a system: found in the programs themselves.

use std::collections::BTreeSet;
use std::env::consts::ARCH;
use std::fs;
use std::path::Path;

use object::Endianness;
use object::elf::{DT_NEEDED, FileHeader64};
use object::read::elf::{Dyn, FileHeader};

use super::files;
use crate::failure::Result;

/// The parts of the C library: older programs name them one by one.
const OF_THE_C_LIBRARY: [&str; 7] = [
    "libc.so",
    "libm.so",
    "libdl.so",
    "librt.so",
    "libpthread.so",
    "libutil.so",
    "ld-linux",
];

/// What a system must have.
#[derive(Debug, Default, PartialEq)]
pub struct Needs {
    /// The oldest glibc: 2 and this.
    pub glibc: u32,
    /// Libraries beside it.
    pub libraries: BTreeSet<String>,
}

impl Needs {
    /// What all programs and shared objects below a directory need.
    ///
    /// # Errors
    /// `File` when something cannot be read.
    pub fn of(root: &Path) -> Result<Needs> {
        let mut needs = Needs::default();
        let mut own = BTreeSet::new();
        for path in files::tree(root, &[])? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_candidate = name.contains(".so") || !name.contains('.');
            if is_candidate && let Ok(content) = fs::read(&path) {
                // What is no such file has no needs.
                let _ = needs.add(&content);
                own.insert(name.into_owned());
            }
        }
        needs.libraries.retain(|library| {
            let is_c = OF_THE_C_LIBRARY
                .iter()
                .any(|part| library.starts_with(part));
            !is_c && !own.contains(library)
        });
        Ok(needs)
    }

    /// Adds what one file needs.
    fn add(&mut self, content: &[u8]) -> object::Result<()> {
        let header = FileHeader64::<Endianness>::parse(content)?;
        let endian = header.endian()?;
        let sections = header.sections(endian, content)?;
        if let Some((dynamic, link)) = sections.dynamic(endian, content)? {
            let strings = sections.strings(endian, content, link)?;
            for entry in dynamic {
                if entry.tag(endian) == DT_NEEDED {
                    let name = entry.string(endian, strings)?;
                    self.libraries
                        .insert(String::from_utf8_lossy(name).into_owned());
                }
            }
        }
        if let Some((mut libraries, link)) = sections.gnu_verneed(endian, content)? {
            let strings = sections.strings(endian, content, link)?;
            while let Some((_, mut versions)) = libraries.next()? {
                while let Some(version) = versions.next()? {
                    let name = String::from_utf8_lossy(version.name(endian, strings)?);
                    self.glibc = self.glibc.max(minor(&name).unwrap_or(0));
                }
            }
        }
        Ok(())
    }

    /// `glibc 2.35 on x86_64`
    pub fn sentence(&self) -> String {
        format!("glibc 2.{} on {ARCH}", self.glibc)
    }
}

/// 35 of `GLIBC_2.35`.
fn minor(version: &str) -> Option<u32> {
    version
        .strip_prefix("GLIBC_2.")?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_needs_of_a_program_are_read_from_it() {
        assert_eq!(minor("GLIBC_2.35"), Some(35));
        assert_eq!(minor("GLIBC_2.2.5"), Some(2));
        assert_eq!(minor("GLIBC_PRIVATE"), None);
        let mut needs = Needs::default();
        let program = std::env::current_exe().unwrap();
        if cfg!(target_os = "linux") {
            needs.add(&fs::read(program).unwrap()).unwrap();
            assert!(needs.glibc >= 17, "{needs:?}");
            assert!(needs.libraries.contains("libc.so.6"), "{needs:?}");
        }
        assert!(needs.add(b"#!/bin/sh").is_err());
    }
}
