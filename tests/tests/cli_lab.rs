//! `lab`: serves the chapter with our kernel and leaves nothing running.

mod cli_support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use classroom_tests::ports::free_port;
use cli_support::Home;

/// A running `lab`, ended with the value.
struct Lab {
    _home: Home,
    process: Child,
    port: u16,
    token: String,
}

impl Lab {
    fn start() -> Lab {
        Lab::start_with(|_| ())
    }

    /// In surroundings of its own.
    fn start_with(prepare: impl FnOnce(&mut Command)) -> Lab {
        let home = Home::set_up();
        let port = free_port();
        let mut command = home.command();
        command
            .args(["lab", "--no-browser", "--port", &port.to_string()])
            .stderr(Stdio::piped());
        prepare(&mut command);
        let mut process = command.spawn().expect("it starts");
        let stderr = BufReader::new(process.stderr.take().expect("standard error is piped"));
        let mut lines = stderr.lines().map_while(Result::ok);
        let mut seen = String::new();
        // http://localhost:8888/lab?token=...
        let address = lines.by_ref().find_map(|line| {
            seen.push_str(&line);
            seen.push('\n');
            let (address, token) = line.split_once("/lab?token=")?;
            let (_, port) = address.rsplit_once(':')?;
            Some((port.parse().ok()?, token.trim().to_owned()))
        });
        let (port, token) = address.unwrap_or_else(|| panic!("no address in:\n{seen}"));
        // The rest is read so that the server never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let lab = Lab {
            _home: home,
            process,
            port,
            token,
        };
        // The server prints its address a moment before it listens.
        within(30, "listening", || lab.listens());
        lab
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens");
        let port = self.port;
        write!(
            stream,
            "GET {path}?token={} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n",
            self.token
        )
        .expect("it takes the request");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("it answers in text");
        answer
    }

    fn listens(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn within(seconds: u64, what: &str, mut happened: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happened() {
        assert!(
            started.elapsed() < Duration::from_secs(seconds),
            "{what} did not happen in {seconds} s"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn lab_offers_the_rust_kernel_alone_and_the_chapters_notebooks() {
    let lab = Lab::start();
    let kernels = lab.get("/api/kernelspecs");
    assert!(kernels.contains("\"default\": \"rust-nn\""), "{kernels}");
    assert!(
        kernels.contains("Rust (nn-lib)") && !kernels.contains("python3"),
        "{kernels}"
    );
    assert!(
        lab.get("/api/contents")
            .contains("3.5-classifying-newswires.ipynb")
    );
    let page = lab.get("/lab");
    assert!(
        page.contains("200 OK") && page.contains("JupyterLab"),
        "{page}"
    );
}

#[test]
fn lab_starts_in_a_container_where_nothing_says_that_the_user_is_root() {
    // Cargo and rustup look for their files in HOME.
    let home = std::env::var_os("HOME").expect("a home directory");
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let lab = Lab::start_with(|command| {
        command
            .env_remove("USER")
            .env_remove("LOGNAME")
            .env("HOME", elsewhere.path());
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let usual = std::path::Path::new(&home).join(folder);
            command.env(name, std::env::var_os(name).unwrap_or(usual.into()));
        }
    });
    assert!(lab.get("/api/status").contains("200 OK"));
}

#[test]
fn lab_is_not_led_astray_by_settings_for_another_python_or_jupyter() {
    let other = tempfile::tempdir().expect("a temporary directory");
    let raises = "raise ImportError('of another project')";
    for module in ["jupyterlab.py", "nbformat.py", "sitecustomize.py"] {
        std::fs::write(other.path().join(module), raises).expect("writable");
    }
    let setting = "c.ServerApp.port = 1\nc.NoSuch = 1 / 0\n";
    std::fs::write(other.path().join("jupyter_server_config.py"), setting).expect("writable");
    let lab = Lab::start_with(|command| {
        for name in [
            "PYTHONPATH",
            "PYTHONHOME",
            "PYTHONUSERBASE",
            "JUPYTER_CONFIG_PATH",
            "JUPYTER_CONFIG_DIR",
            "JUPYTERLAB_DIR",
        ] {
            command.env(name, other.path());
        }
        command
            .env("PYTHONSTARTUP", other.path().join("nbformat.py"))
            .env("PYTHONSAFEPATH", "1")
            .env("JUPYTER_PORT", "1");
    });
    assert!(lab.get("/lab").contains("JupyterLab"));
}

#[test]
fn lab_asks_for_its_token() {
    let mut lab = Lab::start();
    lab.token = "guessed".to_owned();
    assert!(lab.get("/api/contents").contains("403"));
}

#[test]
fn one_ctrl_c_ends_lab_without_a_question() {
    let mut lab = Lab::start();
    // A terminal sends the signal to the whole group; the server is told by its closed input.
    let id = lab.process.id().to_string();
    let children = Command::new("pgrep")
        .args(["-P", &id])
        .output()
        .expect("pgrep starts");
    let mut group = vec![id];
    group.extend(
        String::from_utf8_lossy(&children.stdout)
            .split_whitespace()
            .map(str::to_owned),
    );
    assert!(
        Command::new("kill")
            .arg("-INT")
            .args(&group)
            .status()
            .expect("kill starts")
            .success()
    );
    within(30, "the end", || {
        lab.process.try_wait().expect("it can be asked").is_some()
    });
    assert!(lab.process.wait().expect("it has ended").success());
    assert!(!lab.listens());
}

#[test]
fn the_server_ends_when_lab_is_killed() {
    let mut lab = Lab::start();
    lab.process.kill().expect("it can be killed");
    lab.process.wait().expect("it ends");
    within(30, "the server's end", || !lab.listens());
}
