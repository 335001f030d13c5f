//! Other Pythons and their settings do not matter: one private environment serves, however Python is found.

mod cli_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cli_support::{Home, assert_says, text};

/// `export --no-execute` of a notebook, without any package index within reach.
fn export(home: &Home, prepare: impl FnOnce(&mut Command)) -> Output {
    home.notebook("any", &["1"]);
    let mut command = home.command();
    command
        .args(["export", "--no-execute", "any.ipynb", "-o", "out"])
        .env("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
    prepare(&mut command);
    command.output().expect("it starts")
}

/// A program on this machine's `PATH`.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").expect("PATH is set");
    let mut found = std::env::split_paths(&path).map(|directory| directory.join(name));
    found.find(|path| path.is_file()).expect("it is there")
}

/// `PATH` with another directory in front.
fn path_with(first: &Path) -> std::ffi::OsString {
    let usual = std::env::var_os("PATH").expect("PATH is set");
    let all = std::iter::once(first.to_owned()).chain(std::env::split_paths(&usual));
    std::env::join_paths(all).expect("plain paths")
}

fn assert_ready(output: &Output) {
    assert!(output.status.success(), "{}", text(output));
    assert_says(output, "out/any.html");
    assert!(!text(output).contains("Setting up"), "{}", text(output));
}

#[test]
fn variables_of_another_python_do_not_matter() {
    let home = Home::with_pages();
    let other = home.path().join("other");
    fs::create_dir(&other).expect("writable");
    for module in [
        "nbformat.py",
        "json.py",
        "jinja2.py",
        "sitecustomize.py",
        "usercustomize.py",
    ] {
        fs::write(
            other.join(module),
            "raise ImportError('of another project')",
        )
        .expect("writable");
    }
    let variables = [
        ("PYTHONPATH", other.clone()),
        ("PYTHONHOME", PathBuf::from("/nowhere")),
        ("PYTHONUSERBASE", other.clone()),
        ("PYTHONSTARTUP", other.join("nbformat.py")),
        ("PYTHONSAFEPATH", PathBuf::from("1")),
        ("PYTHONIOENCODING", PathBuf::from("ascii")),
        ("PYTHONWARNINGS", PathBuf::from("error")),
        ("JUPYTER_CONFIG_DIR", other.clone()),
        ("JUPYTER_PATH", other.clone()),
    ];
    let output = export(&home, |command| {
        command.envs(variables.clone());
    });
    assert_ready(&output);
    let doctor = home.command().arg("doctor").envs(variables).output();
    assert_says(&doctor.expect("it starts"), "✓ Jupyter");
}

#[test]
fn one_environment_serves_whichever_python_is_found_first() {
    let home = Home::with_pages();
    let active = home.path().join("active");
    let made = Command::new(program("python3"))
        .args(["-m", "venv", "--without-pip"])
        .arg(&active)
        .status();
    assert!(made.expect("Python starts").success());
    let output = export(&home, |command| {
        command
            .env("VIRTUAL_ENV", &active)
            .env("PATH", path_with(&active.join("bin")));
    });
    assert_ready(&output);

    // A launcher under the usual name, and one with a version that this machine does not have.
    home.script(
        "python3",
        &format!("exec '{}' \"$@\"", program("python3").display()),
    );
    let launchers = home.path().join("programs");
    assert_ready(&export(&home, |command| {
        command.env("PATH", path_with(&launchers));
    }));
    home.script("python3", "echo 3.99.0");
    assert_ready(&export(&home, |command| {
        command.env("PATH", path_with(&launchers));
    }));
}

#[test]
fn an_environment_stays_when_there_is_no_python_left_on_the_path() {
    let home = Home::with_pages();
    let path = home.programs(&["rustc", "cargo", "cc"]);
    assert_ready(&export(&home, |command| {
        command.env("PATH", path);
    }));
}

/// What pip is told when an environment is made: the variables of a stand-in for the environment's Python.
fn told_to_pip(home: &Home, prepare: impl FnOnce(&mut Command)) -> String {
    let real = program("python3");
    let log = home.path().join("pip-was-told");
    home.script(
        "in-the-environment",
        &format!(
            "case \"$*\" in *'-m pip install'*) env > '{}'; exit 0;; *) exec '{}' \"$@\";; esac",
            log.display(),
            real.display()
        ),
    );
    let inside = home.path().join("programs/in-the-environment");
    // It answers for itself, and makes an environment with the stand-in in it.
    home.script(
        "python3",
        &format!(
            "case \"$*\" in *_base_executable*) echo \"$0\";; *'-m venv'*) for last; do :; done; mkdir -p \"$last/bin\"; cp '{}' \"$last/bin/python\";; *) exec '{}' \"$@\";; esac",
            inside.display(),
            real.display()
        ),
    );
    export(home, |command| {
        command
            .env("PATH", path_with(&home.path().join("programs")))
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env_remove("PIP_INDEX_URL")
            .env_remove("PIP_CONFIG_FILE");
        prepare(command);
    });
    fs::read_to_string(log).expect("pip was called")
}

#[test]
fn pip_uses_the_users_mirror_and_none_of_the_settings_that_would_break_the_installation() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("config/pip")).expect("writable");
    fs::write(
        home.path().join("config/pip/pip.conf"),
        "[global]\nindex-url = https://mirror.school.test/simple\ntrusted-host = mirror.school.test\nuser = true\n\
         require-virtualenv = true\n[install]\ntarget = /nowhere\nno-binary = :all:\n",
    )
    .expect("writable");
    let told = told_to_pip(&home, |command| {
        command
            .env("PIP_USER", "1")
            .env("PIP_PREFIX", "/nowhere")
            .env("PIP_CONSTRAINT", "/nowhere/constraints.txt")
            .env("PIP_PROXY", "http://proxy.school.test:3128")
            .env("PYTHONPATH", "/nowhere");
    });
    for line in [
        "PIP_INDEX_URL=https://mirror.school.test/simple",
        "PIP_TRUSTED_HOST=mirror.school.test",
        "PIP_PROXY=http://proxy.school.test:3128",
        "PIP_CONFIG_FILE=/dev/null",
    ] {
        assert!(told.lines().any(|found| found == line), "{line} in {told}");
    }
    for name in [
        "PIP_USER",
        "PIP_PREFIX",
        "PIP_TARGET",
        "PIP_CONSTRAINT",
        "PIP_NO_BINARY",
        "PYTHONPATH",
    ] {
        assert!(!told.contains(&format!("{name}=")), "{name} in {told}");
    }
}

#[test]
fn a_broken_pip_conf_does_not_stop_the_installation() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("config/pip")).expect("writable");
    fs::write(
        home.path().join("config/pip/pip.conf"),
        "index-url = no section\n",
    )
    .expect("writable");
    let told = told_to_pip(&home, |_| ());
    assert!(told.contains("PIP_CONFIG_FILE=/dev/null"));
}
