//! Controls in a notebook, as a front end with Jupyter widgets has them: moved, stopped, run again, closed.

use classroom_tests::kernel::{Answer, Kernel};
use classroom_tests::kernel_widgets::{VIEW, Widgets};
use serde_json::{Value, json};
use std::time::Instant;

/// The display of a cell that has a widget in it.
fn view(answer: &Answer) -> &Value {
    let shown = answer.of("display_data");
    let with_view = shown
        .iter()
        .find(|content| content["data"][VIEW].is_object());
    with_view.unwrap_or_else(|| panic!("{answer:#?}"))
}

#[test]
fn a_slider_is_a_widget_and_a_move_calls_the_closure_without_a_cell() {
    let mut front = Widgets::start();
    let answer = front.ok(
        "let factor = vec![10];\n\
         explore(\"Times\", (slider(\"units\", 1..=64).start(16), choice(\"by\", [\"rmsprop\", \"sgd\"]), &factor), \
         |(units, by, factor)| Ok(format!(\"{} {by}\", units * factor[0])))",
    );
    // All models are there before the view is, and the view is of the last.
    let kinds: Vec<&str> = answer
        .published
        .iter()
        .map(|message| message.kind.as_str())
        .collect();
    assert_eq!(
        kinds.iter().rposition(|kind| *kind == "comm_open"),
        Some(kinds.len() - 2),
        "{kinds:?}"
    );
    let view = view(&answer);
    assert_eq!(view["data"][VIEW]["model_id"], front.find("VBoxModel", ""));
    assert_eq!(answer.of("execute_result").len(), 0);
    let html = view["data"]["text/html"].as_str().unwrap();
    assert!(
        html.contains("160 rmsprop") && html.contains("jupyterlab_widgets"),
        "{html}"
    );
    assert!(front.shown("Times")[1].contains("160 rmsprop"));

    let slider = front.find("IntSliderModel", "units");
    for (field, value) in [("min", 1), ("max", 64), ("value", 16), ("step", 1)] {
        assert_eq!(front.get(&slider, field), value, "{field}");
    }
    let request = front.set(&slider, json!({ "value": 64 }));
    front.until("Times", "640 rmsprop");
    let choice = front.find("DropdownModel", "by");
    assert_eq!(
        front.get(&choice, "_options_labels"),
        json!(["rmsprop", "sgd"])
    );
    front.set(&choice, json!({ "index": 1 }));
    front.until("Times", "640 sgd");
    front.until("Times", "role=\"status\"");
    // The other windows of this notebook hear of the move, and every answer says what it is for.
    let echo = front
        .news
        .iter()
        .find(|news| news.content["data"]["method"] == "echo_update");
    let echo = echo.unwrap();
    assert_eq!(
        (echo.parent.as_str(), &echo.content["comm_id"]),
        (request.as_str(), &json!(slider))
    );
    assert_eq!(echo.content["data"]["state"], json!({ "value": 64 }));
    // The notebook has kept its variable.
    assert_eq!(front.kernel.ok("factor[0]").result(), Some("10"));
    front.kernel.shut_down();
}

#[test]
fn all_controls_give_their_values() {
    let mut front = Widgets::start();
    front.ok(
        "explore(\"All\", (slider(\"a\", 0.0..=1.0).step(0.05), log_slider(\"b\", 1e-4..=1.0), range(\"c\", 0..=100), \
         checkbox(\"d\"), text(\"e\", \"x\"), button(\"f\")), \
         |(a, b, c, d, e, f): (f64, f64, (i32, i32), bool, String, usize)| Ok(format!(\"<{a} {b} {c:?} {d} {e} {f}>\")))",
    );
    front.until("All", "&lt;0 0.0001 (0, 100) false x 0&gt;");
    for (model, field, value, shown) in [
        (
            "FloatSliderModel",
            "value",
            json!(0.35),
            "&lt;0.35 0.0001 (0, 100) false x 0&gt;",
        ),
        (
            "FloatLogSliderModel",
            "value",
            json!(0.01),
            "&lt;0.35 0.01 (0, 100) false x 0&gt;",
        ),
        (
            "IntRangeSliderModel",
            "value",
            json!([20, 80]),
            "&lt;0.35 0.01 (20, 80) false x 0&gt;",
        ),
        (
            "CheckboxModel",
            "value",
            json!(true),
            "&lt;0.35 0.01 (20, 80) true x 0&gt;",
        ),
        (
            "TextModel",
            "value",
            json!("a <b>"),
            "&lt;0.35 0.01 (20, 80) true a &lt;b&gt; 0&gt;",
        ),
    ] {
        let id = front.find(model, "");
        front.set(&id, json!({ field: value }));
        front.until("All", shown);
    }
    let button = front.find("ButtonModel", "f");
    front.say(
        &button,
        json!({ "method": "custom", "content": { "event": "click" } }),
    );
    front.until("All", "true a &lt;b&gt; 1&gt;");
    // What makes no sense changes nothing.
    for nonsense in [
        json!({ "value": "x" }),
        json!({}),
        json!({ "value": null }),
        json!(7),
    ] {
        let id = front.find("FloatSliderModel", "");
        front.set(&id, nonsense);
    }
    front.say(&button, json!("nonsense"));
    front.kernel.ok("1");
    assert!(front.shown("All")[1].contains("&lt;0.35"));
    front.kernel.shut_down();
}

#[test]
fn a_chart_that_grows_and_printed_text_are_shown_under_the_controls() {
    let mut front = Widgets::start();
    front.ok("let x = Tensor::ones([64, 4]); let y = Tensor::ones([64, 1]);");
    let answer = front.ok(
        "explore(\"Chart\", (slider(\"epochs\", 1..=900), &x, &y), |(epochs, x, y)| {\n\
            println!(\"{epochs} planned\");\n\
            let mut model = Sequential::new();\n\
            model.add(Dense::new(1).input_shape(4));\n\
            model.compile(\"sgd\", \"mse\", ())?;\n\
            let slow = OnEpochEnd::new(|_| std::thread::sleep(std::time::Duration::from_millis(2)));\n\
            let options = Fit { epochs, verbose: Verbose::Chart, callbacks: vec![Box::new(slow)], ..Fit::default() };\n\
            model.fit(&x, &y, options)?;\n\
            Ok(\"the end\")\n})",
    );
    // The first run, too, prints there, above its result, and not into the cell, where its text would stay.
    assert_eq!(answer.stream("stdout"), "");
    let result = front.shown("Chart")[1].clone();
    assert!(
        result.find("1 planned") < result.find("the end"),
        "{result}"
    );
    let slider = front.find("IntSliderModel", "epochs");
    front.set(&slider, json!({ "value": 900 }));
    front.until("Chart", "900 planned");
    front.until("Chart", "<svg");
    let drawn = |front: &Widgets| {
        let news = front
            .news
            .iter()
            .filter_map(|news| news.content["data"]["state"]["value"].as_str());
        news.filter(|html| html.contains("<svg")).count()
    };
    front.until("Chart", "the end");
    assert!(drawn(&front) >= 3, "the chart grows: {}", drawn(&front));
    let result = &front.shown("Chart")[1];
    assert!(
        result.contains("900 planned") && result.contains("<svg"),
        "{result}"
    );
    front.kernel.shut_down();
}

#[test]
fn an_error_and_a_panic_of_the_closure_are_shown_under_the_controls_and_end_nothing() {
    let mut front = Widgets::start();
    let answer = front.ok(
        "explore(\"Fails\", slider(\"n\", 0..=3), |n| { match n { 1 => return Err(\"no <data>\".into()), 2 => panic!(\"it is {n}\"), \
         _ => {} } Ok(format!(\"fine {n}\")) })",
    );
    assert_eq!(answer.stream("stderr"), "");
    let slider = front.find("IntSliderModel", "n");
    for (n, words) in [
        (1, "no &lt;data&gt;"),
        (2, "the closure panicked: it is 2"),
        (3, "fine 3"),
        (2, "it is 2"),
    ] {
        front.set(&slider, json!({ "value": n }));
        front.until("Fails", words);
        assert_eq!(front.shown("Fails")[1].contains("role=\"alert\""), n < 3);
    }
    let answer = front.ok("let after = 1; after");
    assert_eq!(
        (answer.result(), answer.stream("stderr").as_str()),
        (Some("1"), "")
    );
    // The first run, too, is the closure's and not the cell's.
    let answer = front
        .ok("explore(\"At once\", checkbox(\"on\"), |on| { if !on { panic!(\"not on\") } Ok(1) })");
    assert_eq!(answer.stream("stderr"), "");
    assert!(front.shown("At once")[1].contains("the closure panicked: not on"));
    front.kernel.shut_down();
}

#[test]
fn a_cell_that_is_run_again_closes_its_old_widgets_and_no_others() {
    let mut front = Widgets::start();
    front.run_cell(
        "one",
        "explore(\"One\", slider(\"n\", 0..=9), |n| Ok(format!(\"n is {n}\")))",
    );
    front.run_cell(
        "two",
        "explore(\"Two\", slider(\"m\", 0..=9), |m| Ok(format!(\"m is {m}\")))",
    );
    let old = front.find("IntSliderModel", "n");
    let other = front.find("IntSliderModel", "m");
    let of_both = front.open("jupyter.widget").len();
    assert!(front.open("").contains_key(&old));
    assert_eq!(front.open("something.else").len(), 0);
    front.run_cell(
        "one",
        "explore(\"One again\", slider(\"n\", 0..=9), |n| Ok(format!(\"now {n}\")))",
    );
    let closed = front.news.iter().filter(|news| news.kind == "comm_close");
    assert_eq!(closed.count(), of_both / 2);
    let open = front.open("jupyter.widget");
    assert!(!open.contains_key(&old) && open.contains_key(&other));
    assert_eq!(open.len(), of_both);
    front.set(&old, json!({ "value": 5 }));
    front.set(&other, json!({ "value": 6 }));
    front.until("Two", "m is 6");
    let new = front.find("IntSliderModel", "n");
    front.set(&new, json!({ "value": 7 }));
    front.until("One again", "now 7");
    // A deleted cell takes its widgets along with the next cell that runs.
    let content = json!({ "code": "1", "silent": false });
    let metadata = json!({ "cellId": "three", "deletedCells": ["two"] });
    let start = Instant::now();
    let request = front
        .kernel
        .client
        .send_with("execute_request", content, metadata);
    front.kernel.wait(&request, start);
    assert_eq!(front.open("jupyter.widget").len(), of_both / 2);
    // A console gives its cells no names: the code is what a cell is known by.
    let code = "explore(\"Console\", checkbox(\"on\"), |on| Ok(on))";
    front.ok(code);
    let with_it = front.open("").len();
    front.ok(code);
    assert_eq!(front.open("").len(), with_it);
    front.kernel.shut_down();
}

#[test]
fn a_page_that_is_loaded_again_finds_the_widgets_as_they_are() {
    let mut front = Widgets::start();
    let control = json!({ "comm_id": "c1", "target_name": "jupyter.widget.control", "data": {} });
    let ask = json!({ "method": "request_states" });
    // Before there are any.
    front.kernel.client.send("comm_open", control.clone());
    front.say("c1", ask.clone());
    let none = front.wait_for(|message| message.kind == "comm_msg");
    assert_eq!(
        none.content["data"],
        json!({ "method": "update_states", "states": {}, "buffer_paths": [] })
    );
    front.ok("explore(\"Kept\", slider(\"n\", 0..=9), |n| Ok(format!(\"n is {n}\")))");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 4 }));
    front.until("Kept", "n is 4");
    let request = front.say("c1", ask);
    let all = front.wait_for(|message| message.content["data"]["method"] == "update_states");
    assert_eq!(all.parent, request);
    let states = &all.content["data"]["states"];
    assert_eq!(states.as_object().unwrap().len(), front.models.len());
    assert_eq!(states[&slider]["model_name"], "IntSliderModel");
    assert_eq!(states[&slider]["model_module"], "@jupyter-widgets/controls");
    assert_eq!(states[&slider]["state"]["value"], 4);
    front.say(&slider, json!({ "method": "request_state" }));
    let one = front.wait_for(|message| message.content["data"]["state"]["max"] == 9);
    assert_eq!(one.content["data"]["state"]["value"], 4);
    front
        .kernel
        .client
        .send("comm_close", json!({ "comm_id": "c1", "data": {} }));
    assert!(!front.open("").contains_key("c1"));
    front.kernel.shut_down();
}

#[test]
fn the_question_is_answered_before_the_controls_move() {
    let mut front = Widgets::start();
    front.ok(
        "explore(\"Squares\", slider(\"n\", 1..=9), |n| Ok(n * n)).ask(\"And 3?\", [\"6\", \"9\"], \"9\", \"3 < 4.\")",
    );
    let slider = front.find("IntSliderModel", "n");
    assert_eq!(front.get(&slider, "disabled"), true);
    let answers = front.find("RadioButtonsModel", "");
    assert_eq!(front.get(&answers, "_options_labels"), json!(["6", "9"]));
    assert_eq!(front.get(&answers, "index"), Value::Null);
    front.set(&answers, json!({ "index": 0 }));
    front.wait_for(|message| message.content["data"]["state"]["disabled"] == false);
    let feedback = front.models.iter().any(|(_, state)| {
        let html = state["value"].as_str().unwrap_or_default();
        html.contains("Your answer: <b>6</b>")
            && html.contains("<details>")
            && html.contains("3 &lt; 4.")
    });
    assert!(feedback, "{:#?}", front.models);
    front.set(&slider, json!({ "value": 3 }));
    front.until("Squares", "9");
    front.kernel.shut_down();
}

#[test]
fn when_the_process_ends_the_widgets_stay_and_say_so() {
    let mut front = Widgets::start();
    front.ok("explore(\"Ends\", slider(\"n\", 0..=9), |n| Ok(format!(\"n is {n}\")))");
    let slider = front.find("IntSliderModel", "n");
    let answer = front.kernel.run("std::process::abort()");
    assert_eq!(answer.reply["status"], "error");
    for message in &answer.published {
        front.take(message);
    }
    front.until("Ends", "has ended: run the cell again");
    assert!(
        front.shown("Ends")[1].contains("n is 0"),
        "the last result stays"
    );
    assert_eq!(front.get(&slider, "disabled"), true);
    assert_eq!(front.open("").len(), 0);
    let request = front.set(&slider, json!({ "value": 3 }));
    front.wait_for(|message| {
        message.parent == request && message.content["execution_state"] == "idle"
    });
    // The next process has its own.
    front.ok("explore(\"New\", slider(\"n\", 0..=9), |n| Ok(format!(\"n is {n}\")))");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 3 }));
    front.until("New", "n is 3");
    front.kernel.shut_down();
}

#[test]
fn text_between_cells_is_shown_again_when_a_closure_has_ended_the_process() {
    let mut front = Widgets::start();
    front.ok("explore(\"Exits\", slider(\"n\", 0..=9), |n| { if n > 0 { std::process::exit(3); } Ok(n) })");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 1 }));
    front.until("Exits", "has ended: run the cell again");
    let answer = front.kernel.run("1");
    assert_eq!(answer.reply["ename"], "Exit", "{answer:#?}");
    let cell = front.kernel.begin(
        "std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_secs(1)); println!(\"later\"); });",
    );
    front.wait_for(|message| message.parent == cell && message.kind == "execute_reply");
    front.wait_for(|message| message.kind == "stream" && message.content["text"] == "later\n");
    front.kernel.shut_down();
}

#[test]
fn controls_in_the_closure_of_others_are_computed_once_at_each_move() {
    let mut front = Widgets::start();
    front.ok(
        "fn inner(n: i32) -> Explore { explore(\"Inner\", slider(\"m\", 2..=9), move |m| Ok(format!(\"<{}>\", m * n))) }\n\
         explore(\"Outer\", slider(\"n\", 1..=9), |n| { inner(n).show(); Ok(()) })",
    );
    let models = front.models.len();
    front.until("Outer", "Inner (m = 2)");
    let slider = front.find("IntSliderModel", "n");
    front.set(&slider, json!({ "value": 4 }));
    front.until("Outer", "&lt;8&gt;");
    assert_eq!(front.models.len(), models);
    front.kernel.shut_down();
}

#[test]
fn a_beginner_is_told_how_the_closure_gets_its_variables_and_what_pythons_range_is() {
    let mut kernel = Kernel::start();
    kernel.ok("let x = vec![1, 2];");
    let mut said = |code: &str| -> String {
        let answer = kernel.run(code);
        assert_eq!(answer.reply["status"], "error", "{code}");
        let lines = answer.reply["traceback"].as_array().unwrap();
        lines
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let borrowed = said("explore(\"A\", slider(\"n\", 0..=1), |n: usize| Ok(x[n]))");
    assert!(
        borrowed.contains("given to it as a reference among the controls")
            && borrowed.contains("&x")
            && !borrowed.contains("E0505"),
        "{borrowed}"
    );
    let plain = said("explore(\"A\", slider(\"n\", 0..=1), |n| { let m: i32 = n; m })");
    assert!(plain.contains("let m: i32 = n; Ok(m) })"), "{plain}");
    for controls in [
        "(slider(\"n\", 0..=1), x)",
        "(slider(\"n\", 0..=1), &std::sync::Mutex::new(1))",
    ] {
        let no_controls = said(&format!("explore(\"A\", {controls}, |(n, x)| Ok(n))"));
        assert!(
            no_controls.contains("as a reference, `&x`, and its type has"),
            "{no_controls}"
        );
    }
    let unknown =
        said("explore(\"A\", slider(\"n\", 0..=1), |n: usize| Ok(std::sync::Mutex::new(n)))");
    assert!(
        unknown.contains("`Ok(format!(\"{value:?}\"))`"),
        "{unknown}"
    );
    let open = said("explore(\"A\", slider(\"n\", 0..9), |n| Ok(n))");
    assert!(
        open.contains("explore(\"A\", slider(\"n\", 0..=9), |n| Ok(n))"),
        "{open}"
    );
    let apart = said("explore(\"A\", (checkbox(\"a\"), checkbox(\"b\")), |a, b| Ok(a == b))");
    assert!(apart.contains("|(a, b)|"), "{apart}");
    for code in [
        "for i in range(3) { println!(\"{i}\"); }",
        "for i in range(0, 3) { println!(\"{i}\"); }",
    ] {
        let said = said(code);
        assert!(
            said.contains("a range is written with two points") && said.contains("for i in 0..3"),
            "{said}"
        );
    }
    kernel.ok("x");
    kernel.shut_down();
}

#[test]
fn comms_that_nobody_has_are_closed_and_every_message_is_followed_by_idle() {
    let mut kernel = Kernel::start();
    let mut said = |kind: &str, content: Value| -> Vec<(String, Value)> {
        let id = kernel.client.send(kind, content);
        let mut all = Vec::new();
        loop {
            let message = kernel.next();
            if message.parent != id {
                continue;
            }
            let is_idle = message.content["execution_state"] == "idle";
            all.push((message.kind, message.content));
            if is_idle {
                return all;
            }
        }
    };
    let open = json!({ "comm_id": "x", "target_name": "unknown", "data": {} });
    let answer = said("comm_open", open);
    let kinds: Vec<&str> = answer.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["status", "comm_close", "status"]);
    assert_eq!(answer[1].1, json!({ "comm_id": "x", "data": {} }));
    for (kind, content) in [
        ("comm_msg", json!({ "comm_id": "x", "data": {} })),
        ("comm_close", json!({ "comm_id": "x", "data": {} })),
        ("comm_msg", json!({})),
        ("comm_open", json!({})),
    ] {
        let answer = said(kind, content);
        assert_eq!(
            answer.first().unwrap().1["execution_state"],
            "busy",
            "{kind}"
        );
    }
    let answer = kernel.request("comm_info_request", json!({}));
    assert_eq!(answer.reply, json!({ "status": "ok", "comms": {} }));
    kernel.shut_down();
}

#[test]
fn a_long_first_run_shows_in_the_cell_what_it_has_and_then_becomes_the_widget() {
    let mut front = Widgets::start();
    let answer = front.ok(
        "use nn_lib::notebook::{display, Bundle};\n\
         explore(\"Long\", checkbox(\"on\"), |_| { for part in 0..12 { display(&Bundle::text(format!(\"part {part}\"))); \
         std::thread::sleep(std::time::Duration::from_millis(100)); } Ok(\"all\") })",
    );
    let first = answer.of("display_data")[0];
    assert!(
        first["data"]["text/html"]
            .as_str()
            .unwrap()
            .contains("part 3"),
        "{first}"
    );
    let updates = answer.of("update_display_data");
    let last = updates.last().unwrap();
    assert!(last["data"][VIEW].is_object(), "{last}");
    assert_eq!(last["transient"], first["transient"]);
    front.kernel.shut_down();
}
