//! An assignment in Rust goes through nbgrader: generated, handed in, graded with this kernel, with points for a part.

mod cli_support;

use std::path::Path;
use std::process::Command;

use classroom_tests::kernel::{build_directory, repository};
use classroom_tests::trials::{Missing, python_environment, run, test};
use cli_support::Home;
use serde_json::{Value, json};

fn main() {
    run([test(
        an_assignment_is_generated_handed_in_and_graded_with_points_for_a_part,
    )])
}

fn an_assignment_is_generated_handed_in_and_graded_with_points_for_a_part() -> Result<(), Missing> {
    let requirements = repository().join("tests/nbgrader/requirements.txt");
    let python = python_environment(&build_directory().join("nbgrader-venv"), &requirements)?;
    let home = Home::set_up();
    let course = home.path().join("course");
    copy(&repository().join("docs/nbgrader"), &course);

    let dense = "Ok((&x.dot(kernel)? + bias)?.map(|v| v.max(0.0)))";
    let network = "let mut model = Sequential::new();
    model.add(Dense::new(32).activation(Activation::Relu).input_shape(784));
    model.add(Dense::new(10).activation(Activation::Softmax));
    Ok(model)";
    let solutions = json!({
        "right": { "weights": "units * (inputs + 1)", "dense": dense, "network": network },
        // The biases, the activation and the softmax are missing.
        "nearly": {
            "weights": "inputs * units + 2",
            "dense": "Ok((&x.dot(kernel)? + bias)?)",
            "network": network.replace(".activation(Activation::Softmax)", ""),
        },
        // Only what the visible conditions ask for.
        "sly": {
            "weights": "if units == 2 { 8 } else { 401_920 }",
            "dense": "Tensor::from([1.0, 4.0, 0.0, 0.0]).reshape([2, 2])",
            "network": "Err(\"none\".into())",
        },
        // It does not compile.
        "broken": { "weights": "inputs * unit", "dense": "x.dot(kernel", "network": network },
        "nothing": {},
    });
    let kernelspec = course.join("jupyter/kernels/rust-nn");
    std::fs::create_dir_all(&kernelspec).expect("the directory can be made");
    let installed = home.cache.join("jupyter/kernels/rust-nn/kernel.json");
    std::fs::copy(installed, kernelspec.join("kernel.json")).expect("set-up has made it");
    // nbgrader starts a program that pip has put beside Python.
    let beside = python.parent().expect("it lies in a directory").to_owned();
    let places = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::join_paths([beside].into_iter().chain(std::env::split_paths(&places)));
    let output = Command::new(python)
        .env("PATH", places.expect("no path has a colon"))
        .arg(repository().join("tests/nbgrader/round_trip.py"))
        .arg(&course)
        .arg(solutions.to_string())
        .env("HOME", home.path())
        .env("JUPYTER_PATH", course.join("jupyter"))
        .env("JUPYTER_DATA_DIR", course.join("data"))
        .env("JUPYTER_CONFIG_DIR", course.join("config"))
        .env("JUPYTER_PLATFORM_DIRS", "1")
        .env("RUST_NN_CACHE", &home.cache)
        .env("XDG_RUNTIME_DIR", home.path().join("session"))
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let seen: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{complaints}"));
    let points = |weights: f64, dense: f64, network: f64| json!({ "weights-test": weights, "dense-test": dense, "network-test": network, "of": 9.0 });
    assert_eq!(
        seen["points"],
        json!({
            "right": points(4.0, 3.0, 2.0),
            "nearly": points(1.0, 2.0, 1.0),
            "sly": points(2.0, 2.0, 0.0),
            "broken": points(0.0, 0.0, 2.0),
            "nothing": points(0.0, 0.0, 0.0),
        }),
        "{seen:#}"
    );
    assert_eq!(
        seen["release"],
        json!({ "solution": false, "hidden": false, "stubs": 4, "feedback": true }),
        "{seen:#}"
    );
    Ok(())
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-R").arg(from).arg(to).status();
    assert!(status.is_ok_and(|status| status.success()));
}
