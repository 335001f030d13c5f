//! Controls on pages: `export` computes every position beforehand, within limits, and `run` does not.

mod cli_support;

use std::fs;
use std::path::Path;
use std::process::Command;

use cli_support::{Home, assert_says, code, text};

/// A cell that leaves a line in the file `calls` for each call of its closure.
fn counted(home: &Home, controls: &str) -> String {
    let calls = home.path().join("calls");
    format!(
        "use std::io::Write;\n\
         explore(\"Powers\", {controls}, |n| {{\n\
             let mut file = std::fs::OpenOptions::new().create(true).append(true).open({calls:?})?;\n\
             writeln!(file, \"call\")?;\n\
             Ok(Figure::new(format!(\"Powers of {{n}}\")).line(1..=3, [n, n * n, n * n * n], \"power\"))\n\
         }})"
    )
}

fn calls(home: &Home) -> usize {
    fs::read_to_string(home.path().join("calls")).map_or(0, |text| text.lines().count())
}

#[test]
fn a_page_has_the_result_for_every_position_and_one_without_widgets_has_the_first() {
    let home = Home::set_up();
    let source = counted(&home, "slider(\"base\", 2..=9).start(3)");
    home.notebook("powers", &[&source]);
    let output = home.run(&["export", "powers.ipynb", "-o", "out"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(calls(&home), 8);
    let page = fs::read_to_string(home.path().join("out/powers.html")).expect("it is written");
    assert!(page.contains("class=\"nn-explore\"") && page.contains("<title>Powers of 3</title>"));
    assert!(!page.contains("Powers of 4"), "the others are packed");

    let output = home.run(&["export", "--no-widgets", "powers.ipynb", "-o", "still"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(calls(&home), 9);
    let page = fs::read_to_string(home.path().join("still/powers.html")).expect("it is written");
    assert!(!page.contains("nn-explore"));
    let words = "alt=\"Chart: Powers of 3. line &quot;power&quot; rises";
    assert!(page.contains(words) && page.contains("Powers (base = 3)"));
}

#[test]
fn what_is_run_computes_the_first_result_alone_and_every_tool_shows_it_without_a_network() {
    let home = Home::set_up();
    let source = counted(&home, "slider(\"base\", 2..=9).start(3)");
    home.notebook("powers", &[&source, "println!(\"the next cell\");"]);
    let output = home.run(&["run", "powers.ipynb", "-o", "out"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(calls(&home), 1);
    let executed = fs::read_to_string(home.path().join("out/powers.ipynb")).expect("it is written");
    assert!(executed.contains("jupyterlab_widgets"), "what is missing");
    // A program that finds a widget draws it with scripts from the network.
    assert!(!executed.contains("application/vnd.jupyter.widget"));

    let output = Command::new(python(&home.cache))
        .args(["-m", "nbconvert", "--to", "html", "--output", "other.html"])
        .arg("out/powers.ipynb")
        .current_dir(home.path())
        .env("JUPYTER_CONFIG_DIR", home.path())
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", text(&output));
    let arguments = ["export", "--no-execute", "out/powers.ipynb", "-o", "pages"];
    let output = home.run(&arguments);
    assert!(output.status.success(), "{}", text(&output));
    for page in ["out/other.html", "pages/powers.html"] {
        let page = fs::read_to_string(home.path().join(page)).expect("it is written");
        assert!(page.contains("Powers of 3") && page.contains("<svg"));
    }
    assert_eq!(calls(&home), 1);
}

/// The Python that pages are written with.
fn python(cache: &Path) -> std::path::PathBuf {
    let entries = fs::read_dir(cache).expect("it is set up").flatten();
    let found = entries
        .map(|entry| entry.path().join("bin/python"))
        .filter(|path| path.is_file());
    let newest =
        found.max_by_key(|path| fs::symlink_metadata(path).and_then(|m| m.modified()).ok());
    newest.expect("there is an environment")
}

#[test]
fn a_page_with_too_many_positions_is_refused_before_anything_is_computed() {
    let home = Home::set_up();
    let source = counted(&home, "slider(\"base\", 1..=2000)");
    home.notebook("powers", &[&source]);
    let output = home.run(&["export", "powers.ipynb", "-o", "out"]);
    assert!(!output.status.success());
    assert_says(
        &output,
        "\"Powers\" has 2000 positions (2000 of \"base\"), and a page holds 500 results",
    );
    assert_says(
        &output,
        ".step(4) on \"base\" leaves 500 of its 2000 positions",
    );
    assert_says(&output, "--no-widgets");
    assert_eq!(calls(&home), 0);
    assert!(!home.path().join("out/powers.html").exists());
}

#[test]
fn the_controls_of_a_page_share_its_room() {
    let home = Home::set_up();
    let cell = "explore(\"One\", slider(\"n\", 1..=300), |n| Ok(n));";
    home.notebook_of("two", vec![code(cell), code(&cell.replace("One", "Two"))]);
    let output = home.run(&["export", "two.ipynb", "-o", "out"]);
    assert!(!output.status.success());
    assert_says(
        &output,
        "\"Two\" has 300 positions (300 of \"n\"), and a page holds 500 results, of which the controls before take 300.",
    );
    assert_says(&output, ".step(2) on \"n\" leaves 150 of its 300 positions");
}

#[test]
fn a_page_that_would_be_too_large_is_refused_with_a_way_out() {
    let home = Home::set_up();
    // Text that no program can make smaller than four fifths of it.
    let cell = "explore(\"Noise\", slider(\"n\", 1..=100), |n: u64| {\n\
                let mut state = n;\n\
                let letter = |_| {\n\
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);\n\
                    char::from(33 + ((state >> 33) % 90) as u8)\n\
                };\n\
                Ok((0..60_000).map(letter).collect::<String>())\n\
                });";
    home.notebook("noise", &[cell]);
    let output = home.run(&["export", "noise.ipynb", "-o", "out"]);
    assert!(!output.status.success());
    assert_says(&output, "\"Noise\" is too large for a page");
    assert_says(&output, "that are left of 3 MiB. Make it coarser: .step(");
    assert_says(&output, "Smaller charts help as well");
}
