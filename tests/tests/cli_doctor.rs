//! What a machine lacks is said in words, with the command that mends it.

mod cli_support;

use cli_support::{Home, assert_says, text};

#[test]
fn help_names_every_command() {
    let output = Home::new().run(&["--help"]);
    assert!(output.status.success());
    for command in ["run", "lab", "export", "install", "uninstall", "doctor"] {
        assert_says(&output, &format!("\n  {command} "));
    }
}

#[test]
fn doctor_on_a_machine_with_everything_says_what_set_up_will_do() {
    let output = Home::new().run(&["doctor"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "not set up yet; `cargo notebook run`");
}

#[test]
fn doctor_without_python_says_how_to_install_it() {
    let home = Home::new();
    let path = home.programs(&["rustc", "cargo", "cc"]);
    let output = home
        .command()
        .arg("doctor")
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "no Python");
    assert_says(&output, "python3-venv");
}

#[test]
fn doctor_with_a_python_without_venv_names_debians_package() {
    let home = Home::new();
    let path = home.programs(&["rustc", "cargo", "cc"]);
    home.script(
        "python3",
        "case \"$*\" in *ensurepip*) exit 1;; esac; echo 3.11.2",
    );
    let output = home
        .command()
        .arg("doctor")
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "`venv` or `ensurepip` module is missing");
    assert_says(&output, "sudo apt install python3-venv");
}

#[test]
fn doctor_with_an_old_python_says_which_one_is_needed() {
    let home = Home::new();
    let path = home.programs(&["rustc", "cargo", "cc"]);
    home.script("python3", "echo 3.8.10");
    let output = home
        .command()
        .arg("doctor")
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert_says(&output, "Python 3.10 or newer is needed, found only 3.8.10");
}

#[test]
fn doctor_with_an_old_rust_says_how_to_update_it() {
    let home = Home::new();
    let path = home.programs(&["cargo", "cc", "python3"]);
    home.script("rustc", "echo 'rustc 1.80.1 (3f5fd8dd4 2024-08-06)'");
    let output = home
        .command()
        .arg("doctor")
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(
        &output,
        "Rust 1.95 or newer is needed, this is `rustc 1.80.1",
    );
    assert_says(&output, "rustup update stable");
}

#[test]
fn doctor_without_the_standard_librarys_source_names_the_rustup_component() {
    let home = Home::new();
    let path = home.programs(&["cargo", "cc", "python3"]);
    let script = format!(
        "case \"$*\" in *sysroot*) echo {};; *) echo 'rustc 1.95.0 (59807616e 2026-04-14)';; esac",
        home.path().display()
    );
    home.script("rustc", &script);
    let output = home
        .command()
        .arg("doctor")
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "rustup component add rust-src");
}

#[test]
fn set_up_asks_rustup_for_the_missing_source_before_it_gives_up() {
    let home = Home::new();
    let path = home.programs(&["cargo", "cc", "python3"]);
    let root = home.path().display();
    home.script("rustc", &format!("case \"$*\" in *sysroot*) echo {root};; *) echo 'rustc 1.95.0 (59807616e 2026-04-14)';; esac"));
    home.script("rustup", &format!("echo \"$*\" > {root}/asked; exit 1"));
    let notebook = home.notebook("any", &["1"]);
    let output = home
        .command()
        .arg("run")
        .arg(notebook)
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    let asked = std::fs::read_to_string(home.path().join("asked")).expect("rustup was asked");
    assert_eq!(asked.trim(), "component add rust-src");
    assert_says(&output, "rustup component add rust-src");
}

#[test]
fn doctor_without_a_linker_names_the_package() {
    let home = Home::new();
    let path = home.programs(&["rustc", "cargo", "python3"]);
    let output = home
        .command()
        .arg("doctor")
        .env("PATH", path)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "no C linker");
    assert_says(
        &output,
        if cfg!(target_os = "macos") {
            "xcode-select"
        } else {
            "build-essential"
        },
    );
}

#[test]
fn a_notebook_that_does_not_exist_is_answered_with_the_chapters() {
    let output = Home::new().run(&["run", "9.9-nowhere"]);
    assert!(!output.status.success());
    assert_says(&output, "there is no notebook 9.9-nowhere");
    assert_says(&output, "3.5-classifying-newswires");
}

#[test]
fn a_python_without_jupyter_is_refused_with_what_it_lacks() {
    let home = Home::new();
    home.script(
        "python-without-jupyter",
        "echo \"ModuleNotFoundError: No module named 'jupyterlab'\" >&2; exit 1",
    );
    let notebook = home.notebook("any", &["1"]);
    let output = home
        .command()
        .args(["export", "--no-execute", "--python"])
        .arg(home.path().join("programs/python-without-jupyter"))
        .arg(notebook)
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "No module named 'jupyterlab'");
    assert_says(&output, "-m pip install jupyterlab nbconvert");
}
