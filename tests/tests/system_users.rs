//! One installation and two users with real logins: side by side, closed to each other, while it is replaced and removed.

#![cfg(target_os = "linux")]

mod cli_support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use classroom_tests::kernel::{Kernel, repository};
use classroom_tests::kernel_left::directory_of;
use cli_support::{Home, assert_says, text};

const NOTEBOOK: &str = "3.4-classifying-movie-reviews";

/// An account of this machine, removed at the end.
struct Account {
    name: String,
}

impl Account {
    fn new(name: &str) -> Account {
        let name = format!("{name}{}", std::process::id());
        // A number that no process has either: one in a container may have a number without an account.
        let number = (30_000 + std::process::id() % 20_000..)
            .find(|number| is_free(*number))
            .unwrap();
        let mut useradd = Command::new("useradd");
        useradd.args([
            "--create-home",
            "--user-group",
            "--shell",
            "/bin/sh",
            "--uid",
        ]);
        let made = useradd.arg(number.to_string()).arg(&name).status();
        assert!(
            made.is_ok_and(|status| status.success()),
            "no account can be made"
        );
        let account = Account { name };
        // What protects the kernels is not a closed home.
        fs::set_permissions(account.home(), fs::Permissions::from_mode(0o755)).unwrap();
        account
    }

    fn home(&self) -> PathBuf {
        Path::new("/home").join(&self.name)
    }

    fn number(&self) -> u32 {
        fs::metadata(self.home()).unwrap().uid()
    }

    /// A command line in a login of this account.
    fn login(&self, line: &str) -> Command {
        let mut command = Command::new("runuser");
        command.args(["--login", &self.name, "--command", line]);
        command.stdin(Stdio::null());
        command
    }

    fn runs(&self, line: &str) -> Output {
        self.login(line).output().unwrap()
    }

    fn begins(&self, line: &str) -> Child {
        let mut command = self.login(line);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ = Command::new("pkill")
            .args(["-KILL", "--uid", &self.name])
            .status();
        std::thread::sleep(std::time::Duration::from_millis(300));
        let _ = Command::new("userdel")
            .args(["--remove", &self.name])
            .stderr(Stdio::null())
            .status();
    }
}

/// Whether neither an account nor a process has this number.
fn is_free(number: u32) -> bool {
    let number = number.to_string();
    let found = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        !output.unwrap().stdout.is_empty()
    };
    !found("getent", &["passwd", &number]) && !found("pgrep", &["--uid", &number])
}

/// A place for an installation that all users can look into.
struct Site {
    root: tempfile::TempDir,
}

impl Site {
    fn new() -> Site {
        let root = tempfile::tempdir_in("/tmp").unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Site { root }
    }

    fn prefix(&self) -> PathBuf {
        self.root.path().join("class")
    }

    /// `cargo notebook .. --system --prefix`, by an administrator whose files are closed to others.
    fn administer(&self, command: &str) -> Output {
        // An unpacked bundle, where one is named, is installed sooner.
        let given = match std::env::var_os("NN_LIB_TEST_BUNDLE") {
            Some(bundle) => Command::new(Path::new(&bundle).join("notebook")),
            None => Home::set_up().command(),
        };
        let line = format!(
            "umask 077; exec {:?} {command} --system --prefix {:?}",
            given.get_program(),
            self.prefix()
        );
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &line])
            .current_dir(repository())
            .stdin(Stdio::null());
        for (name, value) in given.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        output
    }

    fn current(&self) -> PathBuf {
        self.prefix().join("current").canonicalize().unwrap()
    }

    fn template(&self) -> PathBuf {
        let entries = fs::read_dir(self.current()).unwrap().flatten();
        let mut found = entries.map(|entry| entry.path());
        let is_template = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("template-"))
        };
        found.find(is_template).unwrap()
    }

    /// A kernel of a user.
    fn kernel(&self, account: &Account) -> Kernel {
        let mut command = Command::new("setpriv");
        let number = account.number().to_string();
        command
            .args(["--reuid", &number, "--regid", &number, "--clear-groups"])
            .arg(self.current().join("bin/rust-nn-kernel"))
            .arg("--template")
            .arg(self.template())
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", account.home());
        Kernel::start_by(command)
    }
}

/// What `find` finds.
fn find(place: &Path, conditions: &[&str]) -> String {
    let output = Command::new("find")
        .arg(place)
        .args(conditions)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "takes some minutes, as root"]
fn two_users_work_side_by_side_and_neither_gets_at_the_other() {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    assert!(is_root, "only root can make accounts");
    let (site, [one, other]) = (Site::new(), ["nnone", "nnother"].map(Account::new));
    site.administer("install");
    everybody_reads_and_nobody_writes(&site);
    chapter_for_both(&site, &one, &other);
    a_planted_object_is_never_loaded(&site, &one, &other);
    a_newer_installation_does_not_disturb(&site, &one);
    let output = site.administer("uninstall");
    assert_says(&output, &site.prefix().display().to_string());
    assert!(!site.prefix().exists());
    for account in [&one, &other] {
        let left = Command::new("pgrep")
            .args(["--uid", &account.name])
            .output()
            .unwrap();
        assert_eq!(text(&left), "", "processes are left");
        assert!(
            account.home().join("out").is_dir(),
            "what belongs to users stays"
        );
    }
}

/// Whatever the umask of the administrator was.
fn everybody_reads_and_nobody_writes(site: &Site) {
    let prefix = site.prefix();
    assert_eq!(find(&prefix, &["!", "-type", "l", "-perm", "/022"]), "");
    let lock = prefix.join("set-up.lock");
    let closed = find(&prefix, &["!", "-type", "l", "!", "-perm", "-444"]);
    assert_eq!(closed.trim(), lock.display().to_string());
    assert_eq!(find(&prefix, &["-type", "d", "!", "-perm", "-555"]), "");
    assert_eq!(find(&prefix, &["!", "-uid", "0"]), "");
}

/// Both run a notebook at once, and look for each other's files meanwhile.
fn chapter_for_both(site: &Site, one: &Account, other: &Account) {
    let before = find(&site.prefix(), &["-type", "f"]);
    let line = format!(
        "{:?} run --output out ~/nn-lib-classroom/{NOTEBOOK}.ipynb",
        site.current().join("notebook")
    );
    let copy = format!(
        "mkdir -p nn-lib-classroom && cp {:?}/*.ipynb nn-lib-classroom",
        site.current().join("notebooks")
    );
    for account in [one, other] {
        assert!(account.runs(&copy).status.success());
    }
    let running = [one, other].map(|account| account.begins(&line));
    let mut seen = 0;
    let ended = running.map(|mut child| {
        while child.try_wait().unwrap().is_none() {
            seen += look_for_each_others_files(one, other);
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        child.wait_with_output().unwrap()
    });
    for output in ended {
        assert!(output.status.success(), "{}", text(&output));
        assert_says(&output, "cells executed");
    }
    assert!(seen > 0, "no kernel was seen while it ran");
    assert_eq!(
        find(&site.prefix(), &["-type", "f"]),
        before,
        "something was written to the installation"
    );
}

/// How many directories of kernels there are, none of which the other user can look into.
fn look_for_each_others_files(one: &Account, other: &Account) -> usize {
    let mut seen = 0;
    for (account, stranger) in [(one, other), (other, one)] {
        let kernels = account.home().join(".cache/rust-nn/kernels");
        let Ok(entries) = fs::read_dir(&kernels) else {
            continue;
        };
        assert_eq!(fs::metadata(&kernels).unwrap().mode() & 0o777, 0o700);
        let sight = stranger.runs(&format!("ls {:?}", kernels));
        assert!(
            text(&sight).contains("Permission denied"),
            "{}",
            text(&sight)
        );
        seen += entries.count();
    }
    seen
}

/// In the installation nobody can plant one. Where users without a home keep theirs, a directory of somebody else's is not
/// used.
fn a_planted_object_is_never_loaded(site: &Site, one: &Account, other: &Account) {
    let mut kernel = site.kernel(one);
    kernel.ok("println!(\"{}\", 6 * 7);");
    kernel.shut_down();
    let kept = one.home().join(".cache/rust-nn/kept");
    let cells = find(&kept, &["-path", "*/cells/*", "-type", "f"]);
    let cell = cells.lines().next().expect("a cell is kept");
    let into_installation = one.runs(&format!("cp {cell} {:?}", site.template().join("cells")));
    assert_says(&into_installation, "Permission denied");

    let place = Path::new("/tmp").join(format!("rust-nn-{}", other.number()));
    let planted = one.runs(&format!(
        "mkdir {place:?} && cp -r {kept:?} {place:?} && chmod -R a+rwX {place:?}"
    ));
    assert!(planted.status.success(), "{}", text(&planted));
    let file = one.home().join("connection.json");
    fs::write(&file, "{}").unwrap();
    let line = format!(
        "HOME=/nonexistent XDG_RUNTIME_DIR= {:?} --template {:?} {file:?}",
        site.current().join("bin/rust-nn-kernel"),
        site.template()
    );
    let refused = other.runs(&line);
    assert!(!refused.status.success());
    assert_says(
        &refused,
        &format!("{}: it belongs to somebody else", place.display()),
    );
    fs::remove_dir_all(place).unwrap();
}

/// A kernel that runs while a newer installation takes the place of its own goes on with its own.
fn a_newer_installation_does_not_disturb(site: &Site, account: &Account) {
    let old = site.current();
    let output = site.administer("install");
    assert_says(&output, "The same is installed already");
    assert_eq!(site.current(), old);
    let mut kernel = site.kernel(account);
    kernel.ok("let a = 20;");
    // An installation without its mark does not count: another one is made beside it.
    fs::remove_file(old.join("complete")).unwrap();
    site.administer("install");
    let new = site.current();
    assert!(new != old && old.is_dir(), "the one in use was removed");
    assert_eq!(kernel.ok("let b = a + 1; a * b").result(), Some("420"));
    assert!(directory_of(kernel.pid()).starts_with(account.home()));
    kernel.shut_down();
    site.administer("install");
    assert_eq!(site.current(), new);
    assert!(!old.exists(), "one that nobody uses is left");
}
