//! `cargo notebook bundle`: one file from which a machine with nothing but Python has the classroom.
//!
//! The file is a tar archive packed by gzip: every system unpacks that. `xz` makes it a third smaller, but is missing on
//! small systems, and takes several times as long to pack and to unpack; it is used where the file's name ends in `.xz`.

use std::env::consts::ARCH;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::BundleArguments;
use crate::failure::{Failure, Result};
use crate::interrupt;
use crate::paths::{Paths, shown};
use crate::progress::{Progress, Step};
use crate::{classroom, requirements};

/// The name of the folder that the file unpacks to.
const FOLDER: &str = "nn-lib-classroom";

/// What the unpacked folder and the file take together, with room to spare.
const BYTES: u64 = 1_600 << 20;

/// The time of every file in the archive, so that the same content gives the same archive: 2026-01-01.
const TIME: &str = "@1767225600";

/// Makes the file.
///
/// # Errors
/// What set-up or the installation lacks; `File` when the file cannot be written.
pub fn bundle(paths: &Paths, arguments: BundleArguments) -> Result<()> {
    let target = target(arguments.output)?;
    let directory = target.parent().unwrap_or(Path::new("."));
    if !directory.is_dir() {
        return Err(Failure::missing(
            format!("there is no folder {}", directory.display()),
            "make it first, or name another file with --output",
        ));
    }
    requirements::space(directory, BYTES)?;
    let place = tempfile::Builder::new()
        .prefix(".nn-lib-classroom-")
        .tempdir_in(directory)
        .map_err(Failure::file("write to", directory))?;
    let root = place.path().join(FOLDER);
    let installation = classroom::assemble(paths, &root, arguments.with_data.as_deref())?;
    let partial = place.path().join("archive");
    let progress = Progress::new();
    let program = match target.extension().is_some_and(|ending| ending == "xz") {
        true => "xz",
        false => "gzip",
    };
    progress.run("archive", |step| pack(&root, &partial, program, step))?;
    fs::rename(&partial, &target).map_err(Failure::file("write", &target))?;
    let size = target.metadata().map_or(0, |file| file.len());
    println!("Written:");
    println!("  {} ({} MB)", shown(&target), size / 1_000_000);
    println!(
        "It needs Linux on {ARCH}, glibc {} or newer, and Python {} with its venv module. On such a machine:",
        installation.entry("glibc"),
        installation.list("python").join(", ")
    );
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    println!("  tar xf {name} && ./{FOLDER}/notebook lab");
    Ok(())
}

/// The file that is made.
fn target(given: Option<PathBuf>) -> Result<PathBuf> {
    let usual = || {
        let version = env!("CARGO_PKG_VERSION");
        PathBuf::from(format!("{FOLDER}-{version}-{ARCH}-linux.tar.gz"))
    };
    let path = given.unwrap_or_else(usual);
    let path = std::path::absolute(&path).map_err(Failure::file("find", &path))?;
    if path.is_dir() {
        return Ok(path.join(usual()));
    }
    Ok(path)
}

/// Packs a folder by the system's tar and `program`.
fn pack(root: &Path, archive: &Path, program: &str, step: &mut Step) -> Result<((), String)> {
    let total = size(root);
    let mut tar = Command::new("tar");
    tar.arg("-C")
        .arg(root.parent().unwrap_or(root))
        .args(["--create", "--sort=name", "--format=gnu", "--numeric-owner"])
        .args(["--owner=0", "--group=0", "--mode=u+rw,go=rX"])
        .arg(format!("--mtime={TIME}"))
        .arg(FOLDER);
    let file = File::create(archive).map_err(Failure::file("write", archive))?;
    let mut packer = Command::new(program);
    match program {
        "xz" => packer.args(["-6", "--threads=0", "--stdout"]),
        _ => packer.args(["-9", "--no-name", "--stdout"]),
    };
    packer.stdout(file);
    let start = |command: &mut Command| {
        command.spawn().map_err(|error| {
            Failure::missing(
                format!(
                    "cannot start `{}`: {error}",
                    command.get_program().to_string_lossy()
                ),
                "install GNU tar, gzip and xz",
            )
        })
    };
    let mut tar = start(tar.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let mut packer = start(packer.stdin(Stdio::piped()))?;
    let mut from = tar.stdout.take().expect("its output is piped");
    let mut to = packer.stdin.take().expect("its input is piped");
    let copied = copy(&mut from, &mut to, |done| {
        step.position(done >> 20, total >> 20, "MiB packed");
    });
    drop((from, to));
    for (name, mut child) in [("tar", tar), (program, packer)] {
        let status = child.wait().map_err(Failure::file("wait for", archive))?;
        if interrupt::requested() {
            return Err(Failure::Interrupted);
        }
        if !status.success() {
            return Err(Failure::Program {
                program: name.to_owned(),
                status: status.to_string(),
                output: "its own messages are above".to_owned(),
            });
        }
    }
    copied.map_err(Failure::file("write", archive))?;
    let packed = archive.metadata().map_or(0, |file| file.len());
    Ok((
        (),
        format!("{} MB of {} MB", packed / 1_000_000, total / 1_000_000),
    ))
}

fn copy(from: &mut impl Read, to: &mut impl Write, mut each: impl FnMut(u64)) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length])?;
        done += length as u64;
        each(done);
    }
}

/// The bytes of all files below a directory.
fn size(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_folder_gives_the_same_archive_which_unpacks_to_it() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join(FOLDER);
        fs::create_dir_all(root.join("b")).unwrap();
        for name in ["b/c", "a"] {
            fs::write(root.join(name), name.repeat(1000)).unwrap();
        }
        let archive = |name: &str| {
            let path = place.path().join(name);
            let mut step = Progress::new().step("archive", "starting");
            pack(&root, &path, "gzip", &mut step).unwrap();
            fs::read(path).unwrap()
        };
        let first = archive("1");
        fs::write(root.join("a"), "a".repeat(1000)).unwrap();
        assert_eq!(first, archive("2"));
        let unpacked = place.path().join("unpacked");
        fs::create_dir(&unpacked).unwrap();
        let mut tar = Command::new("tar");
        tar.arg("-C").arg(&unpacked).arg("-xf");
        assert!(tar.arg(place.path().join("1")).status().unwrap().success());
        let file = unpacked.join(FOLDER).join("b/c");
        assert_eq!(fs::read_to_string(file).unwrap(), "b/c".repeat(1000));
    }
}
