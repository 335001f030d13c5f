//! What a start costs: nothing is read for a notebook whose types are known, and what is read tells the right types.

use classroom_tests::kernel::{Kernel, template};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// A name that no earlier run of the tests has used.
fn new_name(start: &str) -> String {
    let age = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{start}_{}", age.as_nanos())
}

/// The lines of `:vars`.
fn variables(kernel: &mut Kernel) -> Vec<String> {
    let answer = kernel.ok(":vars");
    let text = answer.result().unwrap_or_default();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// The seconds of processor time that a kernel's own process has used.
#[cfg(target_os = "linux")]
fn processor_time(kernel: &Kernel) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", kernel.pid())).unwrap();
    let (_, numbers) = text.rsplit_once(')').unwrap();
    let numbers: Vec<&str> = numbers.split_whitespace().collect();
    let ticks = |at: usize| numbers[at].parse::<f64>().unwrap();
    // A hundred a second, on every Linux that has a notebook.
    (ticks(11) + ticks(12)) / 100.0
}

/// The MiB of memory that belong to a kernel's process alone, or are its share.
#[cfg(target_os = "linux")]
fn memory(kernel: &Kernel) -> f64 {
    let file = format!("/proc/{}/smaps_rollup", kernel.pid());
    let text = std::fs::read_to_string(file).unwrap();
    let line = text.lines().find(|line| line.starts_with("Pss:")).unwrap();
    let number = line.split_whitespace().nth(1).unwrap();
    number.parse::<f64>().unwrap() / 1024.0
}

/// Files with kept types that name a variable.
fn kept_types(name: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(template().join("types")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let tells = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|it| it.contains(name));
    paths.filter(tells).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_notebook_that_is_run_again_reads_no_library_and_has_the_same_types() {
    let name = new_name("again");
    let cells = [
        format!("let {name} = vec![1.5, 2.5];"),
        format!("let (mut sum, count) = ({name}.iter().sum::<f64>(), {name}.len()); // both"),
        "sum += count as f64; let Some(first) = Some(sum) else { panic!() }; first".to_owned(),
        "struct Point<T> { x: T } let point = Point { x: 'a' }; let x = point.x; let typed: Vec<_> = vec![x];".to_owned(),
        "let moved = vec![1u8]; let twice = [moved, vec![2]].concat();".to_owned(),
    ];
    let mut runs = Vec::new();
    for _ in 0..2 {
        let mut kernel = Kernel::start();
        let results: Vec<Option<String>> = cells
            .iter()
            .map(|cell| kernel.ok(cell).result().map(str::to_owned))
            .collect();
        let used = processor_time(&kernel);
        let types = variables(&mut kernel);
        // From here on it reads, and answers as ever.
        let code = format!("{name}.is_em");
        let completed = kernel.request(
            "complete_request",
            json!({ "code": code, "cursor_pos": code.len() }),
        );
        assert!(
            completed.reply["matches"].to_string().contains("is_empty"),
            "{completed:?}"
        );
        kernel.ok("let later = sum.sqrt() + first;");
        assert!(variables(&mut kernel).contains(&"later: f64".to_owned()));
        let idle = memory(&kernel);
        assert!(idle < 330.0, "{idle} MiB");
        runs.push((results, types, used));
    }
    let [(first_results, first_types, read), (results, types, known)] = &runs[..] else {
        panic!("two runs");
    };
    assert_eq!(results, first_results);
    assert_eq!(types, first_types);
    assert!(types.contains(&"typed: Vec<char>".to_owned()), "{types:?}");
    assert!(
        known * 2.0 < *read,
        "{known} s of processor time beside {read} s"
    );
}

#[test]
fn a_known_type_that_is_wrong_is_not_believed() {
    let name = new_name("wrong");
    let cell = format!("let {name} = vec![1u8];");
    Kernel::start().ok(&cell);
    let kept = kept_types(&name);
    assert_eq!(kept.len(), 1);
    for wrong in ["String", "vec!["] {
        std::fs::write(&kept[0], json!({ &name: wrong }).to_string()).unwrap();
        let mut kernel = Kernel::start();
        kernel.ok(&cell);
        let types = variables(&mut kernel);
        assert!(types.contains(&format!("{name}: Vec<u8>")), "{types:?}");
        let kept = std::fs::read_to_string(&kept[0]).unwrap();
        assert_eq!(kept, json!({ &name: "Vec<u8>" }).to_string());
    }
}

#[test]
fn an_error_in_a_cell_of_known_types_stands_in_the_readers_own_line() {
    let name = new_name("error");
    let cell = format!("let {name} = vec![1, 2, 3];\nlet n = {name}.len();\n{name}[n]");
    for _ in 0..2 {
        let mut kernel = Kernel::start();
        let said = kernel.run(&cell).traceback();
        assert!(said.contains(&format!("{name}[n]")), "{said}");
        assert!(said.contains('3') && !said.contains("known"), "{said}");
        kernel.ok(&format!("let {name} = 1;"));
        // A cell with an error of the compiler, on another past than before.
        let said = kernel
            .run(&format!("let a = 1;\nlet b = {name}.nothing();"))
            .traceback();
        assert!(
            said.contains("nothing()") && !said.contains("known"),
            "{said}"
        );
    }
}

#[test]
fn the_types_of_the_standard_library_are_those_that_its_whole_source_tells() {
    let text = include_str!("standard_types.json");
    let list: Value = serde_json::from_str(text).unwrap();
    let mut kernel = Kernel::start();
    // Nothing is known after a command.
    kernel.ok(":vars");
    for entry in list.as_array().unwrap() {
        kernel.ok(entry["cell"].as_str().unwrap());
        let types = variables(&mut kernel);
        for wanted in entry["types"].as_array().unwrap() {
            let wanted = wanted.as_str().unwrap();
            assert!(
                types.iter().any(|line| line == wanted),
                "{wanted}: {types:?}"
            );
        }
    }
}
