//! Compiled cells, kept for the next time.
//!
//! A notebook that is run again from its beginning hands the compiler the same code, cell by cell. What was compiled
//! then lies beside the template, under a hash of the code and of how it was compiled, and serves all kernels.

use crate::directory::{KernelDirectory, is_trusted};
use crate::variable_types::MARK;
use ra_ap_syntax::{AstNode, Edition, SourceFile};
use rust_nn_template::recipe::Recipe;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The directory with compiled cells.
const CELLS: &str = "cells";

/// How much is kept, in bytes: some thousands of cells.
const ROOM: u64 = 128 << 20;

/// Where a compiled cell is kept.
pub struct Kept {
    /// The name of its file.
    name: String,
    /// The template that it was compiled with.
    template: PathBuf,
    /// Where this user's cells are kept: the template, or a directory of the user's own.
    store: PathBuf,
}

impl Kept {
    /// The place for what `compiler` makes of `code`. It is the same wherever the kernel's directory, the template and the
    /// toolchain lie: the template's name stands for its content and for the toolchain's.
    pub fn place(
        kernel: &KernelDirectory,
        recipe: &Recipe,
        code: &str,
        compiler: &Command,
    ) -> Kept {
        let name = kernel.template.file_name().unwrap_or_default();
        let mut hash = Sha256::new();
        hash.update(canonical(code));
        hash.update([0]);
        hash.update(name.as_encoded_bytes());
        let places = [
            (&kernel.path, "{kernel}"),
            (&kernel.template, "{template}"),
            (&recipe.toolchain.sysroot, "{toolchain}"),
        ];
        for argument in compiler.get_args() {
            let mut argument = argument.to_string_lossy().into_owned();
            for (place, name) in places {
                argument = argument.replace(&*place.to_string_lossy(), name);
            }
            hash.update([0]);
            hash.update(argument);
        }
        let name: String = hash.finalize()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Kept {
            name,
            template: kernel.template.clone(),
            store: kernel.store(),
        }
    }

    /// The file below a template or a store.
    fn file(&self, place: &Path) -> PathBuf {
        place.join(CELLS).join(&self.name)
    }

    /// Writes what is kept to `object` and the code that it was made of to `source`, and returns the compiler's warnings;
    /// `None` if there is nothing, or it is damaged.
    pub fn take(&self, object: &Path, source: &Path) -> Option<String> {
        let places = [&self.store, &self.template].map(|place| self.file(place));
        let (file, kept) = places.iter().find_map(|file| {
            let kept = read_trusted(file, &self.template)?;
            unpack(&kept).is_some().then_some((file, kept))
        })?;
        let [code, warnings, made] = unpack(&kept)?;
        // The code in its order then: the places in the object's messages are those of that order.
        let written = fs::write(source, code).and_then(|()| fs::write(object, made));
        if let (Ok(()), Ok(file)) = (&written, File::options().append(true).open(file)) {
            // What was used longest ago goes first when room is made.
            let _ = file.set_modified(SystemTime::now());
        }
        written.ok()?;
        Some(String::from_utf8_lossy(warnings).into_owned())
    }

    /// Keeps `object`, the code in `source`, and the compiler's warnings about it, unless the compiler has read more than
    /// the code: `read` is its own list of what it has read. Where keeping fails, as on a full disk, the cell is compiled
    /// again next time.
    pub fn keep(
        &self,
        object: &Path,
        source: &Path,
        warnings: &str,
        read: &Path,
    ) -> io::Result<()> {
        if !is_alone(&fs::read_to_string(read)?) {
            return Ok(());
        }
        let (code, made) = (fs::read(source)?, fs::read(object)?);
        let packed = pack([&code, warnings.as_bytes(), &made]);
        keep_file(&self.file(&self.store), &packed, ROOM)
    }
}

/// Writes a file, whole or not at all, and removes what was used longest ago beside it until all take less than `room`.
pub fn keep_file(file: &Path, content: &[u8], room: u64) -> io::Result<()> {
    let directory = file.parent().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(directory)?;
    let mut whole = tempfile::NamedTempFile::new_in(directory)?;
    whole.write_all(content)?;
    whole.persist(file)?;
    make_room(directory, room)
}

/// Whether a compilation read one file, and nothing of the environment. `list` is the compiler's own (`--emit=dep-info`):
/// a rule for each result, then one without sources for each file, then the variables.
fn is_alone(list: &str) -> bool {
    let files = list.lines().filter(|line| line.ends_with(':')).count();
    files == 1 && !list.lines().any(|line| line.starts_with("# env-dep:"))
}

/// The content of a file, if nobody but this user and the owner of the installation can have written it.
pub fn read_trusted(file: &Path, template: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(file).ok()?;
    let mut content = Vec::new();
    is_trusted(&file, template).then(|| file.read_to_end(&mut content).ok())??;
    Some(content)
}

/// Code, warnings and object in one: each with its length before it, and a hash of it all at the end, since a machine that
/// loses its power may leave a file without its content.
fn pack(parts: [&[u8]; 3]) -> Vec<u8> {
    let mut packed = Vec::new();
    for part in parts {
        packed.extend_from_slice(&(part.len() as u64).to_le_bytes());
        packed.extend_from_slice(part);
    }
    let hash = Sha256::digest(&packed);
    packed.extend_from_slice(&hash);
    packed
}

/// Code, warnings and object, if they are whole.
fn unpack(packed: &[u8]) -> Option<[&[u8]; 3]> {
    let (mut rest, hash) = packed.split_last_chunk::<32>()?;
    if Sha256::digest(rest)[..] != hash[..] {
        return None;
    }
    let mut parts = [&[][..]; 3];
    for part in &mut parts {
        let (length, after) = rest.split_first_chunk()?;
        (*part, rest) = after.split_at_checked(u64::from_le_bytes(*length) as usize)?;
    }
    Some(parts)
}

/// The code in an order that does not depend on chance: the engine keeps functions, types and variables in tables without
/// an order.
fn canonical(code: &str) -> String {
    let file = SourceFile::parse(code, Edition::Edition2024).tree();
    let mut items: Vec<String> = file
        .syntax()
        .children()
        .map(|item| sort_variables(&without_known(&item.to_string())))
        .collect();
    items.sort_unstable();
    items.join("\n")
}

/// The code without the lines that stood for known types (rewrite.rs).
fn without_known(code: &str) -> String {
    let lines = code.split_inclusive('\n');
    lines.filter(|line| line.trim_end() != MARK).collect()
}

/// Sorts the lines that check, take or put variables, where several of a kind follow each other.
fn sort_variables(code: &str) -> String {
    let kind = |line: &str| {
        let kinds = ["check", "take", "put"];
        kinds
            .into_iter()
            .find(|kind| line.contains(&format!("evcxr_variable_store.{kind}_variable::<")))
    };
    let mut lines: Vec<&str> = code.split_inclusive('\n').collect();
    let same = |a: &&str, b: &&str| kind(a) == kind(b);
    for group in lines
        .chunk_by_mut(same)
        .filter(|group| kind(group[0]).is_some())
    {
        group.sort_unstable();
    }
    lines.concat()
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

    /// The place of code in an installation in the directory `root`, for a kernel in the directory `kernel`.
    fn place(root: &Path, kernel: &str, code: &str, level: &str) -> Kept {
        let template = root.join("template-1");
        fs::create_dir_all(&template).unwrap();
        let kernel = KernelDirectory {
            path: root.join("kernels").join(kernel),
            template: template.clone(),
        };
        let recipe = Recipe {
            toolchain: rust_nn_template::Toolchain {
                sysroot: root.join("toolchain"),
                rustc: PathBuf::new(),
                cargo: PathBuf::new(),
                host: String::new(),
                version: String::new(),
            },
            template,
            crates: Vec::new(),
            inside: Vec::new(),
        };
        let mut compiler = Command::new("rustc");
        compiler.arg(format!("-Copt-level={level}"));
        for directory in [&kernel.path, &kernel.template, &recipe.toolchain.sysroot] {
            compiler.arg(directory.join("lib"));
        }
        Kept::place(&kernel, &recipe, code, &compiler)
    }

    #[test]
    fn code_has_the_same_name_wherever_the_installation_lies() {
        let [here, there] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let name = |root: &tempfile::TempDir| place(root.path(), "a", "fn a() {}", "1").name;
        assert_eq!(name(&here), name(&there));
    }

    #[test]
    fn the_same_code_is_taken_from_any_kernel_and_other_code_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str| directory.path().join(name);
        fs::write(file("made"), "compiled").unwrap();
        fs::write(file("made.rs"), "fn a() {}").unwrap();
        fs::write(file("made.d"), "made: made.rs\n\nmade.rs:\n").unwrap();
        let kept = place(directory.path(), "a", "fn a() {}", "1");
        assert_eq!(kept.take(&file("taken"), &file("taken.rs")), None);
        let warnings = "unused";
        kept.keep(&file("made"), &file("made.rs"), warnings, &file("made.d"))
            .unwrap();
        for (code, level, found) in [
            ("fn a() {}", "1", true),
            ("fn b() {}", "1", false),
            ("fn a() {}", "3", false),
        ] {
            let kept = place(directory.path(), "b", code, level);
            let taken = kept.take(&file("taken"), &file("taken.rs"));
            let found = found.then_some(warnings);
            assert_eq!(taken.as_deref(), found, "{code} at level {level}");
        }
        assert_eq!(fs::read_to_string(file("taken")).unwrap(), "compiled");
        assert_eq!(fs::read_to_string(file("taken.rs")).unwrap(), "fn a() {}");
        fs::write(kept.file(&kept.store), "").unwrap();
        let damaged = kept.take(&file("taken"), &file("taken.rs"));
        assert_eq!(damaged, None);
    }

    #[test]
    fn a_cell_that_reads_another_file_or_a_variable_of_the_environment_is_not_kept() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str| directory.path().join(name);
        for name in ["made", "made.rs"] {
            fs::write(file(name), name).unwrap();
        }
        for list in [
            "made: made.rs helper.rs\n\nmade.rs:\nhelper.rs:\n",
            "made: made.rs\n\nmade.rs:\n\n# env-dep:HOME=/root\n",
            "",
        ] {
            fs::write(file("made.d"), list).unwrap();
            let kept = place(directory.path(), "a", "mod helper;", "1");
            kept.keep(&file("made"), &file("made.rs"), "", &file("made.d"))
                .unwrap();
            let taken = kept.take(&file("taken"), &file("taken.rs"));
            assert_eq!(taken, None, "{list}");
        }
    }

    #[test]
    fn the_order_of_functions_and_variables_is_no_difference_and_that_of_statements_is() {
        let line = |kind: &str, name: &str| {
            format!("let x = evcxr_variable_store.{kind}_variable::<u8>(stringify!({name}));\n")
        };
        let run = |first: &str, second: &str| {
            let taken = [line("take", first), line("take", second)].concat();
            let put = [line("put", second), line("put", first)].concat();
            format!("fn run() {{\n{taken}b + a;\n{put}}}\n")
        };
        let (f, g) = ("fn f() {\n    1;\n    2;\n}\n", "fn g() {}\n");
        let one = [f, g, &run("a", "b")].concat();
        assert_eq!(canonical(&one), canonical(&[g, f, &run("b", "a")].concat()));
        let other = "fn f() {\n    2;\n    1;\n}\n";
        assert_ne!(
            canonical(&one),
            canonical(&[other, g, &run("a", "b")].concat())
        );
    }

    #[test]
    fn a_line_that_told_a_known_type_is_no_difference() {
        let code = "fn f() {\nlet a = 1;\nb(a);\n}\n";
        let told = format!("fn f() {{\nlet a = 1;\n{MARK}\nb(a);\n}}\n");
        assert_eq!(canonical(code), canonical(&told));
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
