//! What the engine does behind the cells: variables, kept cells, its commands and dependencies, and its end.

use classroom_tests::kernel::{Kernel, template};

#[test]
fn the_engines_commands_answer_and_an_unknown_one_is_an_error() {
    let mut kernel = Kernel::shared();
    kernel.ok("let answer = 42;");
    let vars = kernel.ok(":vars");
    assert!(vars.result().unwrap().contains("answer: i32"), "{vars:#?}");
    let unknown = kernel.run(":nonsense");
    assert_eq!(unknown.reply["status"], "error");
    let level = kernel.run(":opt 9");
    assert!(
        level.traceback().contains("takes 0, 1, 2 or 3"),
        "{level:#?}"
    );
    kernel.ok(":opt 2");
    assert_eq!(kernel.ok("answer").result(), Some("42"));
    kernel.ok(":opt 1");
}

#[test]
fn a_variable_of_unknown_type_says_what_to_write_whatever_earlier_cells_borrow() {
    let mut kernel = Kernel::shared();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("included.rs");
    std::fs::write(&file, "vec![1u8, 2]").unwrap();
    kernel.ok("let word = \"abc\"; let words = vec![\"a\", \"b\"];");
    assert_eq!(kernel.ok("word.len() + words.len()").result(), Some("5"));
    // Type inference does not look into such a file.
    let answer = kernel.run(&format!("let x = include!({file:?});"));
    assert_eq!(answer.reply["ename"], "TypeError", "{}", answer.traceback());
    assert!(
        answer.traceback().contains("`let x: Type = …;`"),
        "{}",
        answer.traceback()
    );
    kernel.ok(&format!("let x: Vec<u8> = include!({file:?});"));
    assert_eq!(kernel.ok("x.len() + word.len()").result(), Some("5"));
}

#[test]
fn a_variable_that_cannot_last_is_an_error_with_a_way_out() {
    let mut kernel = Kernel::shared();
    let answer = kernel.run("let doubled = [1, 2].iter().map(|x| x * 2);");
    assert_eq!(answer.reply["ename"], "TypeError", "{}", answer.traceback());
    assert!(
        answer.traceback().contains(".collect::<Vec<_>>()"),
        "{}",
        answer.traceback()
    );
    let answer = kernel.run("let double = |x: i32| 2 * x;");
    assert_eq!(answer.reply["ename"], "TypeError", "{}", answer.traceback());
    assert!(
        answer.traceback().contains("Box<dyn Fn"),
        "{}",
        answer.traceback()
    );
}

#[test]
fn of_many_variables_only_the_moved_ones_are_gone() {
    let mut kernel = Kernel::shared();
    kernel
        .ok("let (a, b) = (vec![1], vec![2]);\nlet (c, d) = (vec![3], vec![4]);\nlet e = vec![5];");
    kernel.ok("let moved = [a, d].concat();");
    let left = kernel.ok("[b, c, e, moved].concat().iter().sum::<i32>()");
    assert_eq!(left.result(), Some("15"));
}

#[test]
fn a_second_kernel_finds_the_cells_of_the_first_compiled() {
    let compiled = || {
        let cells = std::fs::read_dir(template().join("cells")).unwrap();
        let kept = cells.map(|cell| std::fs::read(cell.unwrap().path()).unwrap_or_default());
        let of_this_test = |cell: &Vec<u8>| cell.windows(11).any(|text| text == b"kept_second");
        kept.filter(of_this_test).count()
    };
    let mut counts = Vec::new();
    for _ in 0..2 {
        let mut kernel = Kernel::start();
        kernel.ok(
            "fn kept_first(x: i32) -> i32 { x + 1 }\nfn kept_second(x: i32) -> i32 { vec![x][5] }",
        );
        kernel.ok("let (a, b, c) = (kept_first(1), vec![2], vec![3]);");
        assert_eq!(kernel.ok("a + b[0] + c[0]").result(), Some("7"));
        // The place is right, whatever order the functions had when they were compiled.
        let failed = kernel.run("kept_second(1)");
        assert!(
            failed.traceback().contains("vec![x][5]"),
            "{}",
            failed.traceback()
        );
        kernel.shut_down();
        counts.push(compiled());
    }
    assert!(counts[0] > 0);
    assert_eq!(counts[0], counts[1]);
}

#[test]
fn a_cell_compiles_its_own_lines_and_not_the_store_of_its_variables() {
    let mut kernel = Kernel::shared();
    kernel.ok("let in_the_store = vec![1];");
    kernel.ok("let in_the_store_too = in_the_store.len();");
    let contains = |cell: &[u8], text: &str| {
        let windows = &mut cell.windows(text.len());
        windows.any(|part| part == text.as_bytes())
    };
    let cells = std::fs::read_dir(template().join("cells")).unwrap();
    let kept = cells.map(|cell| std::fs::read(cell.unwrap().path()).unwrap_or_default());
    let kept: Vec<_> = kept.filter(|cell| contains(cell, "in_the_store")).collect();
    assert!(kept.len() >= 2);
    // The standard library's hash map by its inner name.
    let with_a_map = kept.iter().filter(|cell| contains(cell, "hashbrown"));
    assert_eq!(with_a_map.count(), 0, "a map is compiled in every cell");
}

/// A package with a function `seven`, and the cell that asks for it.
fn seven() -> (tempfile::TempDir, String) {
    let package = tempfile::tempdir().unwrap();
    std::fs::create_dir(package.path().join("src")).unwrap();
    let manifest =
        "[package]\nname = \"seven\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(package.path().join("Cargo.toml"), manifest).unwrap();
    let code = "pub fn seven() -> i32 { 7 }";
    std::fs::write(package.path().join("src/lib.rs"), code).unwrap();
    let cell = format!(
        ":dep seven = {{ path = {:?} }}\nseven::seven()",
        package.path()
    );
    (package, cell)
}

#[test]
fn the_progress_of_a_dependency_streams_into_the_cell() {
    let mut kernel = Kernel::shared();
    kernel.ok("let before = 3;");
    let (_package, code) = seven();
    let answer = kernel.ok(&code);
    assert_eq!(answer.result(), Some("7"));
    assert!(
        answer.stream("stderr").contains("Compiling seven v0.1.0"),
        "{answer:#?}"
    );
    // Cells from before and after are one program.
    assert_eq!(kernel.ok("before + seven::seven()").result(), Some("10"));
    let missing = kernel.run(":dep nothing = { path = \"/there/is/nothing\" }");
    assert_eq!(missing.reply["status"], "error");
    assert!(
        !missing.traceback().contains("workspace"),
        "{}",
        missing.traceback()
    );
}

#[test]
fn a_log_that_nobody_reads_any_more_ends_nothing() {
    let (reader, log) = std::io::pipe().unwrap();
    drop(reader);
    let mut kernel = Kernel::start_with_log(log.into());
    let (_package, code) = seven();
    assert_eq!(kernel.ok(&code).result(), Some("7"));
    kernel.shut_down();
}

#[test]
fn a_panic_of_the_engine_is_told_and_costs_no_variable() {
    let mut kernel = Kernel::shared();
    kernel.ok("let answer = 42;");
    // No variable of the environment can have an empty name, and the engine does not look.
    let failed = kernel.run(":env =1");
    assert_eq!(failed.reply["ename"], "KernelError", "{failed:#?}");
    assert!(
        failed.traceback().contains("Every variable is kept"),
        "{}",
        failed.traceback()
    );
    assert_eq!(kernel.ok("answer").result(), Some("42"));
}
