//! The file for a class, on a machine that has nothing but Python: a root file system made for this, without a network,
//! ordinary users, a folder that they cannot write to.
//!
//! It takes some minutes, root's rights, `mmdebstrap` with a mirror of Debian's packages, and a network for Python's
//! packages:
//!
//! ```console
//! $ cargo test --release -p classroom-tests --test bundle -- --ignored --nocapture
//! ```

#![cfg(target_os = "linux")]

mod cli_support;

use cli_support::{Home, program};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// What the room has beside Debian's smallest set of packages.
const PACKAGES: &str = "python3,python3-venv";

/// The most bytes that the file may have.
const MOST: u64 = 300_000_000;

/// Runs a command as a user in the room: without a network but for the machine itself, and without this test's
/// environment.
const ENTER: &str = r#"
ip link set lo up
room=$1; user=$2; shift 2
mount --make-rprivate /
mount -t proc proc "$room/proc"
mkdir -p "$room/dev/shm" && mount -t tmpfs tmpfs "$room/dev/shm"
for device in null zero random urandom tty; do
    [ -e "$room/dev/$device" ] || touch "$room/dev/$device"
    mount --bind "/dev/$device" "$room/dev/$device"
done
exec chroot --userspec="$user" "$room" env -i HOME="/home/$user" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 "$@"
"#;

/// A root file system with two users.
struct Room {
    directory: tempfile::TempDir,
}

impl Room {
    fn make() -> Room {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        let mut make = Command::new("mmdebstrap");
        make.args(["--variant=minbase", "--include", PACKAGES, "bookworm"]);
        succeed(make.arg(&root));
        for user in ["ada", "ben"] {
            succeed(
                Command::new("chroot")
                    .arg(&root)
                    .args(["useradd", "-m", user]),
            );
        }
        std::fs::create_dir(root.join("srv/class")).unwrap();
        Room { directory }
    }

    fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    /// Runs a shell's commands as a user.
    fn shell(&self, user: &str, commands: &str) -> Output {
        let mut command = Command::new("unshare");
        command
            .args([
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                ENTER,
                "sh",
            ])
            .arg(self.root())
            .args([
                user,
                "sh",
                "-c",
                &format!("cd /home/{user} && {{ {commands}\n}}"),
            ]);
        let output = command.output().unwrap();
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        print!("{}", String::from_utf8_lossy(&output.stdout));
        output
    }

    /// The text of a user's commands that have to succeed.
    fn said(&self, user: &str, commands: &str) -> String {
        let output = self.shell(user, commands);
        assert!(output.status.success(), "{commands}: {}", output.status);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn succeed(command: &mut Command) {
    let status = command.status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// Writes a notebook with these cells.
fn notebook(path: &Path, cells: &[&str]) {
    let cells: Vec<_> = cells
        .iter()
        .enumerate()
        .map(|(number, source)| {
            serde_json::json!({ "cell_type": "code", "id": format!("c{number}"), "metadata": {}, "outputs": [],
                "execution_count": null, "source": source })
        })
        .collect();
    let whole =
        serde_json::json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 });
    std::fs::write(path, whole.to_string()).unwrap();
}

/// The cells that a user's kernels have compiled.
const COMPILED: &str = "ls .cache/rust-nn/kept/*/cells 2>/dev/null | wc -l";

#[test]
#[ignore = "takes some minutes, as root, with mmdebstrap and a network"]
fn a_machine_with_nothing_but_python_has_the_classroom_from_one_file() {
    let home = Home::set_up();
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("class.tar.gz");
    succeed(home.command().args(["bundle", "--output"]).arg(&file));
    let names: Vec<_> = std::fs::read_dir(place.path())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(names, ["class.tar.gz"], "something else is left");
    let size = file.metadata().unwrap().len();
    println!("{} MB", size / 1_000_000);
    assert!(size <= MOST, "{size}");
    assert!(program().is_file());

    let room = Room::make();
    let class = room.root().join("srv/class");
    std::fs::copy(&file, class.join("class.tar.gz")).unwrap();

    // A student unpacks it: how long until the first result?
    let started = Instant::now();
    notebook(&room.root().join("srv/first.ipynb"), &["1 + 1"]);
    room.said("ada", "tar xf /srv/class/class.tar.gz");
    let unpacked = started.elapsed();
    room.said(
        "ada",
        "./nn-lib-classroom/notebook run /srv/first.ipynb -o out",
    );
    let first = started.elapsed();
    println!("unpacked after {unpacked:?}, first notebook of one cell done after {first:?}");
    assert!(first < Duration::from_secs(60), "{first:?}");

    // A folder that belongs to somebody else, for another user: all of the chapter, nothing compiled.
    succeed(
        Command::new("tar")
            .arg("-C")
            .arg(&class)
            .arg("-xf")
            .arg(&file),
    );
    let notebook_of_class = "/srv/class/nn-lib-classroom/notebook";
    room.said("ben", &format!("{notebook_of_class} run"));
    assert_eq!(
        room.said("ben", COMPILED).trim(),
        "0",
        "cells were compiled"
    );
    room.said(
        "ben",
        "test -z \"$(find /srv/class -newer /srv/first.ipynb -user ben)\" && ls nn-lib-classroom/executed/3.4*.html",
    );

    // A changed cell is compiled without a C compiler; `:dep` says what is missing, and loses nothing.
    notebook(
        &room.root().join("srv/changed.ipynb"),
        &["let x = 1.5f64.sin() + 40.5;", "println!(\"x = {x:.3}\");"],
    );
    notebook(
        &room.root().join("srv/dep.ipynb"),
        &[":dep itertools = \"0.14\""],
    );
    room.said("ben", "! command -v cc && ! command -v cargo");
    room.said(
        "ben",
        &format!("{notebook_of_class} run /srv/changed.ipynb -o out && grep -q 'x = 41.497' out/changed.html"),
    );
    assert_ne!(room.said("ben", COMPILED).trim(), "0");
    let refused = room.shell(
        "ben",
        &format!("{notebook_of_class} run /srv/dep.ipynb -o out"),
    );
    assert!(!refused.status.success());
    let text = String::from_utf8_lossy(&refused.stderr).into_owned()
        + &String::from_utf8_lossy(&refused.stdout);
    assert!(text.contains("cargo is missing on this machine"), "{text}");

    // The other commands, and the end.
    room.said("ben", &format!("{notebook_of_class} doctor"));
    room.said(
        "ben",
        &format!("{notebook_of_class} install && {notebook_of_class} uninstall && test ! -e .cache/rust-nn && test ! -e .local/share/jupyter/kernels/rust-nn"),
    );

    // A file that was damaged on its way is found.
    let damaged = class.join("nn-lib-classroom/notebooks/README.md");
    let wheels = class.join("nn-lib-classroom/python/wheels.json");
    assert!(damaged.is_file());
    std::fs::write(&wheels, "{}").unwrap();
    let doctor = room.shell("ben", &format!("{notebook_of_class} doctor"));
    let text = String::from_utf8_lossy(&doctor.stdout);
    assert!(!doctor.status.success());
    assert!(text.contains("wheels.json is missing or damaged"), "{text}");
}
