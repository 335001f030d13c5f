//! Notebooks with controls that are executed and converted without a front end that has widgets.

mod cli_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cli_support::{Home, text};
use serde_json::Value;

const VIEW: &str = "application/vnd.jupyter.widget-view+json";
const STATE: &str = "application/vnd.jupyter.widget-state+json";

/// The Python of the private environment.
fn python(home: &Home) -> PathBuf {
    let entries = fs::read_dir(&home.cache).expect("it is there").flatten();
    let environments = entries.map(|entry| entry.path().join("bin/python"));
    let newest = environments
        .filter(|python| python.exists())
        .max_by_key(|python| {
            let made = python.parent().and_then(|bin| bin.metadata().ok());
            made.and_then(|made| made.modified().ok())
        });
    newest.expect("the environment is set up")
}

/// What nbconvert's own export makes of a notebook.
fn converted(home: &Home, notebook: &Path) -> String {
    let output = Command::new(python(home))
        .args(["-m", "nbconvert", "--to", "html", "--stdout"])
        .arg(notebook)
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", text(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_executed_notebook_has_the_states_of_its_widgets_and_the_first_result_for_others() {
    let home = Home::set_up();
    home.notebook(
        "slider",
        &[
            "explore(\"Squares\", slider(\"n\", 1..=64).start(12), |n| Ok((Figure::new(\"A line\").line([1, 2], [n, n * 2], \"n\"), n * n)))",
            "println!(\"the next cell\");",
        ],
    );
    let output = home.run(&["run", "slider.ipynb", "--output", "done"]);
    assert!(output.status.success(), "{}", text(&output));
    let file = home.path().join("done").join("slider.ipynb");
    let mut notebook: Value =
        serde_json::from_slice(&fs::read(&file).expect("it was made")).expect("JSON");
    let shown = &notebook["cells"][0]["outputs"][0]["data"];
    let id = shown[VIEW]["model_id"].as_str().expect("a widget");
    let joined = |form: &Value| match form.as_array() {
        Some(lines) => lines.iter().filter_map(Value::as_str).collect::<String>(),
        None => form.as_str().unwrap_or_default().to_owned(),
    };
    let html = joined(&shown["text/html"]);
    for part in ["Squares", "<svg", ">144</pre>", "jupyterlab_widgets"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let states = &notebook["metadata"]["widgets"][STATE]["state"];
    assert_eq!(states[id]["model_name"], "VBoxModel", "{states}");
    let mut models = states.as_object().expect("states").values();
    assert!(
        models
            .any(|model| model["model_name"] == "IntSliderModel" && model["state"]["value"] == 12)
    );
    assert_eq!(
        notebook["cells"][0]["outputs"].as_array().map(Vec::len),
        Some(1)
    );

    // With the states, a page of nbconvert's has the widgets; without, the first result.
    let page = converted(&home, &file);
    assert!(page.contains(STATE) && page.contains("IntSliderModel"));
    notebook["metadata"]
        .as_object_mut()
        .expect("an object")
        .remove("widgets");
    let bare = home.path().join("bare.ipynb");
    fs::write(&bare, notebook.to_string()).expect("it can be written");
    let page = converted(&home, &bare);
    assert!(
        page.contains("<svg") && page.contains(">144</pre>") && page.contains("jupyterlab_widgets")
    );
    assert!(!page.contains("IntSliderModel"));
}
