//! What a student sees: the chapter in JupyterLab in a real browser, and the exported pages.

mod cli_support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use classroom_tests::kernel::{build_directory, repository};
use classroom_tests::ports::free_port;
use classroom_tests::trials::{BROWSER, Missing, PYTHON, missing, run, test};
use cli_support::Home;
use serde_json::Value;

fn main() {
    run([
        test(a_student_runs_all_cells_in_jupyterlab_and_sees_the_charts),
        test(a_slider_is_dragged_and_the_chart_of_its_last_position_appears),
    ])
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

/// JupyterLab as the command line starts it.
struct Lab {
    process: Child,
    address: String,
    token: String,
}

impl Lab {
    /// Starts it on the chapter, or on the notebooks of a directory.
    fn start(home: &Home, notebooks: Option<&Path>) -> Lab {
        let port = free_port();
        let directory =
            notebooks.map(|path| format!("--FileContentsManager.root_dir={}", path.display()));
        let mut process = home
            .command()
            .args(["lab", "--no-browser", "--port", &port.to_string()])
            .args(directory.iter().flat_map(|option| ["--", option.as_str()]))
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let stderr = BufReader::new(process.stderr.take().expect("standard error is piped"));
        let mut lines = stderr.lines().map_while(Result::ok);
        let token = lines
            .by_ref()
            .find_map(|line| Some(line.split_once("token=")?.1.trim().to_owned()))
            .expect("it says its address");
        std::thread::spawn(move || lines.for_each(drop));
        let address = format!("http://127.0.0.1:{port}");
        Lab {
            process,
            address,
            token,
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a student wants to know of the chapter's network.
const UNITS: &str = "explore(\"How many units?\", (slider(\"units\", 1..=64), choice(\"optimizer\", [\"rmsprop\", \"sgd\"]), &x, &y), \
    |(units, optimizer, x, y)| {
    let started = std::time::Instant::now();
    let mut model = Sequential::new();
    model.add(Dense::new(units).activation(Activation::Relu).input_shape(10_000));
    model.add(Dense::new(1).activation(Activation::Sigmoid));
    model.compile(optimizer, \"binary_crossentropy\", [\"accuracy\"])?;
    let history = model.fit(&x, &y, Fit { epochs: 4, batch_size: 512, validation_data: Some((x.clone(), y.clone())), ..Fit::default() })?;
    let figure = Figure::new(format!(\"{units} units\")).line(history.epochs(), &history[\"val_accuracy\"], \"validation\");
    Ok((figure, format!(\"trained in {:.1} ms\", started.elapsed().as_secs_f64() * 1e3)))
})";

fn a_slider_is_dragged_and_the_chart_of_its_last_position_appears() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let file = home.notebook(
        "notebooks/slider",
        &[
            "let ((data, labels), _) = imdb::load_data(10_000)?;",
            "let x = vectorize_sequences(&data, 10_000)?.rows(..4000); let y = Tensor::from(&labels).rows(..4000);",
            UNITS,
        ],
    );
    // Without a kernel's name JupyterLab would ask for it.
    let mut notebook: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("it was written")).expect("JSON");
    notebook["metadata"]["kernelspec"] = serde_json::json!({ "display_name": "Rust (nn-lib)", "language": "rust", "name": "rust-nn" });
    std::fs::write(&file, notebook.to_string()).expect("it can be written");
    let lab = Lab::start(&home, file.parent());
    let pictures = build_directory().join("browser-pictures");
    let output = Command::new(python)
        .arg(repository().join("tests/browser/slider.py"))
        .arg(format!(
            "{}/lab/tree/slider.ipynb?token={}&reset",
            lab.address, lab.token
        ))
        .arg(&pictures)
        .output()
        .expect("Python starts");
    drop(lab);

    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let seen: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{complaints}"));
    println!("{said}\npictures: {}", pictures.display());
    let [after, training] =
        ["after_ms", "training_ms"].map(|name| seen["drag"][name].as_f64().unwrap_or(f64::MAX));
    assert!(after < training + 300.0, "{said}");
    for step in ["keyboard", "reloaded"] {
        assert_eq!(seen[step], "61 units", "{said}");
    }
    assert_eq!(seen["moved_after_reload"], "62 units", "{said}");
    assert_eq!(seen["console"], serde_json::json!([]), "{said}");
    Ok(())
}

fn a_student_runs_all_cells_in_jupyterlab_and_sees_the_charts() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let lab = Lab::start(&home, None);

    let pictures = build_directory().join("browser-pictures");
    let output = Command::new(python)
        .arg(repository().join("tests/browser/lab.py"))
        .args([&lab.address, &lab.token])
        .arg("3.4-classifying-movie-reviews.ipynb")
        .arg(&pictures)
        .output()
        .expect("Python starts");
    drop(lab);

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
