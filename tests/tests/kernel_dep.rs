//! `:dep` at any moment: nothing is lost, nn-lib is not built again, and only what is new is compiled.

use classroom_tests::kernel::{Answer, Kernel, template};
use classroom_tests::trials::{Missing, NETWORK, by_name, missing, run, test};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn main() {
    run([
        test(a_crate_in_the_middle_of_a_notebook_keeps_every_variable_and_compiles_only_what_is_new),
        test(the_same_line_again_compiles_nothing_and_an_edited_package_is_taken_when_its_line_runs_again),
        test(a_macro_and_what_it_is_made_of_are_compiled_once_for_all_notebooks),
        test(a_feature_that_is_added_later_is_there_and_a_value_that_it_would_cost_is_told_first),
        test(a_crate_that_does_not_exist_or_does_not_compile_is_told_and_is_forgotten),
        test(after_the_end_of_the_process_the_crates_are_still_there),
        test(a_crate_is_built_whatever_the_environment_says_about_compilers),
        test(a_stopped_compilation_of_a_crate_loses_nothing),
        test(the_crates_that_nn_lib_shows_are_nn_libs_own_and_others_are_told_apart),
        test(csv_and_regex_come_from_crates_io_in_the_middle_of_a_notebook),
        test(without_a_network_a_missing_crate_is_told_and_a_downloaded_one_works),
        by_name("downloads and compiles much; run by name", twelve_crates_one_after_the_other_keep_everything_and_take_as_long_as_cargo_alone),
    ])
}

/// A directory for a notebook, with packages beside it.
struct Workplace(tempfile::TempDir);

impl Workplace {
    fn new() -> Workplace {
        let workplace = Workplace(tempfile::tempdir().unwrap());
        fs::create_dir(workplace.notebook()).unwrap();
        workplace
    }

    fn notebook(&self) -> PathBuf {
        self.0.path().join("notebook")
    }

    /// Writes a package: its features and dependencies as lines of its manifest, and its code.
    fn package(&self, name: &str, manifest: &str, code: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n{manifest}\n"
        );
        fs::write(path.join("Cargo.toml"), manifest).unwrap();
        fs::write(path.join("src/lib.rs"), code).unwrap();
        path
    }

    fn kernel(&self) -> Kernel {
        Kernel::start_changed(&self.notebook(), |_| {})
    }
}

/// The packages that were compiled for a cell, in order.
fn compiled(answer: &Answer) -> Vec<String> {
    let said = answer.stream("stderr");
    let steps = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Compiling "));
    steps
        .map(|step| step.split(' ').next().unwrap().to_owned())
        .collect()
}

/// Whether crates can be downloaded: asks cargo about a small one.
fn network() -> Result<(), Missing> {
    let online = std::process::Command::new(env!("CARGO"))
        .args(["info", "cfg-if"])
        .env("CARGO_NET_RETRY", "0")
        .env("CARGO_HTTP_TIMEOUT", "5")
        .current_dir(std::env::temp_dir())
        .output()
        .is_ok_and(|output| output.status.success());
    match online {
        true => Ok(()),
        false => Err(missing(NETWORK, "the registry of crates cannot be reached")),
    }
}

const SHAPES: &str = "#[derive(Clone, Debug, PartialEq)] pub struct Point { pub x: i32 }\n\
    pub fn point(x: i32) -> Point { Point { x } }\n\
    #[cfg(feature = \"far\")] pub fn far() -> Point { Point { x: 1000 } }";

fn a_crate_in_the_middle_of_a_notebook_keeps_every_variable_and_compiles_only_what_is_new() {
    let place = Workplace::new();
    place.package("shapes", "", SHAPES);
    place.package(
        "more",
        "[dependencies]\nshapes = { path = \"../shapes\" }",
        "pub fn double(p: &shapes::Point) -> i32 { 2 * p.x }",
    );
    let mut kernel = place.kernel();
    kernel.ok("let x = Tensor::from([[1.0, 2.0]]); let mut model = Sequential::new(); model.add(Dense::new(1).input_shape(2)); let before = model.predict(&x)?;");
    let first = kernel.ok(":dep shapes = { path = \"../shapes\" }");
    assert_eq!(compiled(&first), ["shapes"], "{first:#?}");
    // Type inference knows the crate: the variable has a type without being given one.
    kernel.ok("let p = shapes::point(3);");
    let vars = kernel.ok(":vars");
    assert!(vars.result().unwrap().contains("p: "), "{vars:#?}");
    let second = kernel.ok(":dep more = { path = \"../more\" }\nmore::double(&p)");
    assert_eq!(second.result(), Some("6"));
    assert_eq!(compiled(&second), ["more"], "{second:#?}");
    let kept = kernel.ok("(p.x, x.len(), model.predict(&x)? == before)");
    assert_eq!(kept.result(), Some("(3, 1, true)"));
    kernel.shut_down();
}

fn the_same_line_again_compiles_nothing_and_an_edited_package_is_taken_when_its_line_runs_again() {
    let place = Workplace::new();
    let package = place.package("shapes", "", SHAPES);
    let line = ":dep shapes = { path = \"../shapes\" }";
    let mut kernel = place.kernel();
    kernel.ok(line);
    kernel.ok("let p = shapes::point(3); let n = 1;");
    let again = kernel.ok(line);
    assert_eq!(compiled(&again), [""; 0]);
    let edited = SHAPES
        .replace("pub x: i32 }", "pub x: i32, pub y: u8 }")
        .replace("Point { x }", "Point { x, y: 7 }")
        .replace("{ x: 1000 }", "{ x: 1000, y: 7 }");
    fs::write(package.join("src/lib.rs"), edited).unwrap();
    // Until its line runs again, the notebook has what it began with.
    assert_eq!(kernel.ok("p == shapes::point(3)").result(), Some("true"));
    // A value of the old type stands in the way; it is told, and nothing is lost.
    let refused = kernel.run(line);
    assert_eq!(refused.reply["status"], "error");
    let said = refused.traceback();
    assert!(
        said.contains("`p`") && said.contains("drop(p);") && !said.contains("`n`"),
        "{said}"
    );
    assert_eq!(kernel.ok("p.x + n").result(), Some("4"));
    kernel.ok("drop(p);");
    kernel.ok(line);
    assert_eq!(
        kernel.ok("i32::from(shapes::point(3).y) + n").result(),
        Some("8")
    );
    kernel.shut_down();
}

fn a_macro_and_what_it_is_made_of_are_compiled_once_for_all_notebooks() {
    let place = Workplace::new();
    place.package("spelling", "", "pub fn answer() -> &'static str { \"42\" }");
    place.package(
        "answers",
        "[lib]\nproc-macro = true\n[dependencies]\nspelling = { path = \"../spelling\" }",
        "use proc_macro::TokenStream;\n\
         #[proc_macro] pub fn answer(_: TokenStream) -> TokenStream { spelling::answer().parse().unwrap() }",
    );
    // A library that hands the macro on, as most do.
    place.package(
        "questions",
        "[dependencies]\nanswers = { path = \"../answers\" }",
        "pub use answers::answer;",
    );
    let line = ":dep questions = { path = \"../questions\" }\nquestions::answer!()";
    let mut first = place.kernel();
    let answer = first.ok(line);
    assert_eq!(answer.result(), Some("42"));
    assert_eq!(compiled(&answer), ["spelling", "answers", "questions"]);
    let mut second = place.kernel();
    let answer = second.ok(line);
    assert_eq!(answer.result(), Some("42"));
    assert_eq!(compiled(&answer), [""; 0]);
    let direct = second.ok(":dep answers = { path = \"../answers\" }\nanswers::answer!() + 1");
    assert_eq!(direct.result(), Some("43"));
    assert_eq!(compiled(&direct), [""; 0]);
    first.shut_down();
    second.shut_down();
}

fn a_feature_that_is_added_later_is_there_and_a_value_that_it_would_cost_is_told_first() {
    let place = Workplace::new();
    place.package("shapes", "[features]\nfar = []", SHAPES);
    place.package("other", "", "pub fn one() -> i32 { 1 }");
    let mut kernel = place.kernel();
    kernel.ok(":dep shapes = { path = \"../shapes\" }");
    kernel.ok("let n = shapes::point(3).x;");
    let with_feature = ":dep shapes = { path = \"../shapes\", features = [\"far\"] }";
    // No value is of a type of the crate: nothing stands in the way.
    kernel.ok(with_feature);
    assert_eq!(kernel.ok("shapes::far().x + n").result(), Some("1003"));
    kernel.ok(
        "struct Holder { p: Vec<shapes::Point> } let held = Holder { p: vec![shapes::point(1)] };",
    );
    let refused = kernel.run(":dep shapes = { path = \"../shapes\" }");
    assert!(
        refused.traceback().contains("`held`"),
        "{}",
        refused.traceback()
    );
    assert_eq!(kernel.ok("held.p[0].x").result(), Some("1"));
    // What was refused has no part in what follows.
    kernel.ok(":dep other = { path = \"../other\" }\nassert_eq!(other::one(), held.p[0].x);");
    kernel.shut_down();
}

fn a_crate_that_does_not_exist_or_does_not_compile_is_told_and_is_forgotten() {
    let place = Workplace::new();
    place.package("broken", "", "pub fn f() -> i32 { \"text\" }");
    place.package("good", "", "pub fn f() -> i32 { 5 }");
    let mut kernel = place.kernel();
    kernel.ok("let kept = vec![1, 2];");
    for (line, tells) in [
        (":dep broken = { path = \"../broken\" }", "mismatched types"),
        (
            ":dep good = { path = \"../good\", features = [\"none\"] }",
            "none",
        ),
        (":dep nothing = { path = \"../nothing\" }", "nothing"),
        (":dep good = 1", "write `:dep name = \"1.0\"`"),
        (":dep other = { path = \"../good\" }", "names another"),
    ] {
        let failed = kernel.run(line);
        assert_eq!(failed.reply["status"], "error", "{line}");
        let said = failed.traceback();
        assert!(said.contains(tells), "{line}\n{said}");
        for hidden in ["evcxr", "notebook v0", "rust-nn", "Caused by"] {
            assert!(!said.contains(hidden), "{line}\n{said}");
        }
        assert_eq!(kernel.ok("kept.len()").result(), Some("2"));
    }
    // Two in one cell, the second of which fails: neither is taken.
    let failed = kernel.run(
        ":dep good = { path = \"../good\" }\n:dep broken = { path = \"../broken\" }\ngood::f()",
    );
    assert_eq!(failed.reply["status"], "error");
    assert_eq!(
        kernel
            .ok(":dep good = { path = \"../good\" }\ngood::f() + kept[0]")
            .result(),
        Some("6")
    );
    kernel.shut_down();
}

fn after_the_end_of_the_process_the_crates_are_still_there() {
    let place = Workplace::new();
    place.package("shapes", "", SHAPES);
    let mut kernel = place.kernel();
    kernel.ok(":dep shapes = { path = \"../shapes\" }\nlet p = shapes::point(1);");
    let ended = kernel.run("std::process::exit(1)");
    assert_eq!(ended.reply["ename"], "Exit");
    assert_eq!(kernel.ok("2 + 2").result(), Some("4"));
    assert_eq!(kernel.ok("shapes::point(5).x").result(), Some("5"));
    assert_eq!(kernel.ok("Tensor::zeros([2]).sum()").result(), Some("0.0"));
    kernel.shut_down();
}

fn a_crate_is_built_whatever_the_environment_says_about_compilers() {
    let place = Workplace::new();
    place.package("shapes", "", SHAPES);
    let settings = place.0.path().join(".cargo");
    fs::create_dir(&settings).unwrap();
    let config = "[build]\nrustc-wrapper = \"/nonexistent/wrapper\"\nrustflags = [\"--no-such-flag\"]\n\
        target = \"no-such-target\"\ntarget-dir = \"/nonexistent/target\"\nrustc = \"/nonexistent/rustc\"\n\
        [profile.dev]\npanic = \"abort\"\nopt-level = 0\n[net]\noffline = true\n";
    fs::write(settings.join("config.toml"), config).unwrap();
    let mut kernel = Kernel::start_changed(&place.notebook(), |command| {
        command
            .env("PATH", "/usr/bin:/bin")
            .env("RUSTC_WRAPPER", "/nonexistent/sccache")
            .env("RUSTC_WORKSPACE_WRAPPER", "/nonexistent/sccache")
            .env("RUSTFLAGS", "--no-such-flag")
            .env("CARGO_ENCODED_RUSTFLAGS", "--no-such-flag")
            .env("CARGO_TARGET_DIR", "/nonexistent/target")
            .env("CARGO_BUILD_TARGET", "no-such-target")
            .env("CARGO_BUILD_RUSTC_WRAPPER", "/nonexistent/sccache")
            .env("CARGO_PROFILE_DEV_PANIC", "abort");
    });
    kernel.ok("let x = Tensor::zeros([2]);");
    let answer =
        kernel.ok(":dep shapes = { path = \"../shapes\" }\nshapes::point(3).x + x.len() as i32");
    assert_eq!(answer.result(), Some("5"));
    kernel.shut_down();
}

fn a_stopped_compilation_of_a_crate_loses_nothing() {
    let place = Workplace::new();
    let slow = "fn main() { std::thread::sleep(std::time::Duration::from_secs(600)); }";
    let package = place.package("slow", "", "pub fn f() -> i32 { 9 }");
    fs::write(package.join("build.rs"), slow).unwrap();
    let mut kernel = place.kernel();
    kernel.ok("let kept = 4;");
    let start = std::time::Instant::now();
    let id = kernel.begin(":dep slow = { path = \"../slow\" }");
    kernel.wait_for(&id, |message| {
        message.content["text"]
            .as_str()
            .is_some_and(|text| text.contains("Compiling slow"))
    });
    kernel.interrupt();
    let stopped = kernel.wait(&id, start);
    assert_eq!(stopped.reply["ename"], "Interrupted", "{stopped:#?}");
    assert_eq!(kernel.ok("kept").result(), Some("4"));
    fs::remove_file(package.join("build.rs")).unwrap();
    assert_eq!(
        kernel
            .ok(":dep slow = { path = \"../slow\" }\nslow::f() + kept")
            .result(),
        Some("13")
    );
    kernel.shut_down();
}

fn the_crates_that_nn_lib_shows_are_nn_libs_own_and_others_are_told_apart() {
    // All of these are inside nn-lib, so they have been downloaded.
    let mut kernel = Kernel::start();
    kernel.ok("let t = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);");
    let line =
        ":dep ndarray = { version = \"0.17\", features = [\"serde\"] }\n:dep serde_json = \"1\"";
    let answer = kernel.ok(line);
    assert_eq!(compiled(&answer), [""; 0], "{answer:#?}");
    kernel.ok("let a: ndarray::Array2<f32> = ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0]]);");
    kernel.ok("let text = serde_json::to_string(&a)?;");
    assert_eq!(
        kernel
            .ok("Tensor::from(a.clone()) == t && text.contains(\"dim\")")
            .result(),
        Some("true")
    );
    let other = kernel.ok("extern crate itoa;\nitoa::Buffer::new().format(12)");
    assert_eq!(other.result(), Some("\"12\""));
    kernel.shut_down();
}

fn csv_and_regex_come_from_crates_io_in_the_middle_of_a_notebook() -> Result<(), Missing> {
    network()?;
    let mut kernel = Kernel::start();
    kernel.ok("let x = Tensor::from([[1.0, 2.0]]);");
    kernel.ok(":dep csv = \"1\"");
    kernel.ok("let record = csv::Reader::from_reader(\"a,b\\n1,2\\n\".as_bytes()).records().next().unwrap()?;");
    kernel.ok(":dep regex = { version = \"1\", default-features = false, features = [\"std\"] }\nlet r = regex::Regex::new(\"b+\")?;");
    assert_eq!(
        kernel
            .ok("r.is_match(\"abba\") && record.len() == 2")
            .result(),
        Some("true")
    );
    for (line, tells) in [
        (
            ":dep csvvvvvvvvvv = \"1\"",
            "there is no crate `csvvvvvvvvvv` on crates.io",
        ),
        (":dep csv = \"99\"", "99"),
        (
            ":dep csv = { version = \"1\", features = [\"none\"] }",
            "none",
        ),
    ] {
        let failed = kernel.run(line);
        assert_eq!(failed.reply["status"], "error", "{line}");
        let said = failed.traceback();
        assert!(
            said.contains(tells) && said.lines().count() < 20,
            "{line}\n{said}"
        );
    }
    assert_eq!(kernel.ok("record.len() + x.len()").result(), Some("3"));
    kernel.shut_down();
    Ok(())
}

fn without_a_network_a_missing_crate_is_told_and_a_downloaded_one_works() {
    let place = Workplace::new();
    let mut kernel = Kernel::start_changed(&place.notebook(), |command| {
        command.env("CARGO_HTTP_PROXY", "http://127.0.0.1:9");
    });
    kernel.ok("let kept = 4;");
    // It is inside nn-lib.
    kernel.ok(":dep itoa = \"1\"\nitoa::Buffer::new().format(kept);");
    let missing = kernel.run(":dep a-crate-that-nobody-has-downloaded = \"1\"");
    assert_eq!(missing.reply["status"], "error");
    assert!(
        missing.traceback().contains("the network does not answer"),
        "{}",
        missing.traceback()
    );
    assert_eq!(kernel.ok("kept").result(), Some("4"));
    kernel.shut_down();
}

/// The twelve crates of a course, with a line that uses each.
const TWELVE: [(&str, &str, &str); 12] = [
    (
        "csv",
        "csv = \"1\"",
        "csv::Reader::from_reader(\"a,b\\n1,2\\n\".as_bytes()).records().count() == 1",
    ),
    (
        "serde",
        "serde = { version = \"1\", features = [\"derive\"] }",
        "{ #[derive(serde::Serialize)] struct P { a: i32 } P { a: 1 }.a == 1 }",
    ),
    (
        "serde_json",
        "serde_json = { version = \"1\", features = [\"preserve_order\"] }",
        "serde_json::from_str::<serde_json::Value>(\"{\\\"z\\\":1,\\\"a\\\":2}\")?.to_string() == \"{\\\"z\\\":1,\\\"a\\\":2}\"",
    ),
    (
        "ndarray",
        "ndarray = { version = \"0.17\", features = [\"serde\"] }",
        "Tensor::from(ndarray::arr2(&[[1.0f32, 2.0]])).len() == 1",
    ),
    (
        "plotters",
        "plotters = { version = \"0.3\", default-features = false, features = [\"evcxr\", \"all_series\"] }",
        "plotters::style::RGBColor(1, 2, 3).0 == 1",
    ),
    ("rand", "rand = \"0.9\"", "rand::random::<f32>() < 1.0"),
    (
        "regex",
        "regex = \"1\"",
        "regex::Regex::new(\"b+\")?.is_match(\"abba\")",
    ),
    (
        "chrono",
        "chrono = \"0.4\"",
        "chrono::NaiveDate::from_ymd_opt(2024, 2, 29).is_some()",
    ),
    (
        "image",
        "image = { version = \"0.25\", default-features = false, features = [\"png\", \"jpeg\"] }",
        "image::RgbImage::new(2, 3).width() == 2",
    ),
    (
        "itertools",
        "itertools = \"0.14\"",
        "itertools::join([1, 2], \"-\") == \"1-2\"",
    ),
    (
        "rayon",
        "rayon = \"1\"",
        "{ use rayon::prelude::*; (0..10).into_par_iter().sum::<i32>() == 45 }",
    ),
    (
        "nalgebra",
        "nalgebra = \"0.34\"",
        "nalgebra::Vector3::new(1.0, 2.0, 3.0).norm_squared() == 14.0",
    ),
];

fn twelve_crates_one_after_the_other_keep_everything_and_take_as_long_as_cargo_alone()
-> Result<(), Missing> {
    network()?;
    let place = Workplace::new();
    let alone = Alone::new(place.0.path());
    // What earlier notebooks have compiled would be found.
    let _ = fs::remove_dir_all(template().join("crates"));
    let mut kernel = place.kernel();
    kernel.ok("let x = Tensor::from([[1.0, 2.0]]); let mut model = Sequential::new(); model.add(Dense::new(1).input_shape(2)); let before = model.predict(&x)?;");
    let mut late = Vec::new();
    for (at, (name, line, uses)) in TWELVE.iter().enumerate() {
        let by_cargo = alone.add(line);
        let answer = kernel.ok(&format!(":dep {line}"));
        let by_kernel = answer.took;
        println!(
            "{name}: {by_kernel:.1?} here, {by_cargo:.1?} by cargo alone; compiled {:?}",
            compiled(&answer)
        );
        assert!(compiled(&answer).iter().all(|package| package != "nn-lib"));
        if by_kernel > by_cargo + Duration::from_secs(3) {
            late.push(*name);
        }
        assert_eq!(kernel.ok(uses).result(), Some("true"), "{name}");
        kernel.ok(&format!("let kept_{at} = vec![{at}];"));
        let sum: Vec<String> = (0..=at).map(|at| format!("kept_{at}[0]")).collect();
        let kept = kernel.ok(&format!(
            "({}, model.predict(&x)? == before)",
            sum.join(" + ")
        ));
        assert_eq!(
            kept.result(),
            Some(&*format!("({}, true)", at * (at + 1) / 2))
        );
    }
    assert_eq!(
        late, [""; 0],
        "these took more than 3 s longer than by cargo alone"
    );
    kernel.shut_down();
    Ok(())
}

/// A package of cargo's, to which crates are added one after the other.
struct Alone(PathBuf);

impl Alone {
    /// Its crates are as fast as those of a notebook: an optimized crate takes two to three times as long to compile.
    fn new(directory: &Path) -> Alone {
        let path = directory.join("alone");
        fs::create_dir_all(path.join("src")).unwrap();
        fs::write(path.join("src/lib.rs"), "").unwrap();
        let manifest = format!(
            "[package]\nname = \"alone\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n{}\n[dependencies]\n",
            rust_nn_template::recipe::PROFILE
        );
        fs::write(path.join("Cargo.toml"), manifest).unwrap();
        Alone(path)
    }

    /// Adds a crate and builds; how long it took.
    fn add(&self, line: &str) -> Duration {
        let manifest = self.0.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(manifest, format!("{text}{line}\n")).unwrap();
        let start = std::time::Instant::now();
        let mut cargo = std::process::Command::new(env!("CARGO"));
        let built = classroom_tests::kernel::without_cargo(&mut cargo)
            .args(["build", "--quiet"])
            .current_dir(&self.0)
            .status();
        assert!(built.unwrap().success());
        start.elapsed()
    }
}
