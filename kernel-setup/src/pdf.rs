//! A page printed to PDF by a Chromium that is already on the machine.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::browser;
use crate::failure::{Failure, Result};
use crate::output_files::PDF_MARK;
use crate::subprocess;
use crate::user;

/// The browser that prints.
///
/// # Errors
/// `Missing` when there is none.
pub fn browser() -> Result<PathBuf> {
    browser::find().ok_or_else(|| {
        Failure::missing(
            "a PDF is printed by Chromium or Chrome, and none was found",
            "sudo apt install chromium, or set CHROME to its path, or use --to html",
        )
    })
}

/// Prints `page` next to itself and returns the PDF's path.
///
/// # Errors
/// `Program` when the browser fails, `File` when it has written nothing.
pub fn print(browser: &Path, page: &Path) -> Result<PathBuf> {
    let target = page.with_extension("pdf");
    let profile = tempfile::tempdir().map_err(Failure::file("create", &std::env::temp_dir()))?;
    let mut command = Command::new(browser);
    command.args([
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--no-pdf-header-footer",
    ]);
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    if user::is_root() {
        command.arg("--no-sandbox"); // Chromium refuses to start its sandbox as root
    }
    let partial = target.with_file_name(format!(".{}.partial.pdf", std::process::id()));
    command
        .arg(format!("--print-to-pdf={}", partial.display()))
        .arg(address(page));
    let printed = subprocess::follow(&mut command, |_| ()).and_then(|()| finish(&partial, &target));
    if printed.is_err() {
        let _ = fs::remove_file(&partial);
    }
    printed.map(|()| target)
}

/// Marks the PDF as made here, and gives it its name.
fn finish(partial: &Path, target: &Path) -> Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .open(partial)
        .map_err(Failure::file("write", target))?;
    file.write_all(PDF_MARK.as_bytes())
        .map_err(Failure::file("write", target))?;
    fs::rename(partial, target).map_err(Failure::file("write", target))
}

/// `file:///a%20b.html`: in an address `#`, `%` and `?` mean something else than in a name.
fn address(path: &Path) -> String {
    let mut address = "file://".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pages_name_may_have_any_letters() {
        assert_eq!(
            address(Path::new("/a b/50%#1.html")),
            "file:///a%20b/50%25%231.html"
        );
        assert_eq!(address(Path::new("/\u{ac00}")), "file:///%EA%B0%80");
    }
}
