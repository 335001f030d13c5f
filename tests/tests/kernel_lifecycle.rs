//! Starts, stops, kills at random moments, a full disk: no process, no directory and no wedged kernel stays behind.

use classroom_tests::kernel::{Kernel, cache, descendants, program, template};
use classroom_tests::kernel_left::{Left, directory_of};
use classroom_tests::trials::{Missing, RIGHTS, by_name, missing, run, test};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn main() {
    run([
        test(starts_stops_and_kills_leave_nothing_behind),
        by_name(
            "takes minutes",
            fifty_starts_stops_and_kills_leave_nothing_behind,
        ),
        by_name(
            "takes 2.5 GB of memory",
            ten_kernels_at_once_stay_responsive,
        ),
        #[cfg(target_os = "linux")]
        test(a_full_disk_is_an_error_of_the_cell_and_the_kernel_works_again_when_there_is_room),
    ])
}

fn starts_stops_and_kills_leave_nothing_behind() {
    cycles(4);
}

/// `cargo test --release -p classroom-tests --test kernel_lifecycle -- --ignored`
fn fifty_starts_stops_and_kills_leave_nothing_behind() {
    cycles(50);
}

/// Starts a kernel and ends it, in four ways by turns, at moments that differ from time to time.
fn cycles(count: u64) {
    let mut left = Vec::new();
    for cycle in 0..count {
        // From 0 to 3 seconds, spread evenly.
        let moment = Duration::from_millis(cycle * 1_237 % 3_000);
        let mut kernel = Kernel::start();
        match cycle % 4 {
            0 => {
                kernel.ok("1");
                left.push(Left::of(&kernel));
                kernel.shut_down();
            }
            1 => {
                std::thread::sleep(moment);
                left.push(Left::of(&kernel));
                kernel.kill();
            }
            2 => {
                kernel.begin("loop { std::hint::black_box(0); }");
                std::thread::sleep(moment);
                left.push(Left::of(&kernel));
                kernel.kill();
            }
            _ => {
                let id = kernel.begin("loop { std::hint::black_box(0); }");
                std::thread::sleep(moment);
                // Whatever runs then: the relay, the process that runs cells, the compiler.
                while !kernel.is_finished(&id, Duration::from_millis(500)) {
                    for pid in descendants(kernel.pid()) {
                        // It may have ended by itself.
                        let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
                    }
                }
                assert_eq!(kernel.ok("1 + 1").result(), Some("2"));
                left.push(Left::of(&kernel));
                kernel.shut_down();
            }
        }
    }
    for left in &left {
        left.expect_no_process();
    }
    // What was killed before its relay ran is removed by the next start.
    let kernel = Kernel::start();
    left.push(Left::of(&kernel));
    kernel.shut_down();
    for left in left {
        left.expect_nothing();
    }
}

/// A whole class on one machine: while one of ten kernels works, the others answer, and each has its own variables.
///
/// `cargo test --release -p classroom-tests --test kernel_lifecycle -- --ignored`
fn ten_kernels_at_once_stay_responsive() {
    let mut kernels: Vec<Kernel> = (0..10).map(|_| Kernel::start()).collect();
    for (number, kernel) in kernels.iter_mut().enumerate() {
        kernel.ok(&format!("let number = {number};"));
    }
    let (busy, others) = kernels.split_first_mut().unwrap();
    let loops = busy.begin("loop { std::hint::black_box(0); }");
    for (number, kernel) in (1..).zip(others.iter_mut()) {
        let answer = kernel.ok("number");
        assert_eq!(answer.result(), Some(number.to_string().as_str()));
        eprintln!("kernel {number}: {:?}", answer.took);
        assert!(answer.took < Duration::from_secs(5), "{:?}", answer.took);
    }
    assert!(!busy.is_finished(&loops, Duration::from_millis(1)));
    let left: Vec<Left> = kernels.iter().map(Left::of).collect();
    for kernel in kernels {
        kernel.shut_down();
    }
    for left in left {
        left.expect_nothing();
    }
}

/// A cache whose kernels live on a small disk, or `None` where nothing may be mounted.
struct SmallDisk {
    cache: tempfile::TempDir,
    template: PathBuf,
}

impl SmallDisk {
    fn mount(megabytes: u64) -> Option<SmallDisk> {
        let cache = tempfile::tempdir_in(cache()).unwrap();
        let disk = SmallDisk {
            template: cache.path().join("template"),
            cache,
        };
        for directory in [disk.template.clone(), disk.kernels()] {
            std::fs::create_dir(directory).unwrap();
        }
        let size = format!("size={megabytes}m");
        let mounted = mount(&["--bind".as_ref(), template(), &disk.template])
            && mount(&[
                "-t".as_ref(),
                "tmpfs".as_ref(),
                "-o".as_ref(),
                size.as_ref(),
                "tmpfs".as_ref(),
                &disk.kernels(),
            ]);
        mounted.then_some(disk)
    }

    fn kernels(&self) -> PathBuf {
        self.cache.path().join("kernels")
    }

    /// Takes all the room that is left.
    fn fill(&self) -> PathBuf {
        let file = self.kernels().join("fill");
        let _ = std::fs::write(&file, vec![0u8; 1 << 30]);
        file
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        for directory in [self.kernels(), self.template.clone()] {
            let _ = Command::new("umount")
                .arg("-l")
                .arg(directory)
                .stderr(std::process::Stdio::null())
                .status();
        }
    }
}

fn mount(arguments: &[&Path]) -> bool {
    let mut mount = Command::new("mount");
    mount.args(arguments).stderr(std::process::Stdio::null());
    mount.status().is_ok_and(|status| status.success())
}

#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_of_the_cell_and_the_kernel_works_again_when_there_is_room()
-> Result<(), Missing> {
    program();
    let size = megabytes(&template().join("target")) + 60;
    let disk = SmallDisk::mount(size)
        .ok_or_else(|| missing(RIGHTS, "no disk may be mounted, so none can be full"))?;
    let mut kernel = Kernel::start_with(&disk.template, &std::env::temp_dir());
    kernel.ok("let a = 41;");
    let fill = disk.fill();
    let start = Instant::now();
    let answer = kernel.run("let b = a + 1; b");
    assert_eq!(answer.reply["status"], "error", "{answer:#?}");
    assert!(
        answer.reply["evalue"]
            .as_str()
            .unwrap()
            .contains("disk is full"),
        "{}",
        answer.traceback()
    );
    assert!(start.elapsed() < Duration::from_secs(60));
    std::fs::remove_file(&fill).unwrap();
    assert_eq!(kernel.ok("a + 1").result(), Some("42"));

    // A kernel that finds no room to start says so, and does not stay.
    let fill = disk.fill();
    let output = Command::new(program())
        .arg("--template")
        .arg(&disk.template)
        .arg("/nowhere/connection.json")
        .output()
        .unwrap();
    assert!(!output.status.success());
    std::fs::remove_file(fill).unwrap();
    assert_eq!(kernel.ok("a").result(), Some("41"));
    let directory = directory_of(kernel.pid());
    kernel.shut_down();
    assert!(!directory.exists());
    assert_eq!(std::fs::read_dir(disk.kernels()).unwrap().count(), 0);
    Ok(())
}

/// The size of a directory.
fn megabytes(directory: &Path) -> u64 {
    let output = Command::new("du")
        .arg("-sm")
        .arg(directory)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}
