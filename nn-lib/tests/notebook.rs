//! What the library writes to a front end, seen from outside: each test runs a child process as a kernel would.

mod support;

use nn_lib::datasets::{WordIndex, imdb};
use nn_lib::notebook::interrupt::Region;
use nn_lib::notebook::{Bundle, LiveDisplay, clear_output, display, in_notebook, interrupted};
use nn_lib::plot::Figure;
use nn_lib::training::{TrainingDisplay, Verbose};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{INTERRUPTS, Missing, child, missing, run, test};

fn main() {
    child(shows_a_bundle_and_a_chart);
    child(updates_a_display_many_times);
    child(trains_with_lines);
    child(trains_with_a_chart);
    child(says_nothing);
    child(computes_in_a_region_and_then_outside);
    child(draws_letters_that_no_font_has);
    child(encodes_reviews);
    run([
        test(our_kernel_gets_each_output_as_one_line_of_json),
        test(another_evcxr_kernel_gets_one_block_for_each_form),
        test(a_terminal_gets_text_alone),
        test(a_live_display_is_rate_limited_and_ends_with_its_last_state),
        test(the_final_table_of_a_long_training_is_bounded_and_complete_at_both_ends),
        test(elsewhere_every_epoch_is_a_line),
        test(a_training_chart_ends_as_two_panels_in_every_form),
        test(silent_is_silent),
        test(a_letter_that_no_font_has_is_said_once_and_leaves_a_gap),
        test(a_review_without_a_known_word_is_said_and_one_with_is_not),
        #[cfg(unix)]
        test(an_interrupt_stops_a_region_gently_and_ends_the_process_outside),
        #[cfg(unix)]
        test(an_ordinary_program_keeps_its_ctrl_c),
    ])
}

/// Runs one of the functions that `main` names as children in a process of its own.
fn command(child: impl Fn(), front_end: &str) -> Command {
    let mut command = support::command(child);
    command
        .env_remove("RUST_NN_KERNEL")
        .env_remove("EVCXR_IS_RUNTIME")
        .stderr(Stdio::inherit());
    if !front_end.is_empty() {
        command.env(front_end, "1");
    }
    command
}

fn output(child: impl Fn(), front_end: &str) -> String {
    let output = command(child, front_end).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// MIME type and content of each block in the output.
fn blocks(output: &str) -> Vec<(String, String)> {
    let parts = output.split("EVCXR_BEGIN_CONTENT ").skip(1);
    parts
        .map(|part| {
            let (mime, rest) = part.split_once('\n').unwrap();
            let (content, _) = rest.split_once("\nEVCXR_END_CONTENT\n").unwrap();
            (mime.to_string(), content.to_string())
        })
        .collect()
}

/// The displays that our kernel would make.
fn displays(output: &str) -> Vec<Value> {
    let all = blocks(output).into_iter();
    all.map(|(mime, content)| {
        assert_eq!(mime, "application/vnd.rust-nn.display+json");
        assert!(!content.contains('\n'), "the JSON must stand on one line");
        serde_json::from_str(&content).unwrap()
    })
    .collect()
}

fn shows_a_bundle_and_a_chart() {
    display(&Bundle::text("42").html("<b>42</b>"));
    Figure::new("Loss")
        .line(1..=3, [0.5, 0.3, 0.2], "Training loss")
        .evcxr_display();
    Figure::new("Broken")
        .line(1..=3, [0.5], "Training loss")
        .evcxr_display();
    assert_eq!(
        in_notebook(),
        std::env::var_os("RUST_NN_KERNEL")
            .or(std::env::var_os("EVCXR_IS_RUNTIME"))
            .is_some()
    );
}

fn our_kernel_gets_each_output_as_one_line_of_json() {
    let shown = displays(&output(shows_a_bundle_and_a_chart, "RUST_NN_KERNEL"));
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[0]["data"]["text/html"], "<b>42</b>");
    assert_eq!(shown[0]["data"]["text/plain"], "42");
    assert_eq!(shown[0]["update"], false);
    assert!(shown[0].get("display_id").is_none());
    let chart = &shown[1];
    assert!(
        chart["data"]["image/svg+xml"]
            .as_str()
            .unwrap()
            .starts_with("<svg")
    );
    assert!(
        chart["data"]["image/png"]
            .as_str()
            .unwrap()
            .starts_with("iVBORw0KGgo")
    );
    assert_eq!(chart["metadata"]["image/png"]["width"], 640);
    assert!(
        chart["data"]["text/plain"]
            .as_str()
            .unwrap()
            .contains("\"Training loss\" falls from 0.500 to 0.200")
    );
    assert!(
        shown[2]["data"]["text/plain"]
            .as_str()
            .unwrap()
            .contains("expects 3 y values, one for each x, received 1")
    );
}

fn another_evcxr_kernel_gets_one_block_for_each_form() {
    let shown = blocks(&output(shows_a_bundle_and_a_chart, "EVCXR_IS_RUNTIME"));
    let mimes: Vec<&str> = shown.iter().map(|(mime, _)| mime.as_str()).collect();
    for mime in ["text/plain", "text/html", "image/svg+xml", "image/png"] {
        assert!(mimes.contains(&mime), "{mime} is missing in {mimes:?}");
    }
}

fn a_terminal_gets_text_alone() {
    let shown = output(shows_a_bundle_and_a_chart, "");
    assert!(
        !shown.contains("EVCXR") && !shown.contains("<svg"),
        "{shown}"
    );
    assert!(
        shown.contains("42\n") && shown.contains("Figure \"Loss\""),
        "{shown}"
    );
}

fn updates_a_display_many_times() {
    let mut live = LiveDisplay::with_interval(Duration::from_millis(50));
    let begin = Instant::now();
    let mut step = 0;
    while begin.elapsed() < Duration::from_millis(300) {
        step += 1;
        live.update(|| Bundle::text(format!("step {step}")));
    }
    live.update(|| Bundle::text("last"));
    clear_output(true);
}

fn a_live_display_is_rate_limited_and_ends_with_its_last_state() {
    let text = output(updates_a_display_many_times, "RUST_NN_KERNEL");
    let all = blocks(&text);
    assert!(all.contains(&(
        "application/vnd.rust-nn.clear-output+json".into(),
        "{\"wait\":true}".into()
    )));
    let shown: Vec<Value> = all
        .iter()
        .filter(|(mime, _)| mime.ends_with("display+json"))
        .map(|(_, content)| serde_json::from_str(content).unwrap())
        .collect();
    assert!((2..=9).contains(&shown.len()), "{} updates", shown.len());
    assert!(
        shown
            .iter()
            .all(|s| s["display_id"] == shown[0]["display_id"] && s["display_id"].is_string())
    );
    assert_eq!(shown[0]["update"], false);
    assert!(shown[1..].iter().all(|s| s["update"] == true));
    assert_eq!(shown.last().unwrap()["data"]["text/plain"], "last");
    // Elsewhere only the last state is shown.
    let plain = output(updates_a_display_many_times, "");
    assert!(
        plain.contains("last\n") && !plain.contains("step"),
        "{plain}"
    );
}

fn train(verbose: Verbose, epochs: usize) {
    let mut display = TrainingDisplay::new(verbose, 0, epochs);
    for epoch in 1..=epochs {
        for batch in 1..=30 {
            if display.wants_batch() {
                display.batch(batch, 30, &[("loss", 0.5)]);
            }
        }
        let loss = 1.0 / epoch as f32;
        display.epoch(
            0.051,
            &[
                ("loss", loss),
                ("accuracy", 0.5),
                ("val_loss", 0.3),
                ("val_accuracy", 0.5),
            ],
        );
    }
    display.note("stopped early");
}

fn trains_with_lines() {
    train(Verbose::Lines, 500);
}

fn the_final_table_of_a_long_training_is_bounded_and_complete_at_both_ends() {
    let shown = displays(&output(trains_with_lines, "RUST_NN_KERNEL"));
    let last = shown.last().unwrap();
    let (text, html) = (
        last["data"]["text/plain"].as_str().unwrap(),
        last["data"]["text/html"].as_str().unwrap(),
    );
    assert_eq!(text.lines().count(), 5 + 1 + 15 + 1);
    assert!(text.starts_with(
        "Epoch   1/500 - 51 ms - loss: 1.0000 - accuracy: 0.5000 - val_loss: 0.3000 - val_accuracy: 0.5000\n"
    ));
    assert!(text.contains("... 480 epochs ...") && text.contains("Epoch 500/500"));
    assert!(text.ends_with("stopped early"));
    assert_eq!(html.matches("<tr>").count(), 1 + 5 + 1 + 15);
    assert!(html.contains("<td>500/500</td>") && !html.contains("<progress"));
}

fn elsewhere_every_epoch_is_a_line() {
    for front_end in ["", "EVCXR_IS_RUNTIME"] {
        let text = output(trains_with_lines, front_end);
        assert_eq!(text.matches("Epoch ").count(), 500);
        assert!(text.contains("Epoch 500/500 - 51 ms - loss: 0.0020 - accuracy: 0.5000"));
        assert!(text.contains("stopped early\n") && !text.contains('\r'));
    }
}

fn trains_with_a_chart() {
    train(Verbose::Chart, 20);
}

fn a_training_chart_ends_as_two_panels_in_every_form() {
    let text = output(trains_with_a_chart, "RUST_NN_KERNEL");
    assert!(text.contains("\nstopped early\n"), "a note below the chart");
    let shown = displays(&text);
    let last = &shown.last().unwrap()["data"];
    let svg = last["image/svg+xml"].as_str().unwrap();
    for words in [
        "Training loss",
        "Validation loss",
        "Training accuracy",
        "Validation accuracy",
    ] {
        assert!(svg.contains(words), "{words} is missing");
    }
    assert!(last["image/png"].is_string());
    assert_eq!(last["text/plain"].as_str().unwrap().lines().count(), 21);
}

fn says_nothing() {
    train(Verbose::Silent, 3);
}

fn silent_is_silent() {
    for front_end in ["RUST_NN_KERNEL", "EVCXR_IS_RUNTIME", ""] {
        let text = output(says_nothing, front_end);
        assert!(
            !text.contains("EVCXR") && !text.contains("Epoch") && !text.contains("stopped"),
            "{text}"
        );
    }
}

fn computes_in_a_region_and_then_outside() {
    {
        let _region = Region::enter();
        {
            let _inner = Region::enter();
        }
        println!("\ncomputing");
        let begin = Instant::now();
        while !interrupted() && begin.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(2));
        }
        println!("stopped gently: {}", interrupted());
        // A second computation of the same cell stops as well, until the front end clears the interrupt.
        println!("still interrupted: {}", interrupted());
        nn_lib::notebook::clear_interrupt();
        println!("cleared: {}", !interrupted());
    }
    println!("outside");
    std::thread::sleep(Duration::from_secs(20));
    println!("survived");
}

/// Reads the child's lines until one of them is `wanted`.
fn read_until(
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
    wanted: &str,
) -> Vec<String> {
    let mut read = Vec::new();
    for line in lines {
        read.push(line.unwrap());
        if read.last().unwrap() == wanted {
            return read;
        }
    }
    panic!("the child ended before {wanted:?}: {read:?}");
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
fn an_interrupt_stops_a_region_gently_and_ends_the_process_outside() {
    use std::os::unix::process::ExitStatusExt;
    let mut child = command(computes_in_a_region_and_then_outside, "RUST_NN_KERNEL")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    read_until(&mut lines, "computing");
    interrupt(&child);
    let read = read_until(&mut lines, "outside");
    for line in [
        "stopped gently: true",
        "still interrupted: true",
        "cleared: true",
    ] {
        assert!(
            read.iter().any(|l| l == line),
            "{line:?} is missing in {read:?}"
        );
    }
    interrupt(&child);
    assert_eq!(child.wait().unwrap().signal(), Some(2));
    assert!(!lines.any(|line| line.unwrap() == "survived"));
}

/// Whether this process ignores SIGINT, as what a script starts in the background does.
#[cfg(unix)]
fn ignores_interrupts() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The signals are counted from 1, and SIGINT is 2.
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap_or(0) & 2 != 0)
}

#[cfg(unix)]
fn an_ordinary_program_keeps_its_ctrl_c() -> Result<(), Missing> {
    use std::os::unix::process::ExitStatusExt;
    if ignores_interrupts() {
        return Err(missing(
            INTERRUPTS,
            "this program ignores them, and so does every child",
        ));
    }
    let mut child = command(computes_in_a_region_and_then_outside, "")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    read_until(&mut lines, "computing");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().signal(), Some(2));
    Ok(())
}

fn draws_letters_that_no_font_has() {
    let chart = |title: &str| {
        Figure::new(title)
            .line([1, 2], [1.0, 2.0], "손실 漢 뷁\u{200d}")
            .png()
            .unwrap()
    };
    chart("훈련 손실 → ✓");
    chart("漢 and 漢");
    let [letters, nothing] = ["漢漢", "　　"].map(|name| {
        Figure::new("title")
            .line([1, 2], [1.0, 2.0], name)
            .png()
            .unwrap()
    });
    assert_eq!(letters, nothing);
}

fn a_letter_that_no_font_has_is_said_once_and_leaves_a_gap() {
    let output = support::command(draws_letters_that_no_font_has)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "nn-lib's fonts have no letter 漢 (U+6F22), 뷁 (U+BDC1): a chart as PNG has a gap there. As SVG, which \
         browsers show, it has the letter if a font of the reader's system has it.\n"
    );
}

fn encodes_reviews() {
    let word_index: WordIndex = [("film", 19)].into_iter().collect();
    assert_eq!(
        imdb::encode_review("영화 film", &word_index, 100),
        [1, 2, 22]
    );
    assert_eq!(imdb::encode_review(" ... ", &word_index, 100), [1]);
    assert_eq!(
        imdb::encode_review("정말 훌륭한 영화", &word_index, 100),
        [1, 2, 2, 2]
    );
}

fn a_review_without_a_known_word_is_said_and_one_with_is_not() {
    let output = support::command(encodes_reviews).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.contains("정말 훌륭한 영화") && said.contains("The reviews are English"),
        "{said}"
    );
}
