//! Compiled cells, kept for the next time.
//!
//! A notebook that is run again from its beginning hands the compiler the same code, cell by cell. What was compiled
//! then lies beside the template, under a hash of the code and of how it was compiled, and serves all kernels.

use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// How much is kept, in bytes: some two thousand cells.
const ROOM: u64 = 128 << 20;

/// What makes a compilation depend on more than its code: files and variables of the environment.
const OUTSIDE: [&str; 2] = ["include", "env!"];

/// Where a compiled cell is kept.
pub struct Kept {
    file: PathBuf,
}

impl Kept {
    /// The place for what `compiler` makes of `code` for a kernel in the directory `home`, or `None` if the code reads
    /// more than itself.
    pub fn place(template: &Path, code: &str, compiler: &Command, home: &Path) -> Option<Kept> {
        if OUTSIDE.iter().any(|word| code.contains(word)) {
            return None;
        }
        let home = home.to_string_lossy();
        let mut hash = Sha256::new();
        hash.update(code);
        for argument in compiler.get_args() {
            let argument = argument.to_string_lossy();
            hash.update([0]);
            hash.update(argument.replace(&*home, ""));
        }
        let name: String = hash.finalize()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Some(Kept {
            file: template.join("cells").join(name),
        })
    }

    /// Copies what is kept to `object`; false if there is nothing.
    pub fn take(&self, object: &Path) -> bool {
        let Ok(kept) = File::options().append(true).open(&self.file) else {
            return false;
        };
        // A copy: the loader takes two links to one file for the same library.
        let copied = fs::copy(&self.file, object).is_ok();
        if copied {
            // The oldest goes first when room is made.
            let _ = kept.set_modified(SystemTime::now());
        }
        copied
    }

    /// Keeps `object`. Where that fails, as on a full disk, the cell is compiled again next time.
    pub fn keep(&self, object: &Path) -> io::Result<()> {
        let directory = self.file.parent().ok_or(io::ErrorKind::NotFound)?;
        fs::create_dir_all(directory)?;
        let mut whole = tempfile::NamedTempFile::new_in(directory)?;
        io::copy(&mut File::open(object)?, &mut whole)?;
        whole.persist(&self.file)?;
        make_room(directory, ROOM)
    }
}

/// Removes the files that were used longest ago until all are smaller than `room`.
fn make_room(directory: &Path, room: u64) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // Another kernel may have removed it just now.
        if let Ok(metadata) = entry.metadata() {
            files.push((metadata.modified()?, metadata.len(), entry.path()));
        }
    }
    files.sort();
    let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
    for (_, length, path) in files {
        if total <= room {
            break;
        }
        let _ = fs::remove_file(path);
        total -= length;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(template: &Path, code: &str, level: &str, home: &str) -> Option<Kept> {
        let mut compiler = Command::new("rustc");
        compiler.args([format!("-Copt-level={level}"), format!("{home}/lib.rs")]);
        Kept::place(template, code, &compiler, Path::new(home))
    }

    #[test]
    fn the_same_code_is_taken_from_any_kernel_and_other_code_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let (made, taken) = (
            directory.path().join("made"),
            directory.path().join("taken"),
        );
        fs::write(&made, "compiled").unwrap();
        let kept = place(directory.path(), "1 + 1", "1", "/a").unwrap();
        assert!(!kept.take(&taken));
        kept.keep(&made).unwrap();
        for (code, level, found) in [
            ("1 + 1", "1", true),
            ("1 + 2", "1", false),
            ("1 + 1", "3", false),
        ] {
            let kept = place(directory.path(), code, level, "/b").unwrap();
            assert_eq!(kept.take(&taken), found, "{code} at level {level}");
        }
        assert_eq!(fs::read_to_string(&taken).unwrap(), "compiled");
        assert!(place(directory.path(), "include_str!(\"a\")", "1", "/a").is_none());
        assert!(place(directory.path(), "env!(\"HOME\")", "1", "/a").is_none());
    }

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let directory = tempfile::tempdir().unwrap();
        for (age, name) in ["new", "middle", "old"].iter().enumerate() {
            let file = File::create(directory.path().join(name)).unwrap();
            file.set_len(10).unwrap();
            let age = std::time::Duration::from_secs(age as u64);
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        make_room(directory.path(), 25).unwrap();
        let is_there = |name: &str| directory.path().join(name).exists();
        assert_eq!(["new", "middle", "old"].map(is_there), [true, true, false]);
    }
}
