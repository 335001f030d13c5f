//! The script by which an installation is started, and a few lines for whoever opens its folder.

use std::env::consts::ARCH;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::files;
use super::needs::Needs;
use crate::failure::{Failure, Result};

/// It looks at the system before any program of the installation is started: on another processor, or with an older C
/// library, none of them would say what is wrong.
const SCRIPT: &str = r#"#!/bin/sh
# Starts the Rust classroom in this folder: ./notebook lab, ./notebook run, ./notebook --help
program=$(readlink -f -- "$0" 2>/dev/null) || program=$0
here=$(dirname -- "$program")
processor=$(uname -m)
if [ "$(uname -s)" != Linux ] || [ "$processor" != {processor} ]; then
    echo "error: this classroom is for Linux on {processor}; this is $(uname -s) on $processor" >&2
    echo "  to mend it: ask for the file for your machine, or build the classroom from its repository" >&2
    exit 1
fi
found=$(getconf GNU_LIBC_VERSION 2>/dev/null)
minor=${found#glibc 2.}
case $minor in
    "" | *[!0-9]*)
        echo "error: this classroom needs the GNU C library (glibc) 2.{glibc} or newer; this system has another one" >&2
        echo "  to mend it: use Debian 12, Ubuntu 22.04, Fedora 36 or a newer one of these" >&2
        exit 1 ;;
esac
if [ "$minor" -lt {glibc} ]; then
    echo "error: this classroom needs the GNU C library (glibc) 2.{glibc} or newer; this system has 2.$minor" >&2
    echo "  to mend it: use a newer system, or build the classroom from its repository on this one" >&2
    exit 1
fi
exec "$here/bin/notebook" "$@"
"#;

const README: &str = "\
A Rust classroom: JupyterLab with a Rust kernel in which nn-lib is loaded, and the chapter's notebooks.

    ./notebook lab          opens the chapter in JupyterLab
    ./notebook run          executes the chapter and writes it as pages (--all: what goes further, too)
    ./notebook install      offers the kernel to another Jupyter or VS Code
    ./notebook doctor       looks at what is needed, and at the files
    ./notebook uninstall    removes what was made outside of this folder

It needs Linux on {processor} with glibc 2.{glibc} or newer, and Python {python} with its venv module.
It needs no Rust, no C compiler, no network and no rights, and writes nothing into this folder but your own notebooks.
Licenses of everything inside are in the folder licenses, and in the Python packages themselves.
";

/// Writes both.
///
/// # Errors
/// `File` when they cannot be written.
pub fn write(root: &Path, needs: &Needs) -> Result<()> {
    let fill = |text: &str| {
        text.replace("{processor}", ARCH)
            .replace("{glibc}", &needs.glibc.to_string())
            .replace("{python}", "3.10 to 3.14")
    };
    let script = root.join("notebook");
    files::write(&script, &fill(SCRIPT))?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
        .map_err(Failure::file("write", &script))?;
    files::write(&root.join("README.txt"), &fill(README))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Output};

    /// Starts an installation whose program says "started", on a system whose `name` answers with `answer`.
    fn start(name: &str, answer: &str) -> Output {
        let root = tempfile::tempdir().unwrap();
        let needs = Needs {
            glibc: 28,
            ..Needs::default()
        };
        write(root.path(), &needs).unwrap();
        let program = |path: &str, answer: &str| {
            let path = root.path().join(path);
            files::write(&path, &format!("#!/bin/sh\necho {answer}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        };
        program("bin/notebook", "started");
        program("system/getconf", "glibc 2.28");
        program(&format!("system/{name}"), answer);
        let system = std::env::var("PATH").unwrap();
        // By a link, from another directory.
        let link = root.path().join("link");
        std::os::unix::fs::symlink(root.path().join("notebook"), &link).unwrap();
        Command::new(link)
            .current_dir("/")
            .env(
                "PATH",
                format!("{}:{system}", root.path().join("system").display()),
            )
            .output()
            .unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_system_that_does_not_fit_is_told_so_before_anything_is_started() {
        for (name, answer, expected) in [
            ("getconf", "glibc 2.17", "this system has 2.17"),
            ("getconf", "", "this system has another one"),
            ("uname", "riscv64", "is for Linux on"),
        ] {
            let output = start(name, answer);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{name}: {answer}");
            assert!(
                said.contains(expected) && said.contains("to mend it"),
                "{said}"
            );
        }
        for version in ["glibc 2.28", "glibc 2.41"] {
            let output = start("getconf", version);
            assert_eq!(String::from_utf8_lossy(&output.stdout), "started\n");
        }
    }
}
