//! What a reader sees in the cells of a notebook: each test drives a real kernel.

use classroom_tests::kernel::{Answer, Kernel};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What was published, as `kind: text` lines, streams joined.
fn story(answer: &Answer) -> Vec<String> {
    let mut story: Vec<String> = Vec::new();
    for message in &answer.published {
        let content = &message.content;
        let line = match message.kind.as_str() {
            "execute_input" => continue,
            "stream" => format!("{}: {}", text(&content["name"]), text(&content["text"])),
            "error" => format!("error: {}", text(&content["ename"])),
            kind => format!("{kind}: {}", text(&content["data"]["text/plain"])),
        };
        let same = |last: &&mut String| {
            message.kind == "stream" && last.starts_with(&format!("{}: ", text(&content["name"])))
        };
        match story.last_mut().filter(|last| same(last)) {
            Some(last) => last.push_str(text(&content["text"])),
            None => story.push(line),
        }
    }
    story
}

/// The number of a cell.
fn count(answer: &Answer) -> u64 {
    answer.reply["execution_count"].as_u64().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn a_model_shows_its_summary_and_an_empty_list_of_metrics_what_to_write() {
    let mut kernel = Kernel::start();
    kernel.ok("let mut model = Sequential::new(); model.add(Dense::new(2).input_shape(3));");
    for _ in 0..2 {
        let answer = kernel.ok("model");
        let shown = answer.of("display_data")[0]["data"].clone();
        assert!(text(&shown["text/plain"]).starts_with("Model: \"sequential\""));
        assert!(text(&shown["text/html"]).contains("<table>"));
    }
    let answer = kernel.run("model.compile(\"sgd\", Loss::MeanSquaredError, [])?;");
    let told = answer.of("error")[0]["traceback"].to_string();
    assert!(told.contains("`()` for no metrics"), "{told}");
    kernel.ok("model.compile(\"sgd\", Loss::MeanSquaredError, ())?;");
    kernel.shut_down();
}

#[test]
fn results_streams_and_variables_work_from_the_first_cell() {
    let mut kernel = Kernel::start();
    let first = kernel.ok("1 + 1");
    assert_eq!(first.result(), Some("2"));
    assert_eq!(first.reply["execution_count"], 1);
    kernel.ok("let mut v = vec![1, 2, 3];");
    let answer = kernel.ok("println!(\"out\"); eprintln!(\"err\"); v.push(4); v");
    assert_eq!(
        story(&answer),
        [
            "stdout: out\n",
            "stderr: err\n",
            "execute_result: [1, 2, 3, 4]"
        ]
    );
    assert_eq!(answer.reply["execution_count"], 3);
    assert_eq!(answer.of("execute_input")[0]["execution_count"], 3);
    let unit = kernel.ok("println!(\"x\")");
    assert_eq!(story(&unit), ["stdout: x\n"]);
    kernel.shut_down();
}

#[test]
fn nn_lib_is_preloaded() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("let t = Tensor::from(vec![1.0, 2.0]);\nt.shape()");
    assert_eq!(answer.result(), Some("[2]"));
}

#[test]
fn text_without_a_newline_is_shown_at_once_when_flushed_and_else_at_the_end() {
    let mut kernel = Kernel::shared();
    let id = kernel.begin(
        "use std::io::Write;\nprint!(\"x\"); std::io::stdout().flush().unwrap();\n\
         std::thread::sleep(std::time::Duration::from_secs(2)); print!(\"y\");",
    );
    let start = Instant::now();
    let first = kernel.wait_for(&id, |message| message.kind == "stream");
    assert_eq!(first.content["text"], "x");
    let answer = kernel.wait(&id, start);
    assert_eq!(answer.stream("stdout"), "y");
    let last = answer.published.last().unwrap().at;
    assert!(
        last - first.at > Duration::from_secs(1),
        "x did not come at once"
    );
}

#[test]
fn carriage_returns_are_live() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok(
        "use std::io::Write;\nfor i in 0..5 { print!(\"\\r{i}\"); std::io::stdout().flush().unwrap(); \
         std::thread::sleep(std::time::Duration::from_millis(200)); }",
    );
    assert_eq!(answer.stream("stdout"), "\r0\r1\r2\r3\r4");
    assert!(answer.of("stream").len() >= 4, "{:?}", answer.of("stream"));
}

#[test]
fn rich_outputs_come_in_order_with_the_text_and_adjacent_types_are_one_bundle() {
    let mut kernel = Kernel::shared();
    kernel.ok("fn show(mime: &str, text: &str) { \
         println!(\"EVCXR_BEGIN_CONTENT {mime}\\n{text}\\nEVCXR_END_CONTENT\"); }");
    let answer = kernel.ok(
        "show(\"text/plain\", \"a\"); println!(\"between\"); \
         show(\"text/html\", \"<b>b</b>\"); show(\"text/plain\", \"b\"); show(\"text/plain\", \"c\");",
    );
    assert_eq!(
        story(&answer),
        [
            "display_data: a",
            "stdout: between\n",
            "display_data: b",
            "display_data: c"
        ]
    );
    assert_eq!(
        answer.of("display_data")[1]["data"]["text/html"],
        "<b>b</b>"
    );
}

#[test]
fn displays_are_updated_by_their_id_and_outputs_cleared() {
    let mut kernel = Kernel::shared();
    kernel.ok(
        "fn send(mime: &str, json: &str) { \
         println!(\"EVCXR_BEGIN_CONTENT application/vnd.rust-nn.{mime}+json\\n{json}\\nEVCXR_END_CONTENT\"); }",
    );
    let answer = kernel.ok(
        r##"send("display", r#"{"data":{"text/html":"0%"},"metadata":{},"display_id":"d","update":false}"#);
send("display", r#"{"data":{"text/html":"100%"},"metadata":{},"display_id":"d","update":true}"#);
send("clear-output", r#"{"wait":true}"#);"##,
    );
    assert_eq!(answer.of("display_data")[0]["transient"]["display_id"], "d");
    let update = answer.of("update_display_data")[0];
    assert_eq!(update["transient"]["display_id"], "d");
    assert_eq!(update["data"]["text/html"], "100%");
    assert_eq!(answer.of("clear_output")[0]["wait"], true);
}

#[test]
fn a_hundred_thousand_lines_are_some_tens_of_messages_and_none_is_lost() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("for i in 0..100_000 { println!(\"{i}\"); }");
    let expected: String = (0..100_000).map(|i| format!("{i}\n")).collect();
    assert_eq!(answer.stream("stdout"), expected);
    let messages = answer.of("stream").len();
    assert!(messages < 400, "{messages} messages");
    eprintln!("100,000 lines: {messages} messages in {:?}", answer.took);
}

#[cfg(target_os = "linux")]
#[test]
fn the_order_of_stdout_and_stderr_is_kept() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("for i in 0..300 { println!(\"o{i}\"); eprintln!(\"e{i}\"); }");
    let all: String = answer
        .published
        .iter()
        .filter(|message| message.kind == "stream")
        .filter_map(|message| message.content["text"].as_str())
        .collect();
    let expected: String = (0..300).map(|i| format!("o{i}\ne{i}\n")).collect();
    assert_eq!(all, expected);
}

#[test]
fn everything_printed_on_stderr_arrives_before_idle() {
    let mut kernel = Kernel::shared();
    for i in 0..10 {
        let answer = kernel.ok(&format!("eprintln!(\"last words {i}\");"));
        assert_eq!(answer.stream("stderr"), format!("last words {i}\n"));
    }
}

#[test]
fn a_panic_is_an_error_that_points_into_the_cell() {
    let mut kernel = Kernel::shared();
    kernel.ok("let v = vec![1, 2, 3]; let n = 7usize;");
    let answer = kernel.run("// first line\nlet w = v[n];");
    assert_eq!(answer.reply["ename"], "panic", "{}", answer.traceback());
    assert_eq!(
        answer.reply["evalue"],
        "index out of bounds: the len is 3 but the index is 7"
    );
    let traceback = answer.traceback();
    let place = format!("cell [{}], line 2", count(&answer));
    assert!(traceback.contains(&place), "{traceback}");
    assert!(traceback.contains("let w = v[n];"), "{traceback}");
    assert!(!traceback.contains("evcxr"), "{traceback}");
    assert_eq!(answer.of("error").len(), 1);
    assert_eq!(answer.stream("stderr"), "");
    let after = kernel.ok("n");
    assert_eq!(after.result(), Some("7"));
}

#[test]
fn a_panic_of_the_whole_last_expression_points_to_it() {
    let mut kernel = Kernel::shared();
    let shown = kernel
        .run("let zero: i32 = (0..1).sum();\n1 / zero")
        .traceback();
    assert!(shown.contains("attempt to divide by zero"), "{shown}");
    assert!(shown.contains("2 | 1 / zero\n  | ^"), "{shown}");
}

#[test]
fn a_caught_panic_is_no_error() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("std::panic::catch_unwind(|| panic!(\"caught\")).is_err()");
    assert_eq!(answer.result(), Some("true"));
    assert!(answer.stream("stderr").contains("caught"));
}

#[test]
fn a_failed_question_mark_is_an_error_with_its_own_text() {
    let mut kernel = Kernel::shared();
    kernel.ok("let kept = 5;");
    let answer = kernel.run("eprintln!(\"before\"); let n: i32 = \"x\".parse::<i32>()?;");
    assert_eq!(answer.reply["status"], "error");
    assert_eq!(answer.reply["ename"], "Error");
    assert_eq!(answer.reply["evalue"], "invalid digit found in string");
    assert_eq!(answer.stream("stderr"), "before\n");
    assert_eq!(kernel.ok("kept").result(), Some("5"));
}

#[test]
fn waiting_cells_are_aborted_after_an_error() {
    let mut kernel = Kernel::shared();
    let before = count(&kernel.ok("1"));
    let start = Instant::now();
    let first = kernel.begin("panic!(\"stop\")");
    let second = kernel.begin("2");
    let third = kernel.begin("3");
    assert_eq!(kernel.wait(&first, start).reply["status"], "error");
    assert_eq!(kernel.wait(&second, start).reply["status"], "aborted");
    assert_eq!(kernel.wait(&third, start).reply["status"], "aborted");
    assert_eq!(count(&kernel.ok("4")), before + 2);
}

#[test]
fn a_compile_error_points_into_the_cell_without_internal_names() {
    let mut kernel = Kernel::shared();
    let answer = kernel.run("let a = 1;\nlet b: String = a + é;");
    assert_eq!(answer.reply["status"], "error");
    assert_eq!(answer.reply["ename"], "CompileError");
    assert!(text(&answer.reply["evalue"]).contains("cannot find value `é`"));
    let traceback = answer.traceback();
    let place = format!("cell [{}]:2:21", count(&answer));
    assert!(traceback.contains(&place), "{traceback}");
    assert!(
        traceback.contains("2 | let b: String = a + é;"),
        "{traceback}"
    );
    assert!(!traceback.contains("evcxr"), "{traceback}");
    assert!(!traceback.contains("lib.rs"), "{traceback}");
}

#[test]
fn warnings_are_no_errors() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("#[deprecated] fn old() -> i32 { 1 }\nlet unused = 1; old()");
    assert_eq!(answer.result(), Some("1"));
}

#[test]
fn a_silent_request_is_silent_and_does_not_count() {
    let mut kernel = Kernel::shared();
    let before = count(&kernel.ok("1"));
    let silent = kernel.request(
        "execute_request",
        json!({
            "code": "println!(\"x\"); 5", "silent": true, "store_history": false,
            "user_expressions": {}, "allow_stdin": false, "stop_on_error": true
        }),
    );
    assert_eq!(silent.reply["status"], "ok");
    assert!(silent.published.is_empty(), "{silent:#?}");
    let unstored = kernel.request(
        "execute_request",
        json!({
            "code": "6", "silent": false, "store_history": false, "user_expressions": {},
            "allow_stdin": false, "stop_on_error": true
        }),
    );
    assert_eq!(unstored.result(), Some("6"));
    assert_eq!(count(&kernel.ok("7")), before + 1);
}

#[test]
fn user_expressions_are_evaluated_beside_the_cell() {
    let mut kernel = Kernel::shared();
    let answer = kernel.request(
        "execute_request",
        json!({
            "code": "let a = 20;", "silent": false, "store_history": true,
            "user_expressions": { "good": "a + 1", "bad": "nothing" },
            "allow_stdin": false, "stop_on_error": true
        }),
    );
    let expressions = &answer.reply["user_expressions"];
    assert_eq!(expressions["good"]["status"], "ok");
    assert_eq!(expressions["good"]["data"]["text/plain"], "21");
    assert_eq!(expressions["bad"]["status"], "error");
    assert_eq!(expressions["bad"]["ename"], "CompileError");
}

#[test]
fn a_line_from_standard_input_is_asked_from_the_reader() {
    let mut kernel = Kernel::shared();
    let start = Instant::now();
    let id = kernel.begin("let name = rust_nn_runtime::input(\"Your name?\"); name");
    let question = kernel.wait_for(&id, |message| message.kind == "input_request");
    assert_eq!(question.content["prompt"], "Your name?");
    kernel.client.type_in("Ada");
    assert_eq!(kernel.wait(&id, start).result(), Some("\"Ada\""));
}

#[cfg(target_os = "linux")]
#[test]
fn std_io_stdin_is_asked_from_the_reader_too() {
    let mut kernel = Kernel::shared();
    let start = Instant::now();
    let id = kernel.begin(
        "let mut line = String::new(); std::io::stdin().read_line(&mut line).unwrap(); line.trim().len()",
    );
    kernel.wait_for(&id, |message| message.kind == "input_request");
    kernel.client.type_in("four");
    assert_eq!(kernel.wait(&id, start).result(), Some("4"));
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
}

#[cfg(target_os = "linux")]
#[test]
fn where_nobody_can_type_a_cell_that_wants_input_fails_and_says_so() {
    let mut kernel = Kernel::shared();
    let answer = kernel.request(
        "execute_request",
        json!({
            "code": "let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap();",
            "silent": false, "store_history": true, "user_expressions": {},
            "allow_stdin": false, "stop_on_error": true
        }),
    );
    assert_eq!(answer.reply["ename"], "InputError");
    assert_eq!(kernel.ok("1").result(), Some("1"));
}

#[test]
fn threads_that_panic_are_told_and_the_cell_goes_on() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("std::thread::spawn(|| panic!(\"in a thread\")).join().is_err()");
    assert_eq!(answer.result(), Some("true"));
    let count = count(&answer);
    let told = format!("thread '<unnamed>' panicked at cell [{count}]:1:23:\nin a thread\n");
    assert_eq!(answer.stream("stderr"), told);
}

#[test]
fn dbg_tells_the_place_in_the_notebook() {
    let mut kernel = Kernel::shared();
    let first = count(&kernel.ok("fn twice(n: i32) -> i32 {\n    dbg!(n * 2)\n}"));
    let answer = kernel.ok("let a = 1;\nlet b = dbg!(a + 1);\ndbg!(twice(b), \"x\");\ndbg!();");
    let second = count(&answer);
    let told = format!(
        "[cell [{second}]:2:9] a + 1 = 2\n\
         [cell [{first}]:2:5] n * 2 = 4\n\
         [cell [{second}]:3:1] twice(b) = 4\n\
         [cell [{second}]:3:1] \"x\" = \"x\"\n\
         [cell [{second}]:4:1]\n"
    );
    assert_eq!(answer.stream("stderr"), told);
    // One's own stays one's own.
    let own = "macro_rules! dbg { ($x:expr) => { $x + 1 } }\ndbg!(1)";
    assert_eq!(kernel.ok(own).result(), Some("2"));
    assert_eq!(kernel.ok("dbg!(2)").result(), Some("3"));
}

#[test]
fn a_huge_result_is_cut_with_a_notice() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("vec![0u8; 10_000_000]");
    let text = answer.result().unwrap();
    assert!(text.len() < 70_000);
    assert!(text.ends_with("(cut after 65536 bytes)"));
}
