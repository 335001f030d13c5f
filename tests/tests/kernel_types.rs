//! The types of a notebook's variables: found as in a program, and lasting from cell to cell where they can.

use classroom_tests::kernel::Kernel;
use std::time::Duration;

#[test]
fn types_of_collections_are_found_as_in_a_program() {
    let mut kernel = Kernel::shared();
    kernel.ok(
        "use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
let v = vec![1, 2, 3]; let mut ages: HashMap<&str, i32> = HashMap::new(); ages.insert(\"a\", 1);",
    );
    for cell in [
        "let mut counts = HashMap::new(); for word in [\"a\", \"b\"] { *counts.entry(word).or_insert(0) += 1; }",
        "let mut letters = BTreeMap::new(); for c in \"hello\".chars() { *letters.entry(c).or_insert(0) += 1; }",
        "let set: HashSet<_> = v.iter().cloned().collect(); let both = set.intersection(&set).count();",
        "let pairs: Vec<_> = ages.iter().map(|(k, n)| (*k, *n)).collect();",
        "let keys: Vec<_> = ages.keys().cloned().collect(); let sum = ages.values().sum::<i32>();",
        "let age = ages.get(\"a\").copied().unwrap_or_default(); let gone = ages.remove(\"x\");",
        "let mut groups: HashMap<_, Vec<_>> = HashMap::new(); groups.entry(\"a\").or_default().push(1);",
        "let folded = [\"a\"].iter().fold(HashMap::new(), |mut m, w| { *m.entry(w.to_string()).or_insert(0usize) += 1; m });",
        "let drained: Vec<_> = ages.clone().drain().collect(); let owned: Vec<_> = ages.clone().into_iter().collect();",
        "let texts: Vec<_> = v.iter().map(|x| x.to_string()).collect(); let text = v[0].to_string();",
        "let last = (1..=3).rev().collect::<VecDeque<_>>().pop_back();",
        "let index: BTreeMap<_, _> = v.iter().map(|x| (*x, x.to_string())).collect();",
    ] {
        kernel.ok(cell);
    }
    let answer = kernel
        .ok("(counts[\"a\"], letters[&'l'], both, pairs, keys, sum, age, folded.len(), last)");
    let wanted = "(1, 2, 3, [(\"a\", 1)], [\"a\"], 1, 1, 1, Some(1))";
    assert_eq!(answer.result(), Some(wanted));
}

#[test]
fn a_boxed_trait_lasts_whatever_its_name_stands_for_in_the_notebook() {
    let mut kernel = Kernel::shared();
    // `Error` is nn-lib's; `Any`, `Write` and `Display` are nothing, or something else.
    for cell in [
        "let joined = std::thread::spawn(|| 3).join();",
        "let caught = std::panic::catch_unwind(|| 3);",
        "let error = Box::<dyn std::error::Error>::from(\"oh\"); let errors = vec![std::io::Error::other(\"no\").into_inner()];",
        "fn parsed() -> std::result::Result<i32, Box<dyn std::error::Error + Send + Sync>> { Ok(3) }\nlet parsed_once = parsed();",
        "let mut out = Box::new(Vec::<u8>::new()) as Box<dyn std::io::Write>;",
        "let mut text = Box::new(String::new()) as Box<dyn std::fmt::Write>;",
        "let shown = [1, 2].map(|n| Box::new(n) as Box<dyn std::fmt::Display>);",
        "trait Animal { fn name(&self) -> &str; }\nstruct Dog;\nimpl Animal for Dog { fn name(&self) -> &str { \"dog\" } }\n\
         let zoo = vec![Box::new(Dog) as Box<dyn Animal>];",
    ] {
        kernel.ok(cell);
    }
    kernel.ok("out.write_all(b\"abc\")?; text.write_str(\"abc\")?;");
    let answer = kernel.ok(
        "let copied = joined;\n(copied.unwrap(), caught.unwrap(), error.to_string(), errors.len(), parsed_once.unwrap(), shown[1].to_string(), zoo[0].name())",
    );
    let wanted = "(3, 3, \"oh\", 1, 3, \"2\", \"dog\")";
    assert_eq!(answer.result(), Some(wanted));
}

#[test]
fn the_mistake_of_a_cell_with_a_boxed_trait_is_told_at_its_place() {
    let mut kernel = Kernel::shared();
    let answer = kernel.run(
        "let joined = std::thread::spawn(|| 3).join();\nlet wrong: i32 = \"text\";\nwrong + 1",
    );
    let told = answer.traceback();
    assert!(told.contains("mismatched types"), "{told}");
    assert!(told.contains("2 | let wrong: i32 = \"text\";"), "{told}");
    assert!(!told.contains("importing"), "{told}");
}

#[test]
fn a_variable_with_a_lifetime_adds_nothing_to_the_errors_of_later_cells() {
    let mut kernel = Kernel::shared();
    kernel.ok("let lines = std::io::stdin().lines(); let letters = \"abc\".chars();");
    kernel.ok("let text = String::from_utf8_lossy(b\"abc\"); let words = \"a b\".split(' ');");
    let told = kernel.run("let f = |x: f32| x / 2.0;").traceback();
    assert!(told.starts_with("TypeError: the closure `f`"), "{told}");
    let line = "let f: Box<dyn Fn(f32) -> f32> = Box::new(|x: f32| x / 2.0);";
    assert!(told.contains(line), "{told}");
    let answer = kernel.ok(&format!("{line}\nf(3.0)"));
    assert_eq!(answer.result(), Some("1.5"));
    let told = kernel
        .run("let v = vec![1]; let w = v; v.len()")
        .traceback();
    assert!(told.contains("borrow of moved value: `v`"), "{told}");
    assert!(!told.contains("escapes"), "{told}");
    let answer = kernel.ok("(letters.count(), text.len(), words.count())");
    assert_eq!(answer.result(), Some("(3, 3, 2)"));
}

#[test]
fn a_history_inside_something_else_is_short() {
    let mut kernel = Kernel::shared();
    kernel.ok(
        "let x = Tensor::from([[1.0], [2.0]]);\nlet mut model = Sequential::with_seed(1);\n\
         model.add(Dense::new(1).input_shape(1));\nmodel.compile(\"sgd\", \"mse\", [\"mae\"])?;",
    );
    let answer = kernel.ok("model.fit(&x, &x, Fit { epochs: 2, ..Fit::default() })");
    let shown = answer.result().unwrap();
    assert!(shown.starts_with("Ok(History { loss: ["), "{shown}");
    assert!(shown.contains("], mae: ["), "{shown}");
}

#[test]
fn a_cell_is_quick_however_many_variables_the_notebook_has() {
    let mut kernel = Kernel::shared();
    // The best of three: other tests run beside this one. No cell was compiled before.
    let quickest = |kernel: &mut Kernel, what: &str| -> Duration {
        let times = (0..3).map(|nth| {
            let code = format!("println!(\"{what} {nth} {}\");", std::process::id());
            kernel.ok(&code).took
        });
        times.min().unwrap()
    };
    let few = quickest(&mut kernel, "few");
    for part in 0..4 {
        let lets = (0..50).map(|nth| format!("let many_{part}_{nth} = vec![{nth}.0];\n"));
        kernel.ok(&lets.collect::<String>());
    }
    let many = quickest(&mut kernel, "many");
    println!("{few:?} with few variables, {many:?} with 200 more");
    assert!(many < few * 12, "{few:?}, {many:?}");
    kernel.ok(":clear");
}
