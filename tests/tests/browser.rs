//! What a student sees: the chapter in JupyterLab in a real browser, and the exported pages.

mod cli_support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use classroom_tests::kernel::{build_directory, repository};
use classroom_tests::ports::free_port;
use classroom_tests::trials::{BROWSER, Missing, PYTHON, missing, run, test};
use cli_support::Home;
use serde_json::Value;

fn main() {
    run([test(
        a_student_runs_all_cells_in_jupyterlab_and_sees_the_charts,
    )])
}

const BROWSERS: [&str; 3] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
];

/// A Python that can drive the browser, made on first use.
fn python() -> Result<PathBuf, Missing> {
    if !BROWSERS.iter().any(|browser| Path::new(browser).exists()) {
        return Err(missing(BROWSER, "no Chromium and no Chrome"));
    }
    let environment = build_directory().join("browser-venv");
    let python = environment.join("bin").join("python");
    let requirements = repository().join("tests/browser/requirements.txt");
    let installed = environment.join("installed");
    let wanted = std::fs::read(&requirements).expect("it is part of the repository");
    if std::fs::read(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    let done = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let made = done(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&environment),
    ) && done(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--require-hashes", "-r"])
            .arg(&requirements),
    );
    if !made {
        return Err(missing(PYTHON, "no environment could be made"));
    }
    std::fs::write(installed, wanted).expect("the environment can be written to");
    Ok(python)
}

fn a_student_runs_all_cells_in_jupyterlab_and_sees_the_charts() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let port = free_port();
    let mut lab = home
        .command()
        .args(["lab", "--no-browser", "--port", &port.to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let stderr = BufReader::new(lab.stderr.take().expect("standard error is piped"));
    let mut lines = stderr.lines().map_while(Result::ok);
    let token = lines
        .by_ref()
        .find_map(|line| Some(line.split_once("token=")?.1.trim().to_owned()))
        .expect("it says its address");
    std::thread::spawn(move || lines.for_each(drop));

    let pictures = build_directory().join("browser-pictures");
    let output = Command::new(python)
        .arg(repository().join("tests/browser/lab.py"))
        .args([&format!("http://127.0.0.1:{port}"), &token])
        .arg("3.4-classifying-movie-reviews.ipynb")
        .arg(&pictures)
        .output()
        .expect("Python starts");
    lab.kill().expect("it can be ended");
    lab.wait().expect("it ends");

    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let seen: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{complaints}"));
    assert_eq!(seen["finished"], true, "{said}");
    assert_eq!(seen["errors"], serde_json::json!([]), "{said}");
    assert!(seen["charts"].as_u64() >= Some(4), "{said}");
    assert_eq!(seen["outside"], serde_json::json!([]), "{said}");
    assert_eq!(seen["console"], serde_json::json!([]), "{said}");
    println!("pictures: {}", pictures.display());
    Ok(())
}
