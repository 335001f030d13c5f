//! What a student sees: the chapter in JupyterLab in a real browser, and the exported pages.

mod cli_support;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use classroom_tests::browser;
use classroom_tests::kernel::{build_directory, repository};
use classroom_tests::ports::free_port;
use classroom_tests::trials::{Missing, by_name, python_environment, run, test};
use cli_support::Home;
use cli_support::page::found_browser;
use serde_json::Value;

fn main() {
    run([
        test(a_student_runs_all_cells_in_jupyterlab_and_sees_the_charts),
        test(a_slider_is_dragged_and_the_chart_of_its_last_position_appears),
        test(every_position_of_a_pages_controls_shows_what_the_kernel_shows_and_everybody_can_use_them),
        test(the_arrows_move_a_slider_on_a_slide_and_turn_the_slides_elsewhere),
        test(slides_fit_the_screen_and_take_one_sheet_of_paper_each),
        by_name("takes some minutes", everybody_can_read_every_page_and_slide),
    ])
}

/// A Python that can drive the browser.
fn python() -> Result<PathBuf, Missing> {
    found_browser()?;
    let requirements = repository().join("tests/browser/requirements.txt");
    python_environment(&build_directory().join("browser-venv"), &requirements)
}

/// JupyterLab as the command line starts it.
struct Lab {
    process: Child,
    address: String,
    token: String,
}

impl Lab {
    /// Starts it on the notebooks of a directory.
    fn start(home: &Home, notebooks: &Path) -> Lab {
        let port = free_port();
        let directory = ["FileContentsManager", "MappingKernelManager"]
            .map(|part| format!("--{part}.root_dir={}", notebooks.display()));
        let mut process = home
            .command()
            .args(["lab", "--no-browser", "--port", &port.to_string(), "--"])
            .args(directory)
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
            "check::<i32>(\"3.9, exercise 1\", || todo!())",
            "let x = vectorize_sequences(&data, 10_000)?.rows(..4000); let y = Tensor::from(&labels).rows(..4000);",
            UNITS,
        ],
    );
    // Without a kernel's name JupyterLab would ask for it.
    let mut notebook: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("it was written")).expect("JSON");
    notebook["metadata"]["kernelspec"] = serde_json::json!({ "display_name": "Rust (nn-lib)", "language": "rust", "name": "rust-nn" });
    // Nothing but this tells JupyterLab's kernel what language the notebook has.
    notebook["metadata"]["lang"] = "ko".into();
    std::fs::write(&file, notebook.to_string()).expect("it can be written");
    let lab = Lab::start(&home, file.parent().expect("it lies in a directory"));
    let pictures = build_directory().join("browser-pictures");
    // A workspace of its own: a loaded page would also open what another test has open at the time.
    let address = format!(
        "{}/lab/workspaces/slider/tree/slider.ipynb?token={}&reset",
        lab.address, lab.token
    );
    let seen = seen(&python, "slider.py", &[address.as_ref(), pictures.as_ref()]);
    drop(lab);
    let said = format!("{seen:#}");
    println!("{said}\npictures: {}", pictures.display());
    let [after, training] =
        ["after_ms", "training_ms"].map(|name| seen["drag"][name].as_f64().unwrap_or(f64::MAX));
    assert!(after < training + 300.0, "{said}");
    for step in ["keyboard", "reloaded"] {
        assert_eq!(seen[step], "61 units", "{said}");
    }
    assert_eq!(seen["moved_after_reload"], "62 units", "{said}");
    let exercise = "○ 3.9, 연습 문제 1: 아직 답하지 않았습니다. todo!() 자리에 Ok(답)으로 끝나는 코드를 쓰세요.";
    assert_eq!(seen["exercise"], serde_json::json!([exercise]), "{said}");
    assert_eq!(seen["console"], serde_json::json!([]), "{said}");
    Ok(())
}

fn a_student_runs_all_cells_in_jupyterlab_and_sees_the_charts() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let notebook = "3.4-classifying-movie-reviews.ipynb";
    // A copy: JupyterLab saves what it has executed.
    let copy = home.path().join(notebook);
    std::fs::copy(repository().join("notebooks").join(notebook), copy).expect("it can be copied");
    let lab = Lab::start(&home, home.path());

    let pictures = build_directory().join("browser-pictures");
    let [address, token] = [lab.address.as_ref(), lab.token.as_ref()];
    let arguments = [address, token, notebook.as_ref(), pictures.as_ref()];
    let seen = seen(&python, "lab.py", &arguments);
    drop(lab);
    let said = format!("{seen:#}");
    assert_eq!(seen["finished"], true, "{said}");
    assert_eq!(seen["errors"], serde_json::json!([]), "{said}");
    assert!(seen["charts"].as_u64() >= Some(4), "{said}");
    assert_eq!(seen["outside"], serde_json::json!([]), "{said}");
    assert_eq!(seen["console"], serde_json::json!([]), "{said}");
    println!("pictures: {}", pictures.display());
    Ok(())
}

/// A notebook with two explorations, and what the kernel shows for each of their positions: the closures leave their values,
/// and the last cell draws again what belongs to them.
fn explorations(home: &Home) -> PathBuf {
    let expected = home.path().join("expected");
    std::fs::create_dir_all(&expected).expect("the directory can be made");
    let first = "static STEPS: std::sync::Mutex<Vec<(usize, f64)>> = std::sync::Mutex::new(Vec::new());
static WORDS: std::sync::Mutex<Vec<((u32, u32), &str, bool)>> = std::sync::Mutex::new(Vec::new());
fn cost(w: f64, b: f64) -> f64 { (w - 1.0).powi(2) + 4.0 * (b - 0.5).powi(2) }
fn descent(steps: usize, rate: f64) -> Figure {
    let (mut w, mut b) = (-1.5, 1.8);
    let (mut path_w, mut path_b) = (vec![w], vec![b]);
    for _ in 0..steps {
        (w, b) = (w - rate * 2.0 * (w - 1.0), b - rate * 8.0 * (b - 0.5));
        path_w.push(w);
        path_b.push(b);
    }
    let grid = Grid::new(-2.0..=2.0, -1.0..=2.0);
    Figure::new(\"Descent\").surface(&grid, grid.map(cost)).contours(8).path(&path_w, &path_b, \"steps\").z_label(\"cost\")
}
fn sentence(part: (u32, u32), what: &str, on: bool) -> String {
    format!(\"{what} from {} to {}{}\", part.0, part.1, if on { \", on\" } else { \"\" })
}";
    let descent = "explore(\"Gradient descent\", (slider(\"steps\", 0..=6).start(3), log_slider(\"learning rate\", 0.01..=1.0).per_decade(2)), |(steps, rate)| {
    STEPS.lock().unwrap().push((steps, rate));
    Ok(descent(steps, rate))
}).ask(\"With which learning rate does it jump over the valley?\", [\"0.01\", \"0.1\", \"0.3\"], \"0.3\", \"Its steps are longer than the valley is wide.\")";
    let words = "explore(\"Words\", (range(\"part\", 0..=2), choice(\"what\", [\"training\", \"test\"]), checkbox(\"on\").start(true), text(\"name\", \"A <b>\")), |(part, what, on, _)| {
    WORDS.lock().unwrap().push((part, what, on));
    if part == (1, 1) { return Err(\"nothing <here>\".into()); }
    Ok(sentence(part, what, on))
})";
    let last = format!(
        "let drawn: Vec<String> = STEPS.lock().unwrap().iter().map(|(s, r)| format!(\"<div>{{}}</div>\", descent(*s, *r).svg().unwrap())).collect();
std::fs::write({:?}, drawn.join(\"\\0\"))?;
let alert = \"<div role=\\\"alert\\\" style=\\\"border-left:4px solid #d55e00;padding:.4em .8em;white-space:pre-wrap\\\">nothing &lt;here&gt;</div>\";
let said: Vec<String> = WORDS.lock().unwrap().iter().map(|(p, w, o)| match p {{
    (1, 1) => alert.to_string(),
    p => format!(\"<pre style=\\\"margin:0;white-space:pre-wrap\\\">{{}}</pre>\", sentence(*p, w, *o)),
}}).collect();
std::fs::write({:?}, said.join(\"\\0\"))?;",
        expected.join("0.txt"),
        expected.join("1.txt")
    );
    let cells = vec![
        cli_support::markdown("# Controls on a page"),
        cli_support::code(first),
        cli_support::markdown("## Descent"),
        cli_support::code(descent),
        cli_support::markdown("## Words"),
        cli_support::code(words),
        cli_support::code(&last),
        cli_support::markdown("## The end"),
    ];
    home.notebook_of("lesson", cells);
    expected
}

/// What one of the scripts of `tests/browser` has seen.
fn seen(python: &Path, script: &str, arguments: &[&OsStr]) -> Value {
    let output = Command::new(python)
        .arg(repository().join("tests/browser").join(script))
        .args(arguments)
        .env("CHROME", browser::find().expect("it was found before"))
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{complaints}"))
}

fn every_position_of_a_pages_controls_shows_what_the_kernel_shows_and_everybody_can_use_them()
-> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let expected = explorations(&home);
    let output = home.run(&["export", "lesson.ipynb", "-o", "out"]);
    assert!(output.status.success(), "{}", cli_support::text(&output));

    let pictures = build_directory().join("browser-pictures/controls");
    let page = home.path().join("out/lesson.html");
    let seen = seen(
        &python,
        "controls.py",
        &[page.as_ref(), expected.as_ref(), pictures.as_ref()],
    );
    let nothing = serde_json::json!([]);
    // 7 x 5 and 6 x 2 x 2 positions, by keyboard and by mouse.
    assert_eq!(
        seen["positions"],
        serde_json::json!([35, 24, 35, 24]),
        "{seen:#}"
    );
    for what in ["different", "console", "outside", "violations"] {
        assert_eq!(seen[what], nothing, "{what}: {seen:#}");
    }
    // Locked before the answer, open after it, the explanation folded.
    let right = |value: &Value| value == true;
    let locked = seen["locked"].as_array().expect("a list");
    assert!(locked.len() == 10 && locked.iter().all(right), "{seen:#}");
    // No controls on paper, but where they stand and what they show.
    assert_eq!(seen["paper"], serde_json::json!([0, 2, 2]), "{seen:#}");
    println!("pictures: {}", pictures.display());
    Ok(())
}

fn the_arrows_move_a_slider_on_a_slide_and_turn_the_slides_elsewhere() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    explorations(&home);
    let output = home.run(&["export", "--to", "slides", "lesson.ipynb", "-o", "out"]);
    assert!(output.status.success(), "{}", cli_support::text(&output));
    let seen = seen(
        &python,
        "controls.py",
        &[home.path().join("out/lesson.slides.html").as_ref()],
    );
    let expected = serde_json::json!({
        "moved": 3, "stayed": true, "changed": true, "turned": true, "console": []
    });
    assert_eq!(seen, expected);
    Ok(())
}

/// One long notebook of the chapter, one that goes further, and one in Korean.
const SOME: [&str; 3] = [
    "3.1-anatomy-of-a-neural-network",
    "going-further/6.2-your-own-texts",
    "ko/3.3-the-workstation",
];

/// Writes notebooks below a folder as slides and as pages, on the stand-ins. The pages show what was executed for the slides.
fn lecture(home: &Home, which: &[&str], folder: &str) -> PathBuf {
    export(home, &["--to", "slides", "-o", folder], which);
    export(home, &["--to", "html", "--no-execute", "-o", folder], which);
    home.path().join(folder)
}

fn export(home: &Home, arguments: &[&str], which: &[&str]) {
    let output = home
        .command()
        .arg("export")
        .args(arguments)
        .args(which)
        .env_remove("NN_LIB_DATA")
        .env("KERAS_HOME", home.path().join("keras"))
        .env("NN_LIB_DATA_URL", "http://127.0.0.1:9")
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", cli_support::text(&output));
}

fn slides_fit_the_screen_and_take_one_sheet_of_paper_each() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let files = SOME.map(|name| {
        let path = repository().join("notebooks").join(format!("{name}.ipynb"));
        path.to_str().expect("a path of letters").to_owned()
    });
    let folder = lecture(&home, &files.each_ref().map(String::as_str), "out");
    look(&python, &folder, &[], SOME.len(), SOME.len());
    Ok(())
}

/// Every notebook in every edition, and the teacher's copy.
fn everybody_can_read_every_page_and_slide() -> Result<(), Missing> {
    let python = python()?;
    let home = Home::set_up();
    let axe = ["--axe".as_ref()];
    let english = lecture(&home, &["--all"], "en");
    let count = notebooks(&english).len();
    assert!(count >= 11, "{count}");
    look(&python, &english, &axe, count, count);
    let korean = lecture(&home, &["--all", "--lang", "ko"], "ko");
    look(&python, &korean, &axe, count, count);
    let teacher = home.path().join("teacher");
    std::fs::create_dir_all(&teacher).expect("the directory can be made");
    for notebook in notebooks(&english) {
        let name = notebook.file_name().expect("a file has a name");
        std::fs::copy(&notebook, teacher.join(name)).expect("it can be copied");
    }
    let open = ["--no-execute", "--solutions", "open", "-o", "teacher"];
    export(&home, &open, &["--all"]);
    look(&python, &teacher, &axe, count, 0);
    Ok(())
}

/// The executed notebooks in a folder.
fn notebooks(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("it was written").flatten();
    let files = files.map(|file| file.path());
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "ipynb"))
        .collect()
}

/// Nothing is wrong with the pages and the slides of these numbers of notebooks, and with the pages' index.
fn look(python: &Path, folder: &Path, options: &[&OsStr], pages: usize, slides: usize) {
    let pictures = build_directory().join("browser-pictures/lecture");
    let mut arguments = vec![folder.as_os_str(), pictures.as_os_str()];
    arguments.extend(options);
    let seen = seen(python, "lecture.py", &arguments);
    for what in ["wrong", "violations", "console"] {
        assert_eq!(seen[what], serde_json::json!([]), "{what}: {seen:#}");
    }
    let counts = seen["slides"].as_object().expect("a count of each");
    assert_eq!(counts.len(), slides, "{seen:#}");
    assert!(
        counts.values().all(|count| count.as_u64() > Some(20)),
        "{seen:#}"
    );
    assert_eq!(seen["paper"], seen["slides"], "{seen:#}");
    assert_eq!(seen["pages"].as_u64(), Some(pages as u64 + 1), "{seen:#}");
    let notes = seen["notes"].as_u64();
    assert!(notes >= Some(5 * slides as u64), "{seen:#}");
    println!("pictures: {}", pictures.display());
}
