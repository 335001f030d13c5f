//! Where a kernel keeps its files: in directories with long names, in an installation of somebody else's, and what of
//! them it may use again.

use classroom_tests::kernel::{Kernel, cache, program, template};
use classroom_tests::kernel_left::{Left, directory_of};
use classroom_tests::trials::{Missing, RIGHTS, missing, run, test};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    run([
        test(a_cache_whose_path_is_long_and_has_spaces_works),
        test(a_helper_file_that_is_edited_is_compiled_again),
        test(a_cell_that_was_compiled_is_taken_by_the_next_kernel),
        test(exercises_speak_the_language_of_the_notebook_that_jupyters_server_names),
        #[cfg(target_os = "linux")]
        test(an_installation_serves_another_user_who_writes_only_in_places_of_their_own),
        #[cfg(target_os = "linux")]
        test(what_another_user_has_compiled_is_not_run),
    ])
}

/// The number of a user who owns nothing.
const NOBODY: u32 = 65_534;

/// Runs a program; whether it has succeeded.
fn succeeds(program: &str, arguments: &[&Path]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn a_cache_whose_path_is_long_and_has_spaces_works() {
    let root = tempfile::tempdir_in(cache()).unwrap();
    let long = root.path().join("a long directory-name-".repeat(6));
    std::fs::create_dir(&long).unwrap();
    let copy = long.join(template().file_name().unwrap());
    assert!(succeeds("cp", &["-al".as_ref(), template(), &copy]));
    let mut kernel = Kernel::start_with(&copy, &std::env::temp_dir());
    assert!(directory_of(kernel.pid()).as_os_str().len() > 140);
    kernel.ok("let a = 41;");
    assert_eq!(kernel.ok("a + 1").result(), Some("42"));
    let left = Left::of(&kernel);
    kernel.shut_down();
    left.expect_nothing();
}

fn a_helper_file_that_is_edited_is_compiled_again() {
    let mut kernel = Kernel::shared();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("helper.rs");
    let cells = [
        format!("#[path = {file:?}] mod helper; println!(\"{{}}\", helper::VALUE);"),
        format!("mod other {{ include!({file:?}); }} println!(\"{{}}\", other::VALUE);"),
    ];
    for cell in cells {
        for value in [1, 2] {
            std::fs::write(&file, format!("pub const VALUE: i32 = {value};")).unwrap();
            let answer = kernel.ok(&cell);
            assert_eq!(answer.stream("stdout"), format!("{value}\n"), "{cell}");
        }
    }
}

fn exercises_speak_the_language_of_the_notebook_that_jupyters_server_names() {
    let directory = tempfile::tempdir().unwrap();
    let notebook = directory.path().join("그림.ipynb");
    std::fs::write(&notebook, r#"{"cells": [], "metadata": {"lang": "ko"}}"#).unwrap();
    let mut kernel = Kernel::start_changed(directory.path(), |command| {
        command.env("JPY_SESSION_NAME", &notebook);
    });
    kernel.ok("let nine = 9;");
    // A reader may rename a notebook while its kernel runs.
    std::fs::rename(&notebook, directory.path().join("새 이름.ipynb")).unwrap();
    let answer =
        kernel.ok("check(\"3.9, exercise 1\", || Ok(nine)).that(\"8\", |nine| *nine == 8)");
    let said = &answer.of("display_data")[0]["data"]["text/plain"];
    let said = said.as_str().unwrap_or_default();
    assert!(
        said.starts_with("✗ 3.9, 연습 문제 1: 아직 아닙니다."),
        "{said}"
    );
    kernel.shut_down();
}

fn a_cell_that_was_compiled_is_taken_by_the_next_kernel() {
    let cells = template().join("cells");
    let mut kernel = Kernel::shared();
    let count = || std::fs::read_dir(&cells).map_or(0, |files| files.count());
    let number = std::process::id();
    let code =
        format!("let mut sum = {number}; for i in 0..10 {{ sum += i; }} println!(\"{{sum}}\");");
    kernel.ok(&code);
    let after = count();
    assert!(after > 0, "nothing is kept");
    let mut next = Kernel::start();
    next.ok(&code);
    assert!(count() <= after + 1, "it was compiled again");
    next.shut_down();
}

/// An installation of this user's that everybody can read, with a compiler that everybody can run.
struct Shared {
    root: tempfile::TempDir,
    template: PathBuf,
    kernel: PathBuf,
    toolchain: PathBuf,
}

impl Shared {
    fn install() -> Result<Shared, Missing> {
        if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
            return Err(missing(RIGHTS, "no other user can be played"));
        }
        // Below a directory that everybody can look into.
        let root = tempfile::tempdir_in("/tmp").unwrap();
        let below = |name: &str| root.path().join(name);
        let (kernel, toolchain) = (below("rust-nn-kernel"), below("toolchain"));
        let shared = Shared {
            template: below("template-shared"),
            kernel,
            toolchain,
            root,
        };
        std::fs::create_dir(&shared.toolchain).unwrap();
        assert!(succeeds(
            "cp",
            &["-a".as_ref(), template(), &shared.template]
        ));
        std::fs::copy(program(), &shared.kernel).unwrap();
        let file = shared.template.join("recipe.json");
        let recipe = std::fs::read_to_string(&file).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&recipe).unwrap();
        let sysroot = parsed["toolchain"]["sysroot"].as_str().unwrap();
        let here = shared.toolchain.to_str().unwrap();
        std::fs::write(&file, recipe.replace(sysroot, here)).unwrap();
        assert!(succeeds(
            "chmod",
            &["-R".as_ref(), "a+rX".as_ref(), shared.root.path()]
        ));
        let mounted = succeeds(
            "mount",
            &["--bind".as_ref(), sysroot.as_ref(), &shared.toolchain],
        );
        match mounted {
            true => Ok(shared),
            false => Err(missing(RIGHTS, "nothing may be mounted")),
        }
    }

    /// A kernel of a user who can write nowhere but in `home`.
    fn start(&self, home: &Path) -> Kernel {
        let mut command = Command::new("setpriv");
        let id = NOBODY.to_string();
        command
            .args(["--reuid", &id, "--regid", &id, "--clear-groups"])
            .arg(&self.kernel)
            .arg("--template")
            .arg(&self.template)
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", home);
        Kernel::start_by(command)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        succeeds("umount", &["-l".as_ref(), &self.toolchain]);
    }
}

#[cfg(target_os = "linux")]
fn an_installation_serves_another_user_who_writes_only_in_places_of_their_own()
-> Result<(), Missing> {
    let shared = Shared::install()?;
    let home = tempfile::tempdir_in("/tmp").unwrap();
    std::os::unix::fs::chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    let files = |directory: &str| {
        let entries = std::fs::read_dir(shared.template.join(directory));
        entries.map_or(0, |entries| entries.count())
    };
    let before = ["cells", "answers", "crates"].map(files);
    let beside = shared.root.path().join("kernels").exists();
    for (home, place) in [
        (home.path(), home.path().join(".cache/rust-nn")),
        // A user without a home.
        (
            Path::new("/nonexistent"),
            PathBuf::from(format!("/tmp/rust-nn-{NOBODY}")),
        ),
    ] {
        let mut kernel = shared.start(home);
        kernel.ok("let a = 41;");
        assert_eq!(kernel.ok("a + 1").result(), Some("42"));
        kernel.ok("let mut model = Sequential::new(); model.add(Dense::new(1).input_shape(2));");
        let directory = directory_of(kernel.pid());
        assert!(directory.starts_with(&place), "{}", directory.display());
        for closed in [&directory, directory.parent().unwrap()] {
            let metadata = std::fs::metadata(closed).unwrap();
            assert_eq!((metadata.uid(), metadata.mode() & 0o777), (NOBODY, 0o700));
        }
        let kept = place.join("kept").join("template-shared").join("cells");
        assert!(
            std::fs::read_dir(&kept).unwrap().count() > 0,
            "nothing is kept"
        );
        let left = Left::of(&kernel);
        kernel.shut_down();
        left.expect_nothing();
        std::fs::remove_dir_all(place).unwrap();
    }
    assert_eq!(["cells", "answers", "crates"].map(files), before);
    assert_eq!(shared.root.path().join("kernels").exists(), beside);
    Ok(())
}

#[cfg(target_os = "linux")]
fn what_another_user_has_compiled_is_not_run() -> Result<(), Missing> {
    let shared = Shared::install()?;
    let cells = shared.template.join("cells");
    let code = "println!(\"{}\", 40 + 2);";
    let start = || {
        let mut command = Command::new(&shared.kernel);
        command.arg("--template").arg(&shared.template);
        Kernel::start_by(command)
    };
    let mut kernel = start();
    kernel.ok(code);
    kernel.shut_down();
    // All that is kept is somebody else's now: none of it is loaded.
    for entry in std::fs::read_dir(&cells).unwrap() {
        let path = entry.unwrap().path();
        std::os::unix::fs::chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let stamps = || -> Vec<(PathBuf, u32)> {
        let entries = std::fs::read_dir(&cells).unwrap().flatten();
        let mut stamps: Vec<_> = entries
            .map(|entry| (entry.path(), entry.metadata().unwrap().uid()))
            .collect();
        stamps.sort();
        stamps
    };
    let strangers = stamps().iter().filter(|(_, uid)| *uid == NOBODY).count();
    let mut kernel = start();
    assert_eq!(kernel.ok(code).stream("stdout"), "42\n");
    kernel.shut_down();
    // Each that was needed was compiled again, and is this user's.
    let after = stamps().iter().filter(|(_, uid)| *uid == NOBODY).count();
    assert!(after < strangers, "{after} of {strangers}");
    Ok(())
}
