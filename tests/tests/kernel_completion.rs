//! Tab and Shift+Tab: what may follow the cursor, and what a name stands for.

use classroom_tests::kernel::{Answer, Kernel};
use serde_json::{Value, json};

/// What the kernel answers about the cursor `¦`, which is at the end where it is not written.
fn asked(kernel: &mut Kernel, kind: &str, code: &str) -> Answer {
    let cursor = code.chars().position(|c| c == '¦');
    let cursor = cursor.unwrap_or(code.chars().count());
    let code = code.replacen('¦', "", 1);
    kernel.request(
        kind,
        json!({ "code": code, "cursor_pos": cursor, "detail_level": 0 }),
    )
}

/// The names that are offered at the cursor, in their order.
fn offered(kernel: &mut Kernel, code: &str) -> Vec<String> {
    let answer = asked(kernel, "complete_request", code);
    let matches = answer.reply["matches"].as_array().unwrap();
    let names = matches.iter().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}

/// What is told about the name at the cursor, if anything.
fn inspected(kernel: &mut Kernel, code: &str) -> Option<String> {
    let answer = asked(kernel, "inspect_request", code);
    let text = answer.reply["data"]["text/plain"].as_str();
    assert_eq!(answer.reply["found"], text.is_some());
    text.map(str::to_owned)
}

fn assert_offered(kernel: &mut Kernel, places: &[(&str, &str)]) {
    for (code, wanted) in places {
        let names = offered(kernel, code);
        assert!(names.iter().any(|name| name == wanted), "{code}: {names:?}");
    }
}

#[test]
fn positions_count_characters() {
    let mut kernel = Kernel::shared();
    kernel.ok("let words = vec![\"é\"];");
    let code = "\"é🦀\"; words.is_emp";
    let cursor = code.chars().count();
    let answer = asked(&mut kernel, "complete_request", code);
    assert_eq!(answer.reply["matches"], json!(["is_empty"]));
    assert_eq!(answer.reply["cursor_start"], cursor - "is_emp".len());
    assert_eq!(answer.reply["cursor_end"], cursor);
}

#[test]
fn the_methods_of_nn_lib_follow_a_dot() {
    let mut kernel = Kernel::shared();
    kernel.ok("let mut model = Sequential::new();");
    let methods = ["add", "compile", "fit", "summary"].map(|name| ("model.", name));
    assert_offered(&mut kernel, &methods);
    let names = offered(&mut kernel, "model.");
    assert!(
        !names.iter().any(|name| name.contains("evcxr")),
        "{names:?}"
    );
}

#[test]
fn all_names_are_offered_where_nothing_is_written_yet() {
    let mut kernel = Kernel::shared();
    kernel
        .ok("let written = Tensor::from([[1.0, 2.0]]); let mut written_model = Sequential::new();");
    // Where a type is expected, where none is, and behind a line without a semicolon.
    for place in [
        "¦",
        "&¦",
        "written_model.add(¦)",
        "written_model.add(Dense::new(¦))",
        "written.rows(¦)",
        "written.shape()[¦]",
        "written.reshape([¦])",
        "let t: Tensor = ¦;",
        "let n: usize = ¦",
        "let o: Option<usize> = ¦;",
        "let a: Vec<f32> = vec![1.0].iter().map(|x| ¦).collect();",
        "Fit { epochs: ¦ }",
        "let fit = Fit { epochs: ¦, ..Fit::default() };",
        "for i in 0..¦ {}",
        "if ¦ {}",
        "return ¦",
        "fn f() -> f32 { ¦ }",
        "println!(\"{}\", ¦)",
        "written.shape()\n¦",
    ] {
        let names = offered(&mut kernel, place);
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        assert!(
            at("Dense").is_some() && at("vec!").is_some(),
            "{place}: {names:?}"
        );
        let own = at("written_model");
        match place.starts_with("fn") {
            // A function does not see the notebook's variables.
            true => assert_eq!(own, None, "{place}: {names:?}"),
            false => assert!(own.is_some() && own < at("Dense"), "{place}: {names:?}"),
        }
    }
}

#[test]
fn a_cell_is_understood_while_its_brackets_are_open() {
    let mut kernel = Kernel::shared();
    kernel.ok("let opened = Tensor::from([[1.0, 2.0]]); let mut model = Sequential::new();");
    let places = [
        ("println!(\"{:?}\", ", "opened"),
        ("println!(\"{:?}\", opened.", "shape"),
        ("println!(\"{:?}\", opened.sha", "shape"),
        ("assert_eq!(opened.", "shape"),
        ("vec![opened.", "shape"),
        ("model.add(Dense::new(16).", "activation"),
        ("model.fit(&opened, &opened, Fit { epo", "epochs"),
        ("model.fit(&opened, &opened, Fit { epochs: ", "opened"),
        ("fn rows(t: &Tensor) -> usize {\n    t.", "shape"),
        ("fn rows(t: &Tensor) -> usize {\n    let k = ", "Tensor"),
        (
            "struct Q { b: f32 }\nimpl Q {\n    fn k(&self) -> f32 {\n        self.",
            "b",
        ),
        ("fn f(t: ", "Tensor"),
    ];
    assert_offered(&mut kernel, &places);
}

#[test]
fn names_within_macros_are_known_before_their_first_letter() {
    let mut kernel = Kernel::shared();
    let places = [
        ("vec![Box::¦(1)]", "new"),
        (
            "vec![Some(|t: &Tensor| { if ¦.shape()[0] > 1 { t.sum(); } })]",
            "t",
        ),
        ("vec![Some(|t: &Tensor| { ¦.sum(); })]", "t"),
    ];
    assert_offered(&mut kernel, &places);
}

#[test]
fn what_can_be_derived_is_known_before_the_bracket_is_closed() {
    let mut kernel = Kernel::shared();
    let places = [
        ("#[derive(Deb", "Debug"),
        ("#[derive(Debug", "Debug"),
        ("#[derive(Debug, Cl", "Clone"),
        ("let a = 1;\n#[derive(", "PartialEq"),
        ("#[allow(unused_va", "unused_variables"),
    ];
    assert_offered(&mut kernel, &places);
}

#[test]
fn no_private_method_is_offered_but_those_of_the_reader() {
    let mut kernel = Kernel::shared();
    kernel.ok("let words = vec![1.5f32]; let x = Tensor::zeros([2, 2]);");
    kernel.ok("struct Mine { len: u8 }\nimpl Mine { fn make_slice(&self) -> u8 { self.len } }\nlet mine = Mine { len: 1 };");
    for (code, shown, hidden) in [
        ("words.", "push", "append_elements"),
        ("x.", "shape", "storage"),
        ("mine.", "make_slice", "storage"),
    ] {
        let names = offered(&mut kernel, code);
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        assert!(has(shown) && !has(hidden), "{code}: {names:?}");
    }
}

#[test]
fn a_name_is_inspected_as_what_it_is_where_it_stands() {
    let mut kernel = Kernel::shared();
    kernel.ok("let asked = Tensor::from([[1.0, 2.0]]); let words = vec![1.5f32];");
    for (code, wanted) in [
        ("wo¦rds.len()", "let words: Vec<f32>"),
        ("words.le¦n()", "fn len"),
        ("asked¦", "let asked: Tensor"),
        ("let asked = 3usize;\nasked¦", "let asked: usize"),
        ("fn f(asked: f32) -> f32 { asked¦ }", "let asked: f32"),
        (
            "words.iter().map(|asked| asked¦.powi(2))",
            "let asked: &f32",
        ),
        ("println!(\"{:?}\", asked.sh¦ape());", "pub fn shape("),
        ("vec![asked.sh¦ape()]", "pub fn shape("),
        (
            "fn f(t: &Tensor) -> usize {\n    t.sh¦ape().len()\n}",
            "pub fn shape(",
        ),
        ("struct P { a: Ten¦sor }", "pub struct Tensor"),
        ("use std::collections::Hash¦Map;", "pub struct HashMap"),
    ] {
        let text = inspected(&mut kernel, code).unwrap_or_default();
        assert!(text.contains(wanted), "{code}: {text}");
    }
    for code in ["nothing_kno¦wn", "let a = \"ask¦ed\";", "// ask¦ed"] {
        assert_eq!(inspected(&mut kernel, code), None, "{code}");
    }
}

#[test]
fn between_brackets_what_is_called_is_inspected() {
    let mut kernel = Kernel::shared();
    kernel.ok("let x = Tensor::from([[1.0, 2.0]]); let mut model = Sequential::new();");
    for (code, wanted) in [
        ("model.fit(¦", "pub fn fit("),
        ("model.fit(&x, ¦)", "pub fn fit("),
        ("model.add(Dense::new(1¦6))", "pub fn new(units: usize)"),
        (
            "model.add(Dense::new(16).activation(\"re¦lu\"))",
            "pub fn activation(",
        ),
        ("model.fit(&x, &x, Fit { ¦ })", "pub struct Fit"),
    ] {
        let text = inspected(&mut kernel, code).unwrap_or_default();
        assert!(text.contains(wanted), "{code}: {text}");
    }
}
