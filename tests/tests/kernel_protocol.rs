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
