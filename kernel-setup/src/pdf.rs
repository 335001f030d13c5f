//! A page printed to PDF by a Chromium that is already on the machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::program;

const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
];
const MAC_BROWSER: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser: `$CHROME`, or one of the usual names.
///
/// # Errors
/// `Missing` when there is none.
pub fn browser() -> Result<PathBuf> {
    let given = std::env::var_os("CHROME")
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    let mac = Some(PathBuf::from(MAC_BROWSER)).filter(|path| path.is_file());
    given
        .or_else(|| NAMES.iter().find_map(|name| program::find(name)))
        .or(mac)
        .ok_or_else(|| {
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
    if is_root() {
        command.arg("--no-sandbox"); // Chromium refuses to start its sandbox as root
    }
    command
        .arg(format!("--print-to-pdf={}", target.display()))
        .arg(page);
    program::follow(&mut command, |_| ())?;
    std::fs::metadata(&target).map_err(Failure::file("read", &target))?;
    Ok(target)
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
