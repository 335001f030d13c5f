//! Rust's items in a notebook: statics, `impl` blocks, macros and types that are edited and run again.

use classroom_tests::kernel::{Answer, Kernel};

/// What the kernel has remarked about a cell.
fn remarks(answer: &Answer) -> String {
    let shown = answer.of("display_data");
    let texts = shown
        .iter()
        .filter_map(|content| content["data"]["text/plain"].as_str());
    let said = answer.stream("stderr");
    texts.chain([said.as_str()]).collect::<Vec<_>>().join("\n")
}

/// Runs cells one after the other, each with the result that it shows.
fn shows(kernel: &mut Kernel, cells: &[(&str, Option<&str>)]) {
    for (code, result) in cells {
        assert_eq!(kernel.ok(code).result(), *result, "{code}");
    }
}

#[test]
fn a_static_keeps_its_value_from_cell_to_cell() {
    let mut kernel = Kernel::shared();
    shows(
        &mut kernel,
        &[
            (
                "use std::sync::{LazyLock, Mutex};\nuse std::sync::atomic::{AtomicUsize, Ordering};\n\
                 static CALLS: AtomicUsize = AtomicUsize::new(0);\n\
                 fn call() -> usize { CALLS.fetch_add(1, Ordering::SeqCst) + 1 }",
                None,
            ),
            ("call()", Some("1")),
            ("call(); call()", Some("3")),
            ("CALLS.load(Ordering::SeqCst)", Some("3")),
            (
                "struct Seen { names: Vec<String> }\n\
                 pub static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(|| Mutex::new(Seen { names: Vec::new() }));",
                None,
            ),
            (
                "SEEN.lock().unwrap().names.push(String::from(\"a\"));",
                None,
            ),
            (
                "SEEN.lock().unwrap().names.push(String::from(\"b\")); SEEN.lock().unwrap().names.len()",
                Some("2"),
            ),
            ("static mut RAW: u32 = 5;", None),
            ("unsafe { RAW += 1; }", None),
            ("unsafe { RAW }", Some("6")),
            // Run again, the cell gives a new static, as a variable that is declared again.
            ("static CALLS: AtomicUsize = AtomicUsize::new(0);", None),
            ("call()", Some("1")),
        ],
    );
}

#[test]
fn statics_within_functions_modules_and_thread_local_keep_their_values() {
    let mut kernel = Kernel::shared();
    shows(
        &mut kernel,
        &[
            (
                "use std::cell::RefCell;\nuse std::sync::atomic::{AtomicUsize, Ordering::SeqCst};\n\
                 fn count() -> usize { static N: AtomicUsize = AtomicUsize::new(0); N.fetch_add(1, SeqCst) + 1 }\n\
                 mod inner { pub static A: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(3); }",
                None,
            ),
            ("count()", Some("1")),
            ("count(); count()", Some("3")),
            ("inner::A.fetch_add(1, SeqCst)", Some("3")),
            ("inner::A.load(SeqCst)", Some("4")),
            (
                "thread_local! { static LIST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) }; }",
                None,
            ),
            ("LIST.with_borrow_mut(|list| list.push(7));", None),
            ("LIST.with_borrow(|list| list.clone())", Some("[7]")),
            // A static that borrows from another one.
            ("static COUNTER: &AtomicUsize = &inner::A;", None),
            (
                "COUNTER.fetch_add(1, SeqCst); inner::A.load(SeqCst)",
                Some("5"),
            ),
            // What cannot change is as it is in a program: the length of an array, for instance.
            ("static LIMIT: usize = 3;", None),
            ("[0u8; LIMIT]", Some("[0, 0, 0]")),
            ("count()", Some("4")),
        ],
    );
}

#[test]
fn a_static_is_the_same_where_the_cells_were_compiled_before() {
    let unique = std::time::SystemTime::now()
        .elapsed()
        .map_or(0, |_| std::process::id());
    let first = format!(
        "use std::sync::atomic::{{AtomicU32, Ordering::SeqCst}};\nstatic KEPT_{unique}: AtomicU32 = AtomicU32::new(7);"
    );
    let second = format!("KEPT_{unique}.fetch_add(1, SeqCst)");
    for _ in 0..2 {
        let mut kernel = Kernel::start();
        shows(
            &mut kernel,
            &[(&first, None), (&second, Some("7")), (&second, Some("8"))],
        );
        // A new process starts with the first value, and the cell that ended the old one says so.
        let told = kernel
            .run("fn lost() {}\nstd::process::exit(0)")
            .traceback();
        assert!(
            told.contains("Statics have their first values again"),
            "{told}"
        );
        assert!(
            told.contains("What this cell itself defines is not kept"),
            "{told}"
        );
        shows(&mut kernel, &[(&second, Some("7")), (&second, Some("8"))]);
        kernel.shut_down();
    }
}

#[test]
fn a_static_starts_anew_when_its_type_is_defined_again_and_that_is_said() {
    let mut kernel = Kernel::shared();
    kernel.ok("use std::sync::Mutex;\nstruct Config { n: u8 }\nstatic CONFIG: Mutex<Vec<Config>> = Mutex::new(Vec::new());");
    kernel.ok("CONFIG.lock().unwrap().push(Config { n: 1 });");
    assert_eq!(
        kernel.ok("CONFIG.lock().unwrap().len()").result(),
        Some("1")
    );
    let told = remarks(&kernel.ok("struct Config { n: String }"));
    assert!(told.contains("`CONFIG` starts anew"), "{told}");
    assert_eq!(
        kernel.ok("CONFIG.lock().unwrap().len()").result(),
        Some("0")
    );
}

#[test]
fn an_impl_that_is_edited_and_run_again_replaces_the_old_one() {
    let mut kernel = Kernel::shared();
    shows(
        &mut kernel,
        &[
            ("#[derive(Debug)] struct Counter { n: u32 }", None),
            (
                "impl Counter { fn next(&mut self) -> u32 { self.n += 1; self.n } }",
                None,
            ),
            ("let mut c = Counter { n: 0 }; c.next()", Some("1")),
            (
                "impl Counter { fn next(&mut self) -> u32 { self.n += 10; self.n } }",
                None,
            ),
            ("c.next()", Some("11")),
            // Another block adds a method, and one that defines a method again takes only that over.
            (
                "impl Counter { fn reset(&mut self) { self.n = 0; } fn get(&self) -> u32 { self.n } }",
                None,
            ),
            (
                "/// Get.\n#[allow(dead_code)]\nimpl Counter { fn get(&self) -> u32 { self.n + 100 } }",
                None,
            ),
            ("c.reset(); c.get()", Some("100")),
            (
                "trait Greet { fn hi(&self) -> String; }\nimpl Greet for Counter { fn hi(&self) -> String { \"a\".to_owned() } }",
                None,
            ),
            ("c.hi()", Some("\"a\"")),
            (
                "impl Greet for Counter {\n    fn hi(&self) -> String { \"b\".to_owned() }\n}",
                None,
            ),
            ("c.hi()", Some("\"b\"")),
            (
                "impl std::fmt::Display for Counter { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, \"<{}>\", self.n) } }",
                None,
            ),
            (
                "impl std::fmt::Display for Counter { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { write!(f, \"[{}]\", self.n) } }",
                None,
            ),
            ("format!(\"{c}\")", Some("\"[0]\"")),
            // Struct and blocks in one cell, run again.
            (
                "#[derive(Debug)] struct Pair<T> { a: T }\nimpl<T: Clone> Pair<T> { fn first(&self) -> T { self.a.clone() } }",
                None,
            ),
            (
                "#[derive(Debug)] struct Pair<T> { a: T, b: T }\nimpl<U: Clone> Pair<U> { fn first(&self) -> U { self.b.clone() } }",
                None,
            ),
            ("Pair { a: 1, b: 2 }.first()", Some("2")),
        ],
    );
}

#[test]
fn an_impl_that_takes_the_place_of_another_one_by_its_method_alone() {
    let mut kernel = Kernel::shared();
    shows(
        &mut kernel,
        &[
            (
                "struct Wrap<T>(T);\nimpl Wrap<u8> { fn get(&self) -> u8 { self.0 } fn twice(&self) -> u8 { 2 * self.0 } }",
                None,
            ),
            ("Wrap(3u8).get()", Some("3")),
            // For every type now; for the compiler both define `get` for `Wrap<u8>`.
            (
                "impl<T: Clone> Wrap<T> { fn get(&self) -> T { self.0.clone() } }",
                None,
            ),
            (
                "(Wrap(\"a\").get(), Wrap(4u8).get(), Wrap(4u8).twice())",
                Some("(\"a\", 4, 8)"),
            ),
        ],
    );
}

#[test]
fn a_callback_of_ones_own_is_edited_and_run_again() {
    let mut kernel = Kernel::shared();
    kernel.ok("#[derive(Clone, Debug)] struct Say;");
    let train = "let mut model = Sequential::new(); model.add(Dense::new(1).input_shape(1));\n\
                 model.compile(\"sgd\", Loss::MeanSquaredError, ())?;\n\
                 let (x, y) = (Tensor::from([[1.0]]), Tensor::from([[1.0]]));\n\
                 let _ = model.fit(&x, &y, Fit { epochs: 1, verbose: Verbose::Silent, callbacks: vec![Box::new(Say)], ..Fit::default() })?;";
    for word in ["first", "second"] {
        kernel.ok(&format!(
            "impl Callback for Say {{\n    fn on_epoch_end(&mut self, _: &mut Training<'_>) -> Result<()> {{ println!(\"{word}\"); Ok(()) }}\n}}"
        ));
        assert_eq!(kernel.ok(train).stream("stdout"), format!("{word}\n"));
    }
}

#[test]
fn a_macro_that_makes_items_makes_them_for_all_cells() {
    let mut kernel = Kernel::shared();
    shows(
        &mut kernel,
        &[
            (
                "macro_rules! unit { ($name:ident, $size:expr) => { #[derive(Debug)] struct $name; impl $name { fn size(&self) -> u32 { $size } } }; }",
                None,
            ),
            ("unit!(Meter, 1);", None),
            (
                "(format!(\"{:?}\", Meter), Meter.size())",
                Some("(\"Meter\", 1)"),
            ),
            ("unit! { Mile, 1609 }\nMile.size()", Some("1609")),
            // The macro is edited, and the call run again.
            (
                "macro_rules! unit { ($name:ident, $size:expr) => { struct $name; impl $name { fn size(&self) -> u32 { 10 * $size } } }; }",
                None,
            ),
            ("unit!(Meter, 1);", None),
            ("(Meter.size(), Mile.size())", Some("(10, 1609)")),
            // Macros are found by functions of other cells, whatever the order.
            ("macro_rules! square { ($x:expr) => { $x * $x } }", None),
            ("fn area(x: u32) -> u32 { square!(x) }", None),
            ("fn areas() -> u32 { square!(2) + area(3) }", None),
            ("areas()", Some("13")),
            ("vec![square!(3)]", Some("[9]")),
        ],
    );
    let told =
        remarks(&kernel.ok("macro_rules! both { () => { let _ = 1; fn inner() {} } }\nboth!();"));
    assert!(told.contains("exist in this cell only"), "{told}");
}

#[test]
fn a_variable_is_lost_when_its_type_is_defined_again_and_only_then() {
    let mut kernel = Kernel::shared();
    kernel.ok("#[derive(Debug)] struct Point { x: u64 }\nlet p = Point { x: 7 }; let list = vec![Point { x: 1 }]; let kept = 5;");
    // The same fields: the variables stay.
    kernel.ok("#[derive(Debug, Clone)] struct Point { x: u64 }");
    assert_eq!(kernel.ok("p").result(), Some("Point { x: 7 }"));
    // The name of the field stays, its type does not.
    let told = remarks(&kernel.ok("#[derive(Debug)] struct Point { x: String }"));
    assert!(
        told.contains("variable p is gone") && told.contains("variable list is gone"),
        "{told}"
    );
    let error = kernel.run("p");
    assert!(
        error.traceback().contains("cannot find value `p`"),
        "{}",
        error.traceback()
    );
    assert_eq!(kernel.ok("kept").result(), Some("5"));
    // With another number of parameters the old type is no type any more.
    kernel.ok("struct Wrap<T> { a: T }\nlet w = Wrap { a: 1u8 };");
    let error = kernel.run("struct Wrap { a: u8 }\nw.a");
    assert!(
        error.traceback().contains("cannot find value `w`"),
        "{}",
        error.traceback()
    );
    assert_eq!(kernel.ok("w.a").result(), Some("1"));
    let told =
        remarks(&kernel.ok("struct Wrap { a: u8 }\nlet v = Wrap { a: 3 }; let kept = kept + 1;"));
    assert!(told.contains("variable w is gone"), "{told}");
    assert_eq!(kernel.ok("(v.a, kept)").result(), Some("(3, 6)"));
    // A trait with another table of functions, and a constant that is a length.
    kernel.ok("trait Greet { fn hi(&self) -> u8; }\nimpl Greet for u8 { fn hi(&self) -> u8 { *self } }\nlet b: Box<dyn Greet> = Box::new(1u8);");
    let told =
        remarks(&kernel.ok("trait Greet { fn first(&self) -> u8 { 9 } fn hi(&self) -> u8; }"));
    assert!(told.contains("variable b is gone"), "{told}");
    kernel.ok("const N: usize = 2;\nstruct Row { x: [u8; N] }\nlet row = Row { x: [1; N] };");
    let told = remarks(&kernel.ok("const N: usize = 4;"));
    assert!(told.contains("variable row is gone"), "{told}");
    kernel.ok("enum Shape { Dot, Line }\nlet s = Shape::Dot;");
    let told = remarks(&kernel.ok("enum Shape { Dot(String), Line }\nlet t = Shape::Line;"));
    assert!(told.contains("variable s is gone"), "{told}");
    assert_eq!(kernel.ok("matches!(t, Shape::Line)").result(), Some("true"));
}

#[test]
fn a_function_takes_the_place_of_a_variable_of_its_name_and_a_variable_that_of_a_function() {
    let mut kernel = Kernel::shared();
    kernel.ok("let network = vec![1, 2]; let limit = 3; let kept = 5;");
    // What does not compile takes nothing away.
    kernel.run("fn network(units: usize) -> usize { nothing }");
    assert_eq!(kernel.ok("network.len()").result(), Some("2"));
    let told = remarks(&kernel.ok("fn network(units: usize) -> usize { 2 * units }"));
    assert!(told.contains("variable network is gone"), "{told}");
    assert_eq!(kernel.ok("(network(8), kept)").result(), Some("(16, 5)"));
    let answer = kernel.ok("const limit: usize = 9;\nnetwork(limit)");
    assert_eq!(answer.result(), Some("18"));
    kernel.ok("let network = 1;");
    assert_eq!(kernel.ok("network + kept").result(), Some("6"));
}

#[test]
fn what_no_longer_fits_is_set_aside_and_comes_back() {
    let mut kernel = Kernel::shared();
    kernel.ok("struct Money { cents: u32 }");
    kernel.ok("fn worth(money: &Money) -> u32 { money.cents }\nfn other() -> u32 { 8 }");
    let told = remarks(&kernel.ok("struct Money { euros: u32 }"));
    assert!(
        told.contains("`worth` of cell") && told.contains("set aside"),
        "{told}"
    );
    assert_eq!(kernel.ok("other()").result(), Some("8"));
    assert!(
        kernel
            .run("worth(&Money { euros: 1 })")
            .traceback()
            .contains("cannot find function")
    );
    kernel.ok("struct Money { cents: u32 }");
    assert_eq!(kernel.ok("worth(&Money { cents: 4 })").result(), Some("4"));
    // A trait with one more method; an import of what is no more.
    kernel.ok(
        "trait Speak { fn a(&self) -> u8; }\nimpl Speak for u8 { fn a(&self) -> u8 { *self } }",
    );
    let told = remarks(&kernel.ok("trait Speak { fn a(&self) -> u8; fn b(&self) -> u8; }"));
    assert!(told.contains("`impl Speak for u8` of cell"), "{told}");
    kernel.ok("impl Speak for u8 { fn a(&self) -> u8 { *self } fn b(&self) -> u8 { 9 } }");
    assert_eq!(kernel.ok("3u8.b()").result(), Some("9"));
    kernel.ok("mod tools { pub fn one() -> u8 { 1 } }\nuse tools::one;");
    let told = remarks(&kernel.ok("mod tools { pub fn two() -> u8 { 2 } }"));
    assert!(told.contains("`use tools::one;`"), "{told}");
    assert_eq!(kernel.ok("tools::two()").result(), Some("2"));
    // An error of the cell's own changes nothing.
    let error = kernel.run("struct Money { dollars: u32 }\nlet x: u8 = \"\";");
    assert!(
        error.traceback().contains("mismatched types"),
        "{}",
        error.traceback()
    );
    assert_eq!(kernel.ok("worth(&Money { cents: 5 })").result(), Some("5"));
}

#[test]
fn a_cell_that_moves_a_variable_and_fails_says_that_it_is_lost() {
    let mut kernel = Kernel::shared();
    kernel.ok("let v = vec![1]; let w = vec![2]; let kept = 3;");
    let told = kernel
        .run("drop(v); let w = 5; let _ = w; panic!(\"stop\")")
        .traceback();
    assert!(told.contains("moved `v`, `w`"), "{told}");
    assert_eq!(kernel.ok("kept").result(), Some("3"));
    // What a cell that does not compile would move is not moved.
    kernel.ok("let v = vec![1];");
    let told = kernel.run("drop(v); let x: u8 = \"\";").traceback();
    assert!(!told.contains("lost"), "{told}");
    assert_eq!(kernel.ok("v").result(), Some("[1]"));
}

#[test]
fn syntax_errors_are_errors_at_their_place_and_nothing_is_lost() {
    let mut kernel = Kernel::shared();
    kernel.ok("let kept = vec![7];");
    for (code, says, place) in [
        ("let let = 3;", "found keyword `let`", ":1:5"),
        ("let = 5;", "`let` needs a name", ":1:5"),
        ("}", "`}` closes nothing", ":1:1"),
        ("let a = 1;\nlet b = ", "found the end of the cell", ":2:7"),
        ("kept.", "unexpected end of the cell", ":1:5"),
        ("let a = std::", "found the end of the cell", ":1:13"),
        (
            ":vars\nlet é = \"abc",
            "unterminated double quote string",
            ":2:9",
        ),
        ("f(1, 2", "`(` is not closed", ":1:2"),
        ("vec![1, 2)", "`[` is closed by `)`", ":1:10"),
        (
            "if kept.is_empty() { 1 } else",
            "found the end of the cell",
            ":1:29",
        ),
        ("/* note", "unterminated block comment", ":1:1"),
    ] {
        let answer = kernel.run(code);
        let told = answer.traceback();
        assert_eq!(answer.reply["ename"], "SyntaxError", "{code}: {told}");
        assert!(
            told.contains(says) && told.contains(place),
            "{code}: {told}"
        );
        assert_eq!(kernel.ok("kept").result(), Some("[7]"), "{code}");
    }
    let told = kernel.run("let d = 0; 10 / d").traceback();
    assert!(
        told.contains("will panic") && told.contains(":1:12"),
        "{told}"
    );
}

#[test]
fn a_main_that_nothing_calls_is_remarked() {
    let mut kernel = Kernel::shared();
    let told = remarks(&kernel.ok("fn main() { println!(\"here\"); }"));
    assert!(told.contains("write `main()`"), "{told}");
    assert_eq!(kernel.ok("main()").stream("stdout"), "here\n");
}

#[test]
fn odd_code_that_is_right_runs() {
    let mut kernel = Kernel::shared();
    for code in [
        "let r = r#\"a \"}\" b\"#; let c = '\\''; let b = b\"x\\\"\"; let n = 1_000u64 as f32 * 1e-3;",
        "'outer: loop { loop { break 'outer; } }",
        "/* a /* nested { */ } */ let after = 1; // }",
        "#![allow(non_snake_case)]\nlet Big = 2; Big",
        "let Some(x) = Some(3) else { panic!() }; x",
        "if let Some(a) = Some(1) && a > 0 { a } else { 0 }",
        "union Bits { f: f32, u: u32 }\nunsafe { Bits { f: 1.0 }.u }",
        "/// Documented.\n#[derive(Debug, Clone, PartialEq)]\nenum Kind { A, B(u8), C { x: u8 } }\nKind::C { x: 1 }",
        "fn generic<'a, T: ?Sized + 'a, const N: usize>(x: &'a T) -> &'a T where T: std::fmt::Debug { x }\ngeneric::<_, 3>(\"x\")",
        "let closure: Box<dyn Fn(u8) -> u8> = Box::new(|x| x + 1); closure(1)",
        "let v: Vec<u8> = \"1\".parse::<u8>().into_iter().collect(); v",
        "let n: u8 = \"7\".parse()?; n",
        "match 5 { 0..=3 => \"low\", n if n % 2 == 1 => \"odd\", _ => \"even\" }",
        ":vars\nlet r#type = 1; r#type",
        "!echo hi\nlet shell = 1;",
        "unsafe extern \"C\" { fn abs(x: i32) -> i32; }\nunsafe { abs(-3) }",
        "const _: () = assert!(1 + 1 == 2);",
        "impl<T> Extra for T where T: Copy {}\ntrait Extra {}",
        "let t = (1, (2.0, \"a\")); t.1.0",
        "; ; let semi = 1;;",
        "async fn later() -> u8 { 1 }",
        "{ let x = 5i32; let y = &x; *y + { let z = 1; z } }",
        "type Pairs = Vec<(u8, u8)>;\nlet pairs: Pairs = vec![(1, 2)]; pairs.len()",
    ] {
        let answer = kernel.run(code);
        let told = answer.traceback();
        assert_eq!(answer.reply["status"], "ok", "{code}: {told}");
        assert!(!told.contains("SyntaxError"), "{code}: {told}");
    }
}
