//! What the kernel says to a beginner: dropped errors, hints, corrected lines, pages of help.

use classroom_tests::kernel::{Answer, Kernel, repository};
use serde_json::Value;

/// The warnings that a cell shows.
fn warnings(answer: &Answer) -> Vec<String> {
    let shown = answer.of("display_data");
    shown
        .iter()
        .filter_map(|content| content["data"]["text/plain"].as_str())
        .filter(|text| text.starts_with("warning: "))
        .map(str::to_owned)
        .collect()
}

/// The page of help that a cell opens, as plain text.
fn page(answer: &Answer) -> String {
    let payload = &answer.reply["payload"][0];
    assert_eq!(payload["source"], "page", "{answer:#?}");
    let text = payload["data"]["text/plain"].as_str();
    text.unwrap_or_default().to_owned()
}

#[test]
fn an_error_that_a_cell_drops_is_a_warning_at_its_place_each_time_the_cell_runs() {
    let mut kernel = Kernel::shared();
    // The second time, the compiled cell is taken from those that are kept.
    for _ in 0..2 {
        let answer = kernel.ok("let n = 1;\n\"x\".parse::<i32>(); println!(\"on\");");
        let told = warnings(&answer);
        assert_eq!(told.len(), 1, "{answer:#?}");
        let count = &answer.reply["execution_count"];
        for part in [
            "write `?` at its end",
            &format!("cell [{count}]:2:1"),
            "\n  | ^^^^^^^^^^^^^^^^^^\n",
            "2 | \"x\".parse::<i32>()?; println!",
        ] {
            assert!(told[0].contains(part), "{part}\n{}", told[0]);
        }
        assert_eq!(answer.stream("stdout"), "on\n");
        assert_eq!(answer.stream("stderr"), "");
        let first = &answer.published[1];
        assert_eq!(first.kind, "display_data", "it comes before the output");
        let html = first.content["data"]["text/html"].as_str().unwrap();
        assert!(html.contains("::&lt;i32&gt;()"), "{html}");
        kernel.ok(":clear");
    }
}

#[test]
fn only_the_cell_that_drops_an_error_is_warned_and_on_purpose_is_not() {
    let mut kernel = Kernel::shared();
    let first = kernel.ok("fn drop_it() { \"x\".parse::<i32>(); }");
    assert!(warnings(&first)[0].contains("in a function that returns"));
    for quiet in [
        "drop_it();",
        "let _ = \"x\".parse::<i32>();",
        "let unused = 1; let mut m = 2; fn never_called() {} let CamelCase = 3;",
        "\"5\".parse::<i32>()",
        "if true { println!(\"x\") }",
        "#[allow(unused_must_use)] fn allowed() { \"x\".parse::<i32>(); }",
    ] {
        assert_eq!(warnings(&kernel.ok(quiet)), Vec::<String>::new(), "{quiet}");
    }
    let failing = kernel.run("\"x\".parse::<i32>(); \"y\".parse::<i32>()?;");
    assert_eq!(failing.reply["evalue"], "invalid digit found in string");
    assert_eq!(warnings(&failing).len(), 1);
}

#[test]
fn other_lines_that_do_nothing_are_told_too() {
    let mut kernel = Kernel::shared();
    for (code, told) in [
        ("[1, 2].iter().map(|x| x * 2);", "an iterator does nothing"),
        ("let a = 1; a == 2;", "this comparison does nothing"),
        (
            "for x in \"5\".parse::<i32>() { println!(\"{x}\"); }",
            "goes over a `Result`",
        ),
        ("fn f(n: u32) -> u32 { f(n - 1) }", "calls itself"),
        (
            "match 1 { other => other, 2 => 3 }",
            "this case is never reached",
        ),
    ] {
        let answer = kernel.ok(code);
        let all = warnings(&answer);
        assert!(all.len() == 1 && all[0].contains(told), "{code}\n{all:?}");
    }
}

#[test]
fn a_loop_over_a_list_that_it_takes_shows_nothing_and_a_chart_is_a_chart() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("let v = vec![1, 2]; for n in v { println!(\"{n}\"); }");
    assert_eq!(answer.stream("stdout"), "1\n2\n");
    assert_eq!(answer.result(), None);
    let answer = kernel.ok("let v = vec![1.0, 2.0]; Tensor::from(v)");
    let shown = answer.of("display_data");
    assert!(shown[0]["data"]["text/html"].is_string(), "{answer:#?}");
    let answer = kernel.ok("let v = vec![1, 2]; v.into_iter().sum::<i32>()");
    assert_eq!(answer.result(), Some("3"));
    // The first `?` of a notebook makes the engine try again as well.
    kernel.ok(":clear");
    let answer = kernel.ok("Tensor::new([2], vec![1.0, 2.0])?");
    assert_eq!(answer.of("display_data").len(), 1, "{answer:#?}");
}

#[test]
fn what_beginners_type_is_named_and_the_line_that_works_is_shown() {
    let mut kernel = Kernel::shared();
    kernel.ok(
        "let x = Tensor::zeros([4, 3]); let y = Tensor::zeros([4]); let v = vec![1, 2, 3]; let n = 3;\n\
         let mut m = Sequential::new(); m.add(Dense::new(1).input_shape(3)); m.compile(\"sgd\", \"mse\", ())?;",
    );
    for (code, told, line) in [
        (
            "m.fit(&x, &y, Fit { epochs: 2, batch_size: 4 })?;",
            "the other fields have defaults",
            "m.fit(&x, &y, Fit { epochs: 2, batch_size: 4, ..Fit::default() })?;",
        ),
        (
            "m.fit(&x, &y, epochs=2)?;",
            "options are the fields of `Fit`",
            "m.fit(&x, &y, Fit { epochs: 2, ..Fit::default() })?;",
        ),
        (
            "m.compile(optimizer=\"sgd\", loss=\"mse\", metrics=[\"mae\"])?;",
            "this call takes (optimizer, loss, metrics)",
            "m.compile(\"sgd\", \"mse\", [\"mae\"])?;",
        ),
        ("import numpy as np", "Rust has no `import`", "use std::"),
        ("3 * 0.5", "do not mix", "3.0 * 0.5"),
        ("%timeit 1", "`%timeit` is a command of Python's", "Instant"),
        (
            "def f(x):\n    return x",
            "begins with `fn`",
            "fn f(x: f32)",
        ),
        ("print(n)", "`println` is a macro", "println!(\"{n:?}\")"),
        ("q = 5", "begins with `let`", "let q = 5;"),
        ("n = 4;", "without `mut`", "let mut n = n;"),
        ("len(v)", "a method", "v.len()"),
        (
            "for i in range(3):\n    print(i)",
            "in braces",
            "for i in 0..3 {",
        ),
        ("n ** 2", "Rust has no `**`", "n.pow(2)"),
        (
            "\"a\" + \"b\"",
            "joined by `format!`",
            "format!(\"{}{}\", \"a\", \"b\")",
        ),
        ("let s = 'text';", "double quotes", "let s = \"text\";"),
        ("1 + 1 # two", "begins with `//`", "1 + 1 // two"),
        ("n > 1 and n < 3", "`&&` for `and`", "n > 1 && n < 3"),
        ("x.shape", "has parentheses", "x.shape()"),
        (
            "let d = {\"a\": 1};",
            "a dictionary is a `HashMap`",
            "HashMap::from([(\"a\", 1)]);",
        ),
        (
            "fn add(a, b) { a + b }",
            "names the types",
            "fn add(a: f32, b: f32) -> f32 {",
        ),
        ("v[1.0]", "type `usize`", "v[1]"),
        (
            "np.array([1, 2])",
            "`np.array` is Python's",
            "Tensor::from(",
        ),
        (
            "m.add(layers.Dense(16, activation=\"relu\"))",
            "`layers.Dense` is Python's",
            "Dense::new(16)",
        ),
        (
            "model_of_mine.fit()",
            "there is no variable",
            "model_of_mine",
        ),
        ("fn f() -> usize { v.len() }", "hand `v` over", "v.len()"),
        ("let r = &v;", "of its own", "let r = v.clone();"),
        (
            "let first = v.first();",
            "of its own",
            "let first = v.first().cloned();",
        ),
        (
            "let part = &v[0..2];\npart.len()",
            "of its own",
            "let part = v[0..2].to_vec();",
        ),
        ("&x * 2", "of the type `f32`", "&x * 2.0"),
        ("x.matmul(&x)", "`dot`", "x.dot(&x)?"),
        ("v.sum()", "of an iterator", "v.iter().sum::<i32>()"),
        ("use rand::Rng;", "by `:dep`", ":dep rand = \"*\""),
        ("[1, 2].append(3)", "`vec![…]`", "`push`"),
    ] {
        let answer = kernel.run(code);
        let name = answer.reply["ename"].as_str().unwrap_or_default();
        assert!(["CompileError", "SyntaxError"].contains(&name), "{code}");
        let shown = answer.traceback();
        let hint = shown.split("\n\n").next().unwrap_or_default();
        assert!(
            hint.starts_with("hint: ") && hint.contains(told),
            "{code}\n{shown}"
        );
        assert!(shown.contains(line), "{code}\n{shown}");
        // The compiler's own message is below.
        assert!(shown.contains("\nerror"), "{code}\n{shown}");
        for internal in [
            "evcxr",
            "the kernel_",
            "rust_nn_runtime",
            "lib.rs",
            "ctx",
            "nn_lib::",
        ] {
            assert!(!shown.contains(internal), "{internal}: {code}\n{shown}");
        }
    }
    let line = "nn_lib::serde_json::json!([1]).to_string()";
    let shown = kernel.run(&line.replace("nn_lib::", "")).traceback();
    assert!(
        shown.starts_with("hint: ") && shown.contains(line),
        "{shown}"
    );
    kernel.ok(line);
    assert_eq!(kernel.ok("n").result(), Some("3"));
}

#[test]
fn a_missing_import_is_told_at_its_place_whatever_was_imported_before() {
    let mut kernel = Kernel::shared();
    kernel.ok("use std::fmt::Display;");
    for code in [
        "HashMap::from([(1, 2)])",
        "let m = HashMap::from([(1, 2)]);",
    ] {
        let shown = kernel.run(code).traceback();
        assert!(shown.contains("cannot find type `HashMap`"), "{shown}");
        assert!(shown.contains("]:1:"), "{shown}");
        assert!(
            shown.contains("`use std::collections::HashMap;`"),
            "{shown}"
        );
    }
}

#[test]
fn the_lines_that_hints_show_run() {
    let mut kernel = Kernel::shared();
    kernel.ok(
        "let x = Tensor::ones([2, 2]); let v = vec![1, 2, 3]; let w = vec![0.5, 1.5]; let s = \"ab\"; let parts = vec![\"a\", \"b\"];\n\
         let ages = std::collections::HashMap::from([(\"a\", 1)]);",
    );
    for (code, result) in [
        ("x.matmul(&x)", None),
        ("x.transpose()", None),
        ("x.tolist()", Some("[1.0, 1.0, 1.0, 1.0]")),
        ("x.ndim()", Some("2")),
        ("x.exp().shape()", Some("[2, 2]")),
        ("x.log().sum()", Some("0.0")),
        ("x.powi(2).sum()", Some("4.0")),
        ("&x * 2", None),
        ("v.sum()", Some("6")),
        ("v.mean()", Some("2.0")),
        ("v.index(2)", Some("Some(1)")),
        ("v.count(2)", Some("1")),
        ("w.sum()", Some("2.0")),
        ("w.mean()", Some("1.0")),
        ("s.upper()", Some("\"AB\"")),
        ("s.startswith(\"a\")", Some("true")),
        ("\", \".join(parts.clone())", Some("\"a, b\"")),
        ("ages.items().count()", Some("1")),
        ("ages.has_key(\"a\")", Some("true")),
        ("let first = v.first();", None),
        (
            "let largest = w.iter().fold(&w[0], |a, b| if a > b { a } else { b });",
            None,
        ),
        ("let half = |n: f64| n / 2.0;", None),
        ("let doubled = (0..3).map(|n| n * 2);", None),
    ] {
        let shown = kernel.run(code).traceback();
        let told = shown.lines().find_map(|line| line.strip_prefix("    "));
        // What the engine refuses is told within a sentence.
        let boxed = shown.split('`').find(|part| part.starts_with("let "));
        let line = told.or(boxed).unwrap_or_else(|| panic!("{code}: {shown}"));
        let answer = kernel.ok(line);
        if result.is_some() {
            assert_eq!(answer.result(), result, "{line}");
        }
    }
}

#[test]
fn the_compilers_advice_shows_the_whole_line() {
    let mut kernel = Kernel::shared();
    for (code, line) in [
        ("let s: String = 5;", "let s: String = 5.to_string();"),
        ("let z = 5;\nz = 6;", "let mut z = 5;"),
        ("let a = 1\nlet b = 2;", "let a = 1;"),
        ("let x: f32 = 1;", "let x: f32 = 1.0;"),
        ("1 < 2 < 3", "1 < 2 && 2 < 3"),
    ] {
        let shown = kernel.run(code).traceback();
        assert!(shown.contains(line), "{code}\n{shown}");
        assert!(!shown.contains("suggested"), "{shown}");
    }
}

#[test]
fn a_value_that_cannot_be_shown_says_so_at_its_place() {
    let mut kernel = Kernel::shared();
    kernel.ok("struct Own { x: f32 }\nlet own = Own { x: 1.0 };");
    for code in [
        "struct P; P",
        "|x: i32| x + 1",
        "own",
        "vec![Own { x: 2.0 }]",
    ] {
        let shown = kernel.run(code).traceback();
        assert!(
            shown.contains("`Debug`")
                && shown.contains("]:1:")
                && shown.contains("#[derive(Debug)]"),
            "{shown}"
        );
        assert!(!shown.contains("display`"), "{shown}");
    }
}

#[test]
fn a_page_of_help_opens_for_the_notebook_a_command_and_a_name() {
    let mut kernel = Kernel::shared();
    kernel.ok("let t = Tensor::zeros([2]); let mut m = Sequential::new();");
    for (code, told) in [
        ("?", "How this notebook works"),
        (":help", ":dep name"),
        (":help :timing", ":timing"),
        ("?Dense", "pub struct Dense"),
        ("Dense?", "activation(input"),
        (":doc Fit", "pub epochs: usize"),
        ("?Dense.activation", "applied to every output"),
        ("?Sequential::fit", "Trains the model"),
        ("m.fit?", "Trains the model"),
        ("?t", "let t: Tensor"),
        ("?Vec::push", "Appends an element"),
    ] {
        let answer = kernel.ok(code);
        let page = page(&answer);
        assert!(page.contains(told), "{code}\n{page}");
        assert!(!page.contains("base: Base"), "{code}\n{page}");
    }
    let unknown = kernel.run("?nothing_of_this_name");
    assert_eq!(unknown.reply["ename"], "NameError");
    // The lines below are run, and have their own numbers.
    let both = kernel.ok("?Vec\n1 + 1");
    assert_eq!(both.result(), Some("2"));
    assert!(page(&both).contains("pub struct Vec"));
}

#[test]
fn a_question_mark_behind_a_value_that_may_be_an_error_is_rusts() {
    let mut kernel = Kernel::shared();
    kernel.ok(
        "let good: Result<i32, String> = Ok(5); let bad: Result<i32, String> = Err(\"no\".into());",
    );
    assert_eq!(kernel.run("bad?").reply["evalue"], "no");
    assert_eq!(kernel.ok("good?").result(), Some("5"));
}

#[test]
fn every_command_of_the_help_works() {
    let mut kernel = Kernel::shared();
    kernel.ok("let answer = 42;");
    let text = |answer: &Answer| answer.result().unwrap_or_default().to_owned();
    assert!(text(&kernel.ok(":vars")).contains("answer: i32"));
    assert!(text(&kernel.ok(":type answer")).contains("i32"));
    kernel.ok(":timing");
    let timed = kernel.ok("answer + 1");
    assert!(timed.stream("stdout").contains(" s to run\n"), "{timed:#?}");
    kernel.ok(":timing");
    assert_eq!(kernel.ok("answer").stream("stdout"), "");
    assert!(text(&kernel.ok(":opt 2")).contains('2'));
    kernel.ok(":opt 1");
    kernel.ok(":show_deps");
    kernel.run("let s: String = 5;");
    assert!(text(&kernel.ok(":explain")).contains("Expected type"));
    assert_eq!(text(&kernel.ok("!echo shell")), "shell");
    let page = page(&kernel.ok(":help"));
    for broken in [
        ":restart",
        ":types",
        ":toolchain",
        ":quit",
        ":internal_debug",
    ] {
        assert!(!page.contains(broken), "{broken}");
    }
    let refused = kernel.run(":restart");
    assert_eq!(refused.reply["status"], "error");
    assert_eq!(kernel.ok("answer").result(), Some("42"));
    kernel.ok(":clear");
    assert!(!text(&kernel.ok(":vars")).contains("answer"));
}

#[test]
fn the_lines_for_pythons_libraries_compile() {
    let manifest = std::fs::read_to_string(repository().join("nn-lib/Cargo.toml")).unwrap();
    let (_, table) = manifest
        .split_once("[package.metadata.notebook.instead]")
        .unwrap();
    let lines: Vec<String> = table
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(_, line)| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| line.as_str().unwrap().to_owned())
        .collect();
    assert!(lines.len() > 30, "{lines:?}");
    let body: String = lines
        .iter()
        .map(|line| match line.ends_with(';') {
            true => format!("    {{ {line} }}\n"),
            false => format!("    {{ let _ = {line}; }}\n"),
        })
        .collect();
    let mut kernel = Kernel::shared();
    // Compiled, and not called: the data sets are not loaded.
    kernel.ok(&format!("fn all() -> Result<()> {{\n{body}    Ok(())\n}}"));
}

#[test]
fn the_messages_that_the_workstation_quotes_are_said() {
    let mut kernel = Kernel::shared();
    kernel.ok("let kernel: Vec<f32> = vec![0.1, 0.2];");
    let quoted = [
        (
            "let first = &kernel[0];",
            "`first` cannot last from cell to cell: it borrows from another variable",
        ),
        (
            "let list = kernel.iter().collect();",
            "type annotations needed",
        ),
        ("weights", "cannot find value `weights` in this scope"),
        (
            "let model = Sequential::new(); model.add(Dense::new(1));",
            "cannot borrow `model` as mutable",
        ),
        ("let half = 3 * 0.5;", "cannot multiply"),
        (
            "let moved = kernel; let again = kernel;",
            "use of moved value",
        ),
        (
            "imdb::get_word_index()[\"film\"]",
            "cannot index into a value of type `Result<",
        ),
        (
            "\"x\".parse::<i32>();",
            "this may have failed, and nothing was said",
        ),
        (
            "vec![1, 2, 3][kernel.len() + 5]",
            "index out of bounds: the len is 3 but the index is 7",
        ),
    ];
    let notebooks = ["", "ko/"].map(|language| {
        let name = format!("notebooks/{language}3.3-the-workstation.ipynb");
        std::fs::read_to_string(repository().join(name)).unwrap()
    });
    for (code, message) in quoted {
        for notebook in &notebooks {
            assert!(notebook.contains(message), "not quoted any more: {message}");
        }
        let answer = kernel.run(code);
        let said = answer.traceback() + &warnings(&answer).concat();
        assert!(said.contains(message), "{code}: {said}");
    }
}
