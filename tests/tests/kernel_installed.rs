//! An installation: kernel, nn-lib and compiler in a directory that may lie anywhere, on a machine without cargo and
//! without a C compiler. (`tests/bundle.rs` makes a whole one.)

#![cfg(target_os = "linux")]

use classroom_tests::kernel::{Kernel, cache, program, template};
use classroom_tests::kernel_left::directory_of;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a program that has to succeed.
fn run(program: &str, arguments: &[&Path]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "{program} {arguments:?}");
}

/// An installation in `root`, made of the tests' template, without anything that was kept.
fn install(root: &Path) {
    let installed = root.join(template().file_name().unwrap());
    std::fs::create_dir_all(root.join("bin")).unwrap();
    std::fs::copy(program(), root.join("bin").join("rust-nn-kernel")).unwrap();
    run("cp", &["-al".as_ref(), template(), &installed]);
    for kept in ["cells", "answers", "crates"] {
        let _ = std::fs::remove_dir_all(installed.join(kept));
    }
    let file = installed.join("recipe.json");
    let mut recipe: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let sysroot = PathBuf::from(recipe["toolchain"]["sysroot"].as_str().unwrap());
    std::os::unix::fs::symlink(sysroot, root.join("toolchain")).unwrap();
    recipe["template"] = json!(".");
    recipe["toolchain"]["sysroot"] = json!("../toolchain");
    recipe["toolchain"]["rustc"] = json!("../toolchain/bin/rustc");
    recipe["toolchain"]["cargo"] = json!("");
    // It is a link to the template's own.
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, recipe.to_string()).unwrap();
    std::fs::write(root.join("manifest.json"), "{}").unwrap();
}

/// A kernel of the installation in `root`, whose user keeps everything in `place`, and has cargo or has not.
fn start(root: &Path, place: &Path, has_cargo: bool) -> Kernel {
    let mut command = Command::new(root.join("bin").join("rust-nn-kernel"));
    command
        .arg("--template")
        .arg(root.join(template().file_name().unwrap()))
        .env("RUST_NN_CACHE", place)
        .env_remove("RUSTC")
        .env_remove("LD_LIBRARY_PATH");
    if !has_cargo {
        command
            .env("PATH", "/nonexistent")
            .env("CARGO_HOME", "/nonexistent");
    }
    Kernel::start_by(command)
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(&directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            match entry.file_type().unwrap().is_dir() {
                true => waiting.push(entry.path()),
                false => found.push(entry.path()),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_an_installation_has_compiled_is_found_in_another_place_and_a_changed_cell_needs_no_linker()
{
    let directory = tempfile::tempdir_in(cache()).unwrap();
    let [first, second, one, two] =
        ["first", "the second place", "one", "two"].map(|name| directory.path().join(name));
    let name = template().file_name().unwrap();
    let cells = [
        "let weights = vec![1.0f32, 2.5];",
        "static CALLS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(40);\nfn call() -> usize { CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) }",
        "println!(\"{} {}\", call(), weights.iter().sum::<f32>().sin());",
        "let mut model = Sequential::new(); model.add(Dense::new(1).input_shape(2));",
    ];
    install(&first);
    let mut kernel = start(&first, &one, true);
    let said: Vec<String> = cells
        .iter()
        .map(|cell| kernel.ok(cell).stream("stdout"))
        .collect();
    kernel.shut_down();
    let kept = |place: &Path| place.join("kept").join(name);
    assert!(
        !files(&kept(&one).join("cells")).is_empty(),
        "nothing is kept"
    );
    for what in ["cells", "answers"] {
        let to = first.join(name).join(what);
        run("cp", &["-a".as_ref(), &kept(&one).join(what), &to]);
    }

    std::fs::rename(&first, &second).unwrap();
    let before = files(&second);
    let mut kernel = start(&second, &two, false);
    for (cell, said) in cells.iter().zip(&said) {
        assert_eq!(kernel.ok(cell).stream("stdout"), *said, "{cell}");
    }
    let own = || files(&kept(&two).join("cells"));
    assert_eq!(own(), Vec::<PathBuf>::new(), "compiled again");
    let directory = directory_of(kernel.pid());
    assert!(directory.starts_with(&two), "{}", directory.display());

    let changed = "println!(\"{} {:.3}\", call(), weights[1].cos());";
    assert_eq!(kernel.ok(changed).stream("stdout"), "41 -0.801\n");
    assert_eq!(own().len(), 1);
    let text = "std::panic::catch_unwind(|| panic!(\"caught\")).is_err()";
    assert_eq!(kernel.ok(text).result(), Some("true"));

    let answer = kernel.run(":dep itertools = \"0.14\"");
    assert_eq!(answer.reply["status"], "error");
    let text = answer.reply.to_string();
    assert!(text.contains("cargo is missing on this machine"), "{text}");
    assert_eq!(kernel.ok("weights.len()").result(), Some("2"));
    kernel.shut_down();
    assert_eq!(files(&second), before);
}
