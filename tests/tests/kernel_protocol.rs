//! The Jupyter protocol beside the running of cells.

use classroom_tests::kernel::{Kernel, descendants};
use classroom_tests::kernel_client::Client;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};
use zeromq::{DealerSocket, Socket, SocketSend, ZmqMessage};

#[test]
fn kernel_info_is_answered_within_half_a_second() {
    let mut kernel = Kernel::start();
    let info = kernel.request("kernel_info_request", json!({}));
    let took = kernel.started.elapsed();
    assert_eq!(info.reply["status"], "ok");
    assert_eq!(info.reply["implementation"], "rust-nn");
    eprintln!("kernel_info after {took:?}");
    // Half a second on a quiet machine; tests share theirs.
    assert!(took < Duration::from_secs(3), "{took:?}");
    kernel.shut_down();
}

#[test]
fn completeness_is_told() {
    let mut kernel = Kernel::shared();
    let cases = [
        ("1 + 1", "complete"),
        ("fn f() {", "incomplete"),
        ("let = 1;", "invalid"),
    ];
    for (code, status) in cases {
        let answer = kernel.request("is_complete_request", json!({ "code": code }));
        assert_eq!(answer.reply["status"], status, "{code}");
    }
    let answer = kernel.request("is_complete_request", json!({ "code": "fn f() {" }));
    assert_eq!(answer.reply["indent"], "    ");
}

#[test]
fn history_is_kept_and_searched() {
    let mut kernel = Kernel::shared();
    let first = kernel.ok("let a = 1;").reply["execution_count"]
        .as_u64()
        .unwrap();
    let (second, third) = (first + 1, first + 2);
    kernel.ok("a + 1");
    kernel.ok("let a = 1;");
    let mut history =
        |content: Value| kernel.request("history_request", content).reply["history"].clone();
    assert_eq!(
        history(json!({ "hist_access_type": "tail", "n": 2, "output": true, "raw": true })),
        json!([[1, second, ["a + 1", "2"]], [1, third, ["let a = 1;", ""]]])
    );
    assert_eq!(
        history(json!({
            "hist_access_type": "range", "session": 0, "start": first, "stop": third, "output": false, "raw": true
        })),
        json!([[1, first, "let a = 1;"], [1, second, "a + 1"]])
    );
    // As `jupyter console` asks: without `n`.
    assert_eq!(
        history(json!({
            "hist_access_type": "search", "pattern": "let a*", "unique": true, "output": false, "raw": true
        })),
        json!([[1, third, "let a = 1;"]])
    );
}

#[test]
fn comms_are_none_and_a_new_one_is_closed() {
    let mut kernel = Kernel::shared();
    let info = kernel.request("comm_info_request", json!({}));
    assert_eq!(info.reply["comms"], json!({}));
    let content = json!({ "comm_id": "c", "target_name": "nobody", "data": {} });
    let id = kernel.client.send("comm_open", content);
    let closed = kernel.wait_for(&id, |message| message.kind == "comm_close");
    assert_eq!(closed.content["comm_id"], "c");
}

#[test]
fn completion_counts_characters_and_knows_types() {
    let mut kernel = Kernel::shared();
    kernel.ok("let words = vec![\"é\"];");
    let code = "\"é🦀\"; words.is_emp";
    let cursor = code.chars().count();
    let answer = kernel.request(
        "complete_request",
        json!({ "code": code, "cursor_pos": cursor }),
    );
    let matches: Vec<&str> = answer.reply["matches"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        matches.iter().any(|name| name.starts_with("is_empty")),
        "{matches:?}"
    );
    assert_eq!(answer.reply["cursor_start"], cursor - "is_emp".len());
    assert_eq!(answer.reply["cursor_end"], cursor);
}

#[test]
fn completion_knows_nn_lib_after_a_dot() {
    let mut kernel = Kernel::shared();
    kernel.ok("let mut model = Sequential::new();");
    let answer = kernel.request(
        "complete_request",
        json!({ "code": "model.", "cursor_pos": 6 }),
    );
    let matches = answer.reply["matches"].to_string();
    for name in ["add", "compile", "fit", "summary"] {
        assert!(
            matches.contains(&format!("\"{name}")),
            "{name} is missing in {matches}"
        );
    }
    assert!(!matches.contains("evcxr"), "{matches}");
}

#[test]
fn completion_offers_all_names_where_nothing_is_written_yet() {
    let mut kernel = Kernel::shared();
    kernel
        .ok("let written = Tensor::from([[1.0, 2.0]]); let mut written_model = Sequential::new();");
    // Where a type is expected, where none is, and behind a line without a semicolon.
    let places = "¦ | written_model.add(¦) | written_model.add(Dense::new(¦)) | written.rows(¦) | let t: Tensor = ¦; \
        | let n: usize = ¦ | let a: Vec<f32> = vec![1.0].iter().map(|x| ¦).collect(); | Fit { epochs: ¦ } \
        | let fit = Fit { epochs: ¦, ..Fit::default() }; | written.shape()[¦] | for i in 0..¦ {} | written.reshape([¦]) | if ¦ {} \
        | return ¦ | fn f() -> f32 { ¦ } | let o: Option<usize> = ¦; | println!(\"{}\", ¦) | written.shape()\n¦";
    for place in places.split(" | ") {
        let code = place.replacen('¦', "", 1);
        let content = json!({ "code": code, "cursor_pos": place.find('¦').unwrap() });
        let answer = kernel.request("complete_request", content);
        let matches = answer.reply["matches"].as_array().unwrap();
        let at = |wanted: &str| matches.iter().position(|name| name == wanted);
        assert!(
            at("Dense").is_some() && at("vec!").is_some(),
            "{place}: {matches:?}"
        );
        let own = at("written_model");
        match place.starts_with("fn") {
            // A function does not see the notebook's variables.
            true => assert_eq!(own, None, "{place}: {matches:?}"),
            false => assert!(own.is_some() && own < at("Dense"), "{place}: {matches:?}"),
        }
    }
}

#[test]
fn completion_understands_a_cell_whose_brackets_are_still_open() {
    let mut kernel = Kernel::shared();
    kernel.ok("let opened = Tensor::from([[1.0, 2.0]]); let mut model = Sequential::new();");
    for (code, wanted) in [
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
        ("vec![Box::¦(1)]", "new"),
        (
            "vec![Some(|t: &Tensor| { if ¦.shape()[0] > 1 { t.sum(); } })]",
            "t",
        ),
        ("vec![Some(|t: &Tensor| { ¦.sum(); })]", "t"),
    ] {
        let position = code.find('¦').unwrap_or(code.len());
        let content = json!({ "code": code.replacen('¦', "", 1), "cursor_pos": position });
        let answer = kernel.request("complete_request", content);
        let matches = answer.reply["matches"].as_array().unwrap();
        assert!(matches.contains(&json!(wanted)), "{code}: {matches:?}");
    }
}

#[test]
fn completion_knows_what_can_be_derived_before_the_bracket_is_closed() {
    let mut kernel = Kernel::shared();
    for (code, wanted) in [
        ("#[derive(Deb", "Debug"),
        ("#[derive(Debug", "Debug"),
        ("#[derive(Debug, Cl", "Clone"),
        ("let a = 1;\n#[derive(", "PartialEq"),
        ("#[allow(unused_va", "unused_variables"),
    ] {
        let content = json!({ "code": code, "cursor_pos": code.len() });
        let answer = kernel.request("complete_request", content);
        let matches = answer.reply["matches"].as_array().unwrap();
        assert!(matches.contains(&json!(wanted)), "{code}: {matches:?}");
    }
}

#[test]
fn completion_offers_no_private_method_but_those_of_the_reader() {
    let mut kernel = Kernel::shared();
    kernel.ok("let words = vec![1.5f32]; let x = Tensor::zeros([2, 2]);");
    kernel.ok("struct Mine { len: u8 }\nimpl Mine { fn make_slice(&self) -> u8 { self.len } }\nlet mine = Mine { len: 1 };");
    let mut offered = |code: &str| {
        let content = json!({ "code": code, "cursor_pos": code.len() });
        let answer = kernel.request("complete_request", content);
        let matches = answer.reply["matches"].as_array().unwrap().clone();
        let names = matches.iter().filter_map(Value::as_str);
        names.map(str::to_owned).collect::<Vec<String>>()
    };
    for (code, shown, hidden) in [
        ("words.", "push", "append_elements"),
        ("x.", "shape", "storage"),
        ("mine.", "make_slice", "storage"),
    ] {
        let names = offered(code);
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        assert!(has(shown) && !has(hidden), "{code}: {names:?}");
    }
}

#[test]
fn a_variable_is_inspected_with_its_type() {
    let mut kernel = Kernel::shared();
    kernel.ok("let words = vec![1.5f32];");
    let content = json!({ "code": "words.len()", "cursor_pos": 2, "detail_level": 0 });
    let answer = kernel.request("inspect_request", content);
    assert_eq!(answer.reply["found"], true);
    let text = answer.reply["data"]["text/plain"].as_str().unwrap();
    assert!(text.contains("words: Vec<f32>"), "{text}");
    let content = json!({ "code": "words.len()", "cursor_pos": 8, "detail_level": 0 });
    let answer = kernel.request("inspect_request", content);
    assert!(
        answer.reply["data"]["text/plain"]
            .as_str()
            .unwrap()
            .contains("fn len")
    );
    let content = json!({ "code": "nothing_known", "cursor_pos": 3, "detail_level": 0 });
    let answer = kernel.request("inspect_request", content);
    assert_eq!(answer.reply["found"], false);
}

#[test]
fn between_brackets_what_is_called_is_inspected_and_names_are_known_anywhere() {
    let mut kernel = Kernel::shared();
    kernel.ok("let asked = Tensor::from([[1.0, 2.0]]); let mut model = Sequential::new();");
    for (code, wanted) in [
        ("model.fit(¦", "pub fn fit("),
        ("model.fit(&asked, ¦)", "pub fn fit("),
        ("model.add(Dense::new(1¦6))", "pub fn new(units: usize)"),
        (
            "model.add(Dense::new(16).activation(\"re¦lu\"))",
            "pub fn activation(",
        ),
        ("model.fit(&asked, &asked, Fit { ¦ })", "pub struct Fit"),
        ("println!(\"{:?}\", asked.sh¦ape());", "pub fn shape("),
        ("vec![asked.sh¦ape()]", "pub fn shape("),
        (
            "fn f(t: &Tensor) -> usize {\n    t.sh¦ape().len()\n}",
            "pub fn shape(",
        ),
        ("struct P { a: Ten¦sor }", "pub struct Tensor"),
        ("use std::collections::Hash¦Map;", "pub struct HashMap"),
    ] {
        let position = code.find('¦').unwrap();
        let content =
            json!({ "code": code.replacen('¦', "", 1), "cursor_pos": position, "detail_level": 0 });
        let answer = kernel.request("inspect_request", content);
        let text = answer.reply["data"]["text/plain"].as_str();
        assert!(
            text.is_some_and(|text| text.contains(wanted)),
            "{code}: {text:?}"
        );
    }
    // A text and a comment are nothing that has a documentation.
    for code in ["let a = \"mod¦el\";", "// mod¦el"] {
        let position = code.find('¦').unwrap();
        let content =
            json!({ "code": code.replacen('¦', "", 1), "cursor_pos": position, "detail_level": 0 });
        assert_eq!(
            kernel.request("inspect_request", content).reply["found"],
            false,
            "{code}"
        );
    }
}

#[test]
fn a_question_mark_before_a_name_opens_the_pager() {
    let mut kernel = Kernel::shared();
    let answer = kernel.ok("?Vec");
    let page = &answer.reply["payload"][0];
    assert_eq!(page["source"], "page");
    assert!(page["data"]["text/plain"].as_str().unwrap().contains("Vec"));
}

#[test]
fn whoever_types_exit_is_asked_to_leave_and_the_kernel_stays() {
    let mut kernel = Kernel::shared();
    kernel.ok("let kept = 1;");
    for word in ["exit", "quit", ":quit"] {
        assert_eq!(kernel.ok(word).reply["payload"][0]["source"], "ask_exit");
    }
    assert_eq!(kernel.ok("kept").result(), Some("1"));
}

#[test]
fn a_client_without_the_key_gets_no_answer() {
    let mut kernel = Kernel::shared();
    let mut connection = kernel.connection.clone();
    connection.key = "another key".to_owned();
    let mut stranger = Client::connect(&connection);
    stranger.send(
        "execute_request",
        json!({ "code": "std::process::abort()", "silent": false }),
    );
    stranger.send("kernel_info_request", json!({}));
    let start = Instant::now();
    while let Some(message) = stranger.next(Duration::from_secs(2)) {
        // What is published reaches everybody; it is the welcome only.
        assert_eq!(message.channel, "iopub", "{message:?}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
}

#[test]
fn malformed_connections_are_ignored() {
    let mut kernel = Kernel::shared();
    let ports = [
        kernel.connection.shell_port,
        kernel.connection.control_port,
        kernel.connection.iopub_port,
        kernel.connection.stdin_port,
        kernel.connection.hb_port,
    ];
    for port in ports {
        for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 100], &[0; 3]] {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(garbage).unwrap();
        }
    }
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
}

#[test]
fn malformed_messages_are_ignored() {
    let mut kernel = Kernel::shared();
    let ports = [
        kernel.connection.shell_port,
        kernel.connection.control_port,
        kernel.connection.stdin_port,
    ];
    let delimiter = b"<IDS|MSG>".to_vec();
    let messages: [Vec<Vec<u8>>; 6] = [
        vec![b"".to_vec()],
        vec![b"no delimiter".to_vec(); 7],
        vec![delimiter.clone()],
        vec![delimiter.clone(), b"no signature".to_vec()],
        vec![
            delimiter.clone(),
            vec![0xff; 64],
            b"{".to_vec(),
            b"{}".to_vec(),
            b"{}".to_vec(),
            b"{}".to_vec(),
        ],
        vec![
            delimiter,
            b"".to_vec(),
            b"[]".to_vec(),
            b"1".to_vec(),
            b"null".to_vec(),
            vec![0xff; 100_000],
        ],
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for port in ports {
            let mut socket = DealerSocket::new();
            socket
                .connect(&format!("tcp://127.0.0.1:{port}"))
                .await
                .unwrap();
            for message in &messages {
                let mut frames = message.iter().cloned();
                let mut message = ZmqMessage::from(frames.next().unwrap());
                frames.for_each(|frame| message.push_back(frame.into()));
                socket.send(message).await.unwrap();
            }
        }
    });
    assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
    let info = kernel.request("kernel_info_request", json!({}));
    assert_eq!(info.reply["status"], "ok");
}

#[cfg(target_os = "linux")]
#[test]
fn sockets_listen_on_the_address_of_the_connection_file_only() {
    let kernel = Kernel::shared();
    let connection = &kernel.connection;
    let ports = [
        connection.shell_port,
        connection.control_port,
        connection.iopub_port,
        connection.stdin_port,
        connection.hb_port,
    ];
    let mut found = 0;
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in std::fs::read_to_string(table)
            .unwrap_or_default()
            .lines()
            .skip(1)
        {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (address, port) = words[1].split_once(':').unwrap();
            // 0A is a socket that listens, 0100007F is 127.0.0.1.
            if words[3] == "0A" && ports.contains(&u16::from_str_radix(port, 16).unwrap()) {
                assert_eq!(address, "0100007F", "{line}");
                found += 1;
            }
        }
    }
    assert_eq!(found, ports.len());
}

#[test]
fn two_kernels_live_side_by_side() {
    let (mut one, mut two) = (Kernel::start(), Kernel::start());
    one.ok("let a = 1;");
    two.ok("let a = 2;");
    assert_eq!(one.ok("a").result(), Some("1"));
    assert_eq!(two.ok("a").result(), Some("2"));
    one.shut_down();
    assert_eq!(two.ok("a").result(), Some("2"));
    two.shut_down();
}

#[test]
fn a_signal_to_end_is_obeyed() {
    let mut kernel = Kernel::start();
    kernel.ok("1");
    let processes = descendants(kernel.pid());
    Command::new("kill")
        .arg(kernel.pid().to_string())
        .status()
        .unwrap();
    kernel.wait_for_end();
    let start = Instant::now();
    while processes
        .iter()
        .any(|pid| std::fs::metadata(format!("/proc/{pid}")).is_ok())
    {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
}
